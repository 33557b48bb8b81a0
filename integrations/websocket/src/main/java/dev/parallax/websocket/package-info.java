/**
 * A Jakarta WebSocket endpoint that lets Perspective clients (browsers, Node, Python, Java) reach a
 * {@link dev.parallax.Server}.
 *
 * <p>Every container of the Jakarta WebSocket 2.1 API takes it; see {@link
 * dev.parallax.websocket.ParallaxEndpoint} for how each is told.
 */
package dev.parallax.websocket;
