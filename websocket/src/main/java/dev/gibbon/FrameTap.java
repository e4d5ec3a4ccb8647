package dev.gibbon;

/**
 * Sees the frames of one live connection, as they are on the wire. Called on the connection's loop; must not block.
 */
@FunctionalInterface
public interface FrameTap {
    /**
     * One frame has passed. Frames that come in pieces are told when their last byte has passed, one that breaks a rule
     * when it does, as far as it came. It must not send on the connection it watches.
     *
     * @param frame the frame, which may be kept
     */
    void onFrame(TappedFrame frame);
}
