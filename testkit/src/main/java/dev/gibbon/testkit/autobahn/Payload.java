package dev.gibbon.testkit.autobahn;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Octets that a case sends or expects: a slice of an array that nobody changes. Immutable, compared by content; a failure
 * shows its length and its first octets, never megabytes.
 */
public final class Payload {
    /** No octets. */
    public static final Payload EMPTY = new Payload(new byte[0], 0, 0);

    private static final int SHOWN = 24;

    private final byte[] octets;
    private final int offset;
    private final int length;

    private Payload(byte[] octets, int offset, int length) {
        this.octets = octets;
        this.offset = offset;
        this.length = length;
    }

    /** Takes the array over: the caller must not change it any more. */
    public static Payload of(byte[] octets) {
        return new Payload(octets, 0, octets.length);
    }

    /** The UTF-8 form of a text. */
    public static Payload text(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Octets written in hex; spaces are ignored. */
    public static Payload hex(String hex) {
        return of(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** The pattern again and again, cut off at a length. */
    public static Payload repeat(Payload pattern, int length) {
        byte[] octets = new byte[length];
        int filled = Math.min(length, pattern.length);
        System.arraycopy(pattern.octets, pattern.offset, octets, 0, filled);
        while (filled < length) {
            int count = Math.min(filled, length - filled);
            System.arraycopy(octets, 0, octets, filled, count);
            filled += count;
        }
        return of(octets);
    }

    /** All of these, one after the other. */
    public static Payload join(Payload... parts) {
        byte[] joined = new byte[Arrays.stream(parts).mapToInt(Payload::length).sum()];
        int at = 0;
        for (Payload part : parts) {
            part.copyTo(joined, at);
            at += part.length;
        }
        return of(joined);
    }

    /** The octets in {@code [from, to)}; shares the array. */
    public Payload slice(int from, int to) {
        if (from < 0 || to < from || to > length) {
            throw new IndexOutOfBoundsException("[" + from + ", " + to + ") of " + length + " octets");
        }
        return new Payload(octets, offset + from, to - from);
    }

    /** How many octets there are. */
    public int length() {
        return length;
    }

    /** The octet at an index. */
    public byte at(int index) {
        return octets[offset + index];
    }

    /** Puts the octets into a target that has room for them. */
    public void copyTo(byte[] target, int at) {
        System.arraycopy(octets, offset, target, at, length);
    }

    /** A copy of the octets. */
    public byte[] toArray() {
        return Arrays.copyOfRange(octets, offset, offset + length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that
                && Arrays.equals(octets, offset, offset + length, that.octets, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(toArray());
    }

    @Override
    public String toString() {
        int shown = Math.min(length, SHOWN);
        String start = HexFormat.of().formatHex(octets, offset, offset + shown);
        return length + (length == 1 ? " octet " : " octets ") + start + (length > shown ? "..." : "");
    }
}
