package dev.gibbon.protocol.handshake;

/**
 * What a peer may send before the handshake is judged. Every limit holds before memory is reserved: a head parser
 * never keeps more than {@code maxHeadBytes} bytes. A server refuses a request beyond them with the status named below; a client
 * fails the attempt.
 *
 * @param maxLineBytes the longest request line, status line or field line in bytes, without its CRLF; a longer request line is
 *     refused with 414, a longer field line with 431. 1 to {@value #MAX_BYTES}
 * @param maxHeadBytes the longest head in bytes, from the first byte to the empty line that ends it, all CRLFs counted;
 *     a longer one is refused with 431. 1 to {@value #MAX_BYTES}
 * @param maxFields the most field lines; more are refused with 431. 1 to {@value #MAX_FIELDS}
 */
public record HeadLimits(int maxLineBytes, int maxHeadBytes, int maxFields) {

    /** The largest value of the two byte limits: 1 MiB, beyond which a head is not a head any more. */
    public static final int MAX_BYTES = 1 << 20;

    /** The largest value of {@code maxFields}. */
    public static final int MAX_FIELDS = 10_000;

    /** 8 KiB a line, 16 KiB in all, 100 fields. */
    public static final HeadLimits DEFAULT = new HeadLimits(8 * 1024, 16 * 1024, 100);

    /**
     * Checks the ranges.
     *
     * @param maxLineBytes the longest line in bytes, without its CRLF
     * @param maxHeadBytes the longest head in bytes
     * @param maxFields the most field lines
     * @throws IllegalArgumentException if a limit is out of its range
     */
    public HeadLimits {
        requireRange("maxLineBytes", maxLineBytes, MAX_BYTES);
        requireRange("maxHeadBytes", maxHeadBytes, MAX_BYTES);
        requireRange("maxFields", maxFields, MAX_FIELDS);
    }

    /**
     * These limits with another line length.
     *
     * @param bytes the longest line in bytes, without its CRLF
     * @return the changed limits
     * @throws IllegalArgumentException if {@code bytes} is out of range
     */
    public HeadLimits withMaxLineBytes(int bytes) {
        return new HeadLimits(bytes, maxHeadBytes, maxFields);
    }

    /**
     * These limits with another length of the whole head.
     *
     * @param bytes the longest head in bytes
     * @return the changed limits
     * @throws IllegalArgumentException if {@code bytes} is out of range
     */
    public HeadLimits withMaxHeadBytes(int bytes) {
        return new HeadLimits(maxLineBytes, bytes, maxFields);
    }

    /**
     * These limits with another number of field lines.
     *
     * @param fields the most field lines
     * @return the changed limits
     * @throws IllegalArgumentException if {@code fields} is out of range
     */
    public HeadLimits withMaxFields(int fields) {
        return new HeadLimits(maxLineBytes, maxHeadBytes, fields);
    }

    private static void requireRange(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " must be 1 to " + max + ", not " + value);
        }
    }
}
