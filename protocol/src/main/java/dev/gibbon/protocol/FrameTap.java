package dev.gibbon.protocol;

import java.nio.ByteBuffer;

/**
 * Sees the raw frames of one {@link Engine}, both ways, as they are on the wire. Called on the thread that owns the
 * engine, in the middle of its work: it must not call the engine, must not change what it is shown, and must copy what it
 * keeps. What it throws comes out of the engine's method.
 */
public interface FrameTap {
    /**
     * A header came, or goes. An incoming one is shown before it is judged, so the last one may be bad.
     *
     * @param incoming true for a frame of the peer
     * @param header valid during this call
     */
    void header(boolean incoming, FrameHeader header);

    /**
     * Payload of the frame whose header was shown last in this direction; in pieces when it comes in pieces, and not at
     * all when it is empty.
     *
     * @param incoming true for a frame of the peer
     * @param raw holds the bytes, masked when the frame is; its position and limit mean nothing
     * @param offset where the bytes begin in it
     * @param length how many there are, 1 or more
     */
    void payload(boolean incoming, ByteBuffer raw, int offset, int length);
}
