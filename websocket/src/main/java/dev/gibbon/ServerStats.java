package dev.gibbon;

/**
 * Counts of one server.
 *
 * @param connections TCP connections open now, with those in the handshake
 * @param webSockets WebSocket connections open now
 * @param accepted TCP connections accepted since the start
 * @param upgraded opening handshakes completed since the start
 * @param refused requests answered with a status of 400 or more since the start
 * @param tlsHandshakes TLS handshakes completed since the start
 * @param tlsFailures TLS handshakes that failed since the start, those of peers that do not speak TLS among them
 * @param queuedBytes outgoing bytes that wait on all connections
 * @param pooledBytes bytes of buffers in use by connections
 * @param nativeBytes native memory that connections hold for compressing and inflating, about; what the loops keep for the
 *     next message is not counted, at most 2 MiB a loop
 * @param timers timers armed on this server's loops
 * @param transport what moves the bytes: {@code nio}, {@code native}
 */
public record ServerStats(
        int connections,
        int webSockets,
        long accepted,
        long upgraded,
        long refused,
        long tlsHandshakes,
        long tlsFailures,
        long queuedBytes,
        long pooledBytes,
        long nativeBytes,
        int timers,
        String transport) {}
