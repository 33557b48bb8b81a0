/**
 * Streaming tables and pivot views.
 *
 * <p>A {@link dev.parallax.Server} holds tables. A {@link dev.parallax.Client}, in the same process
 * or over a web socket, makes a {@link dev.parallax.Table}, writes to it, and makes a {@link
 * dev.parallax.View} of it: filtered, grouped, split, sorted, computed. A view tells of every
 * change. A {@link dev.parallax.Session} is the layer below: one client's conversation as bytes.
 */
package dev.parallax;
