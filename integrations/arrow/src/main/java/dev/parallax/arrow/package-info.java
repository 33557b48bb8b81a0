/** Tables from the vectors of Arrow Java; begin with {@link dev.parallax.arrow.ArrowData}. */
package dev.parallax.arrow;
