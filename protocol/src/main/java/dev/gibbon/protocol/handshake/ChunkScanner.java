package dev.gibbon.protocol.handshake;

import java.nio.ByteBuffer;

/**
 * Finds the data in a body of chunks (RFC 9112, 7.1). Resumable at any byte. Extensions are passed over, at most a bounded
 * number of their bytes; the trailer is not read, because nobody looks at it and the connection ends here. Confined to
 * one thread at a time.
 */
final class ChunkScanner {

    private enum Phase {
        SIZE,
        EXTENSION,
        SIZE_LINE_FEED,
        DATA,
        DATA_END,
        DATA_LINE_FEED,
        COMPLETE,
        BROKEN
    }

    /** More digits than any chunk that fits a long and than anybody sends. */
    private static final int MAX_SIZE_DIGITS = 15;

    /** RFC 9112, 7.1.1: "A server ought to limit the total length of chunk extensions"; so ought a client. */
    private static final int MAX_EXTENSION_BYTES = 4 * 1024;

    private Phase phase = Phase.SIZE;
    private int digits;
    private long size;
    private int extensionBytes;

    boolean isComplete() {
        return phase == Phase.COMPLETE;
    }

    boolean isBroken() {
        return phase == Phase.BROKEN;
    }

    /** Consumes what is not data. Returns how many bytes of data begin at the buffer's position; 0 if none do. */
    int scan(ByteBuffer in) {
        while (in.hasRemaining() && phase != Phase.COMPLETE && phase != Phase.BROKEN) {
            if (phase == Phase.DATA) {
                return (int) Math.min(size, in.remaining());
            }
            framing(in.get());
        }
        return 0;
    }

    /** That many bytes of data were consumed. */
    void taken(int count) {
        size -= count;
        if (phase == Phase.DATA && size == 0) {
            phase = Phase.DATA_END;
        }
    }

    private void framing(byte octet) {
        switch (phase) {
            case SIZE -> size(octet);
            case EXTENSION -> extension(octet);
            case SIZE_LINE_FEED -> {
                Phase next = size == 0 ? Phase.COMPLETE : Phase.DATA;
                phase = octet == Octets.LF ? next : Phase.BROKEN;
                digits = 0;
            }
            case DATA_END -> phase = octet == Octets.CR ? Phase.DATA_LINE_FEED : Phase.BROKEN;
            case DATA_LINE_FEED -> phase = octet == Octets.LF ? Phase.SIZE : Phase.BROKEN;
            case DATA, COMPLETE, BROKEN -> throw new IllegalStateException("no framing in " + phase);
        }
    }

    private void size(byte octet) {
        int digit = Octets.hexValue(octet);
        if (digit >= 0 && digits < MAX_SIZE_DIGITS) {
            size = 16 * size + digit;
            digits++;
        } else if (digits > 0 && octet == Octets.CR) {
            phase = Phase.SIZE_LINE_FEED;
        } else if (digits > 0 && (octet == ';' || Octets.isBlank(octet))) {
            phase = Phase.EXTENSION;
        } else {
            phase = Phase.BROKEN;
        }
    }

    private void extension(byte octet) {
        if (octet == Octets.CR) {
            phase = Phase.SIZE_LINE_FEED;
        } else if (octet == Octets.LF || ++extensionBytes > MAX_EXTENSION_BYTES) {
            phase = Phase.BROKEN;
        }
    }
}
