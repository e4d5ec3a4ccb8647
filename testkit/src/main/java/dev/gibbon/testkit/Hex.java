package dev.gibbon.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Bytes as a person writes them down: a transcript of hex pairs with spaces, text in quotes, repetitions and comments.
 *
 * <pre>{@code
 * 81 05 'Hello'     # a whole text message
 * 82 7e 0100 00*256 # 256 zero bytes, binary
 * }</pre>
 *
 * <p>Stateless; any thread may call it. It never guesses: what is neither hex, quote, repetition nor comment is refused.
 */
public final class Hex {
    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ");

    private Hex() {}

    /**
     * Reads a transcript. White space separates nothing but readers; {@code #} starts a comment up to the end of the line;
     * {@code 'text'} stands for its UTF-8 bytes; {@code xx*n} is the byte {@code xx}, n times.
     *
     * @param transcript the text
     * @return its bytes
     * @throws IllegalArgumentException if something in it is none of these; the message says where
     */
    public static byte[] bytes(String transcript) {
        var out = new ByteArrayOutputStream();
        int i = 0;
        while (i < transcript.length()) {
            char c = transcript.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '#') {
                i = endOfLine(transcript, i);
            } else if (c == '\'') {
                int end = transcript.indexOf('\'', i + 1);
                if (end < 0) {
                    throw wrong("a quote without its end", transcript, i);
                }
                out.writeBytes(transcript.substring(i + 1, end).getBytes(StandardCharsets.UTF_8));
                i = end + 1;
            } else if (c == '*') {
                throw wrong("a repetition without its byte", transcript, i);
            } else {
                i = pair(transcript, i, out);
            }
        }
        return out.toByteArray();
    }

    /**
     * Reads a transcript into a buffer.
     *
     * @param transcript as for {@link #bytes(String)}
     * @return a heap buffer, position 0, limit and capacity the number of bytes
     */
    public static ByteBuffer buffer(String transcript) {
        return ByteBuffer.wrap(bytes(transcript));
    }

    /**
     * Writes bytes as lower-case pairs with one space between, as in {@code 81 05 48}.
     *
     * @param bytes the bytes
     * @return the text, empty for no bytes
     */
    public static String of(byte[] bytes) {
        return SPACED.formatHex(bytes);
    }

    /**
     * Writes what remains in a buffer; its position and limit stay as they are.
     *
     * @param buffer the buffer
     * @return the text, as of {@link #of(byte[])}
     */
    public static String of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return of(bytes);
    }

    private static int pair(String transcript, int at, ByteArrayOutputStream out) {
        if (at + 1 >= transcript.length()
                || !HexFormat.isHexDigit(transcript.charAt(at))
                || !HexFormat.isHexDigit(transcript.charAt(at + 1))) {
            throw wrong("not a pair of hex digits", transcript, at);
        }
        int value = HexFormat.fromHexDigits(transcript, at, at + 2);
        int next = at + 2;
        int times = 1;
        if (next < transcript.length() && transcript.charAt(next) == '*') {
            int end = next + 1;
            while (end < transcript.length() && Character.isDigit(transcript.charAt(end))) {
                end++;
            }
            if (end == next + 1) {
                throw wrong("a repetition without its number", transcript, next);
            }
            times = Integer.parseInt(transcript.substring(next + 1, end));
            next = end;
        }
        for (int i = 0; i < times; i++) {
            out.write(value);
        }
        return next;
    }

    private static int endOfLine(String transcript, int from) {
        int end = transcript.indexOf('\n', from);
        return end < 0 ? transcript.length() : end + 1;
    }

    private static IllegalArgumentException wrong(String what, String transcript, int at) {
        String rest = transcript.substring(at, Math.min(transcript.length(), at + 16));
        return new IllegalArgumentException(what + " at offset " + at + ": " + rest);
    }
}
