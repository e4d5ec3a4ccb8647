package dev.gibbon;

import java.time.Duration;

/**
 * What {@link WebSocketServer#close(Duration)} did.
 *
 * @param closed connections that ended by themselves or by the closing handshake in time
 * @param cut connections that were cut at the deadline
 * @param bytesUnsent bytes that had been taken for sending and were dropped
 * @param took time from the call to the end
 */
public record ShutdownReport(int closed, int cut, long bytesUnsent, Duration took) {}
