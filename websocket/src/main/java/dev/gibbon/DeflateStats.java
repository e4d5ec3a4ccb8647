package dev.gibbon;

/**
 * What permessage-deflate did for one connection. Messages that were left uncompressed count in none of these, so that
 * {@code sentBytes} through {@code deflatedBytes} is the ratio of what was compressed.
 *
 * @param messagesDeflated messages sent compressed
 * @param sentBytes bytes of their payloads before compressing
 * @param deflatedBytes bytes of their payloads on the wire
 * @param messagesInflated messages that came compressed, as far as they came whole
 * @param receivedBytes bytes of their payloads on the wire
 * @param inflatedBytes bytes of their payloads after inflating
 * @param nativeBytes native memory that the connection holds now for compressing and inflating, about
 */
public record DeflateStats(
        long messagesDeflated,
        long sentBytes,
        long deflatedBytes,
        long messagesInflated,
        long receivedBytes,
        long inflatedBytes,
        long nativeBytes) {}
