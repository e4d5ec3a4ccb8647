package dev.gibbon.testkit;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * One end of permessage-deflate (RFC 7692) by {@code java.util.zip} alone, for judging a server: compresses whole messages
 * and inflates them, with or without context takeover. For one thread at a time in each direction.
 */
public final class RawDeflate implements AutoCloseable {
    /** RFC 7692, 7.2.1: a sender takes these four octets from the end of a message, a receiver puts them back. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private final boolean outgoingTakeover;
    private final boolean incomingTakeover;
    private final Deflater deflater;
    private final Inflater inflater = new Inflater(true);

    /**
     * Makes both directions.
     *
     * @param outgoingTakeover whether a message that is compressed refers to earlier ones
     * @param incomingTakeover whether the peer's messages may refer to earlier ones
     */
    public RawDeflate(boolean outgoingTakeover, boolean incomingTakeover) {
        this(outgoingTakeover, incomingTakeover, Deflater.DEFAULT_COMPRESSION);
    }

    /**
     * Makes both directions.
     *
     * @param outgoingTakeover whether a message that is compressed refers to earlier ones
     * @param incomingTakeover whether the peer's messages may refer to earlier ones
     * @param level 0 to 9
     */
    public RawDeflate(boolean outgoingTakeover, boolean incomingTakeover, int level) {
        this.outgoingTakeover = outgoingTakeover;
        this.incomingTakeover = incomingTakeover;
        this.deflater = new Deflater(level, true);
    }

    /**
     * Compresses a message.
     *
     * @param message its payload
     * @return the payload for frames with RSV1 on the first, without the tail
     */
    public byte[] deflate(byte[] message) {
        deflater.setInput(message);
        byte[] out = drain();
        if (!outgoingTakeover) {
            deflater.reset();
        }
        // RFC 7692, 7.2.3.6: an empty message is one octet of zero. zlib writes nothing for it right behind a flush.
        return out.length <= TAIL.length ? new byte[1] : Arrays.copyOf(out, out.length - TAIL.length);
    }

    private byte[] drain() {
        var out = new ByteArrayOutputStream();
        byte[] piece = new byte[1 << 14];
        int count;
        do {
            count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            out.write(piece, 0, count);
        } while (count == piece.length);
        return out.toByteArray();
    }

    /**
     * Inflates a message.
     *
     * @param payload the payloads of its frames
     * @return the message
     * @throws ProtocolException if it is no deflate stream, or ends before the message does
     */
    public byte[] inflate(byte[] payload) throws ProtocolException {
        var out = new ByteArrayOutputStream();
        try {
            inflate(payload, out);
            inflate(TAIL, out);
        } catch (DataFormatException e) {
            throw (ProtocolException) new ProtocolException("not a deflated message: " + Hex.of(payload)).initCause(e);
        }
        if (!incomingTakeover) {
            inflater.reset();
        }
        return out.toByteArray();
    }

    private void inflate(byte[] bytes, ByteArrayOutputStream out) throws DataFormatException {
        inflater.setInput(bytes);
        byte[] piece = new byte[1 << 14];
        while (true) {
            int count = inflater.inflate(piece);
            out.write(piece, 0, count);
            if (inflater.finished()) {
                byte[] rest = new byte[inflater.getRemaining()];
                System.arraycopy(bytes, bytes.length - rest.length, rest, 0, rest.length);
                inflater.reset();
                inflater.setInput(rest);
            } else if (count == 0) {
                return;
            }
        }
    }

    /** Frees both. */
    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
