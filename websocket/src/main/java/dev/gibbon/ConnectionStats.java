package dev.gibbon;

import java.time.Duration;

/**
 * Counts of one connection.
 *
 * @param messagesReceived data messages that came whole
 * @param messagesSent data messages that were taken for sending
 * @param bytesReceived payload and framing bytes read since the handshake
 * @param bytesSent payload and framing bytes handed to the operating system since the handshake
 * @param queuedBytes bytes that wait to be written, as {@link WebSocket#bufferedBytes()}
 * @param heldBytes bytes of buffers held for an unfinished message or unread input
 * @param messagesDropped messages dropped by {@link OverflowPolicy#DROP}
 * @param deflate what compression did
 * @param sinceLastRead time since the last byte came
 */
public record ConnectionStats(
        long messagesReceived,
        long messagesSent,
        long bytesReceived,
        long bytesSent,
        long queuedBytes,
        long heldBytes,
        long messagesDropped,
        DeflateStats deflate,
        Duration sinceLastRead) {}
