package dev.gibbon.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * One WebSocket frame, written and read by a plain codec of the test kit's own, so that a mistake in Gibbon's codec cannot
 * hide in its mirror image. It enforces no rule: frames with any opcode, RSV bits, length form or false length can be made.
 *
 * <p>Immutable; any thread may use it.
 */
public final class RawFrame {
    /** The next part of a fragmented message. */
    public static final int CONTINUATION = 0;
    /** A text message, or its first part. */
    public static final int TEXT = 1;
    /** A binary message, or its first part. */
    public static final int BINARY = 2;
    /** The closing handshake. */
    public static final int CLOSE = 8;
    /** A ping. */
    public static final int PING = 9;
    /** A pong. */
    public static final int PONG = 10;
    /** What {@link #closeCode()} says of a Close without a code. */
    public static final int NO_CODE = 1005;

    private static final int SHORTEST_FORM = 0;

    private final boolean fin;
    private final int rsv;
    private final int opcode;
    private final OptionalInt key;
    private final byte[] payload;
    private final long claimedLength;
    private final int lengthForm;

    private RawFrame(
            boolean fin, int rsv, int opcode, OptionalInt key, byte[] payload, long claimedLength, int lengthForm) {
        this.fin = fin;
        this.rsv = rsv;
        this.opcode = opcode;
        this.key = key;
        this.payload = payload;
        this.claimedLength = claimedLength;
        this.lengthForm = lengthForm;
    }

    /**
     * A frame with FIN set, no RSV bits, no mask.
     *
     * @param opcode 0 to 15
     * @param payload the payload, unmasked; copied
     * @return the frame
     */
    public static RawFrame of(int opcode, byte[] payload) {
        return new RawFrame(true, 0, opcode, OptionalInt.empty(), payload.clone(), payload.length, SHORTEST_FORM);
    }

    /**
     * A text frame.
     *
     * @param text the payload
     * @return the frame, as of {@link #of(int, byte[])}
     */
    public static RawFrame text(String text) {
        return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A Close frame.
     *
     * @param code any number from 0 to 65535
     * @param reason the reason
     * @return the frame, as of {@link #of(int, byte[])}
     */
    public static RawFrame close(int code, String reason) {
        var payload = new ByteArrayOutputStream();
        payload.write(code >> 8);
        payload.write(code);
        payload.writeBytes(reason.getBytes(StandardCharsets.UTF_8));
        return of(CLOSE, payload.toByteArray());
    }

    /**
     * The same frame without FIN.
     *
     * @return a part that is not the last one
     */
    public RawFrame unfinished() {
        return new RawFrame(false, rsv, opcode, key, payload, claimedLength, lengthForm);
    }

    /**
     * The same frame with other RSV bits.
     *
     * @param bits 0 to 7; 4 is RSV1
     * @return the frame
     */
    public RawFrame withRsv(int bits) {
        return new RawFrame(fin, bits, opcode, key, payload, claimedLength, lengthForm);
    }

    /**
     * The same frame with a mask.
     *
     * @param maskingKey its first byte on the wire is the most significant one
     * @return the frame; {@link #payload()} stays unmasked
     */
    public RawFrame masked(int maskingKey) {
        return new RawFrame(fin, rsv, opcode, OptionalInt.of(maskingKey), payload, claimedLength, lengthForm);
    }

    /**
     * The same frame with a header that claims another length than the payload has.
     *
     * @param length any number, negative ones included: the top bit of the 64-bit form
     * @return the frame
     */
    public RawFrame claiming(long length) {
        return new RawFrame(fin, rsv, opcode, key, payload, length, lengthForm);
    }

    /**
     * The same frame with its length in a form that may not be the shortest.
     *
     * @param bits 7, 16 or 64
     * @return the frame
     */
    public RawFrame withLengthForm(int bits) {
        if (bits != 7 && bits != 16 && bits != 64) {
            throw new IllegalArgumentException("a length has 7, 16 or 64 bits, not " + bits);
        }
        return new RawFrame(fin, rsv, opcode, key, payload, claimedLength, bits);
    }

    /**
     * The frame as it goes over the wire.
     *
     * @return header and, masked if it has a mask, payload
     */
    public byte[] bytes() {
        var out = new ByteArrayOutputStream(payload.length + 14);
        out.write((fin ? 0x80 : 0) | (rsv << 4) | opcode);
        int maskBit = key.isPresent() ? 0x80 : 0;
        int form = lengthForm == SHORTEST_FORM ? shortestForm(claimedLength) : lengthForm;
        if (form == 7) {
            out.write(maskBit | (int) claimedLength);
        } else {
            out.write(maskBit | (form == 16 ? 126 : 127));
            writeNumber(out, claimedLength, form / 8);
        }
        if (key.isPresent()) {
            writeNumber(out, key.getAsInt(), 4);
            out.writeBytes(masked(payload, key.getAsInt()));
        } else {
            out.writeBytes(payload);
        }
        return out.toByteArray();
    }

    /**
     * Reads one frame, and nothing of what follows it.
     *
     * @param in where it comes from
     * @return the frame; it keeps its length form
     * @throws java.io.EOFException if the stream ends before the frame does
     * @throws IOException if the stream fails, or a length is beyond what a test can hold
     */
    public static RawFrame read(InputStream in) throws IOException {
        var data = new DataInputStream(in);
        int first = data.readUnsignedByte();
        int second = data.readUnsignedByte();
        int short7 = second & 0x7f;
        int form = short7 < 126 ? 7 : short7 == 126 ? 16 : 64;
        long length = form == 7 ? short7 : form == 16 ? data.readUnsignedShort() : data.readLong();
        if (length < 0 || length > Integer.MAX_VALUE - 16) {
            throw new IOException("a frame that claims " + Long.toUnsignedString(length) + " bytes");
        }
        OptionalInt key = (second & 0x80) != 0 ? OptionalInt.of(data.readInt()) : OptionalInt.empty();
        byte[] payload = new byte[(int) length];
        data.readFully(payload);
        if (key.isPresent()) {
            payload = masked(payload, key.getAsInt());
        }
        return new RawFrame((first & 0x80) != 0, (first >> 4) & 7, first & 0x0f, key, payload, length, form);
    }

    /**
     * Whether it ends its message.
     *
     * @return the FIN bit
     */
    public boolean fin() {
        return fin;
    }

    /**
     * The reserved bits.
     *
     * @return 0 to 7; 4 is RSV1
     */
    public int rsv() {
        return rsv;
    }

    /**
     * The opcode.
     *
     * @return 0 to 15
     */
    public int opcode() {
        return opcode;
    }

    /**
     * The masking key.
     *
     * @return the key, or empty without a mask
     */
    public OptionalInt key() {
        return key;
    }

    /**
     * The payload, unmasked.
     *
     * @return a copy
     */
    public byte[] payload() {
        return payload.clone();
    }

    /**
     * The payload as text; wrong UTF-8 shows as replacement characters.
     *
     * @return the text
     */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /**
     * Whether its length is written in the shortest form, as RFC 6455, 5.2, demands.
     *
     * @return true if so
     */
    public boolean isMinimal() {
        return lengthForm == SHORTEST_FORM || lengthForm == shortestForm(claimedLength);
    }

    /**
     * The code of a Close frame.
     *
     * @return the code, or {@link #NO_CODE}
     * @throws IllegalStateException if it is no Close frame
     */
    public int closeCode() {
        if (opcode != CLOSE) {
            throw new IllegalStateException("not a Close frame: " + this);
        }
        return payload.length < 2 ? NO_CODE : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    }

    /**
     * The reason of a Close frame.
     *
     * @return the reason, perhaps empty
     */
    public String closeReason() {
        return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawFrame that && Arrays.equals(bytes(), that.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes());
    }

    @Override
    public String toString() {
        byte[] all = bytes();
        return all.length <= 64
                ? Hex.of(all)
                : Hex.of(Arrays.copyOf(all, 64)) + " ... (" + payload.length + " bytes of payload)";
    }

    private static int shortestForm(long length) {
        return length >= 0 && length < 126 ? 7 : length >= 0 && length < 65536 ? 16 : 64;
    }

    private static byte[] masked(byte[] bytes, int key) {
        byte[] out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = (byte) (bytes[i] ^ (key >> (8 * (3 - i % 4))));
        }
        return out;
    }

    private static void writeNumber(ByteArrayOutputStream out, long number, int bytes) {
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (number >> (8 * i)));
        }
    }
}
