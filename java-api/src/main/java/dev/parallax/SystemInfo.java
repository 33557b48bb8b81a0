package dev.parallax;

import java.time.Duration;

/**
 * What the server says of its own memory and time.
 *
 * @param heapBytes bytes it has reserved
 * @param usedBytes bytes of these in use
 * @param busy time spent on requests since the previous call by anyone
 * @param elapsed time since the previous call by anyone
 */
public record SystemInfo(long heapBytes, long usedBytes, Duration busy, Duration elapsed) {}
