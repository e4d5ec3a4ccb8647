package dev.gibbon.protocol;

/**
 * What a peer may ask of an {@link Engine}'s memory and time. Judged at a frame's header, before a byte of its payload is
 * read, and while inflating. Immutable, safe on any thread.
 *
 * @param maxMessageBytes the payload of one message, all its frames together and inflated, in bytes; 0 or more. Beyond: 1009
 * @param maxFrameBytes the payload of one data frame on the wire in bytes; 0 or more. Beyond: 1009. Unless it is less than
 *     maxMessageBytes, a compressed frame may have an eighth and 1 KiB more, which data takes that does not get smaller
 * @param maxFramesPerMessage frames of one message, empty ones included; 1 or more. Beyond: 1008
 */
public record Limits(long maxMessageBytes, long maxFrameBytes, int maxFramesPerMessage) {
    /** 1 MiB a message, 1 MiB a frame, 131,072 frames a message. */
    public static final Limits DEFAULT = new Limits(1 << 20, 1 << 20, 131_072);

    /**
     * Checks the ranges.
     *
     * @param maxMessageBytes 0 or more
     * @param maxFrameBytes 0 or more
     * @param maxFramesPerMessage 1 or more
     * @throws IllegalArgumentException when a value is out of its range
     */
    public Limits {
        if (maxMessageBytes < 0) {
            throw new IllegalArgumentException("maxMessageBytes must be 0 or more, not " + maxMessageBytes);
        }
        if (maxFrameBytes < 0) {
            throw new IllegalArgumentException("maxFrameBytes must be 0 or more, not " + maxFrameBytes);
        }
        if (maxFramesPerMessage < 1) {
            throw new IllegalArgumentException("maxFramesPerMessage must be 1 or more, not " + maxFramesPerMessage);
        }
    }

    /**
     * The same limits but for messages.
     *
     * @param bytes 0 or more
     * @return a changed copy
     * @throws IllegalArgumentException when bytes is negative
     */
    public Limits withMaxMessageBytes(long bytes) {
        return new Limits(bytes, maxFrameBytes, maxFramesPerMessage);
    }

    /**
     * The same limits but for frames.
     *
     * @param bytes 0 or more
     * @return a changed copy
     * @throws IllegalArgumentException when bytes is negative
     */
    public Limits withMaxFrameBytes(long bytes) {
        return new Limits(maxMessageBytes, bytes, maxFramesPerMessage);
    }

    /**
     * The same limits but for the number of frames.
     *
     * @param frames 1 or more
     * @return a changed copy
     * @throws IllegalArgumentException when frames is less than 1
     */
    public Limits withMaxFramesPerMessage(int frames) {
        return new Limits(maxMessageBytes, maxFrameBytes, frames);
    }
}
