package dev.gibbon.protocol.handshake;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-decoding (RFC 3986, 2.1), once strict and once lenient. Stateless and safe from any thread. */
final class PercentEncoding {

    private PercentEncoding() {}

    /**
     * Decodes a path. What could be read in two ways is not decoded but refused: a bad escape, bytes that are not UTF-8,
     * a control character, and a slash or backslash that was hidden in an escape.
     *
     * @return the text, null if it is refused
     */
    static @Nullable String decodePath(byte[] bytes, int start, int end) {
        byte[] decoded = new byte[end - start];
        int length = 0;
        for (int at = start; at < end; at++) {
            int octet = bytes[at];
            if (octet == '%') {
                octet = escaped(bytes, at, end);
                at += 2;
                // Negative is no escape; below the space and 0x7F are the controls.
                if (octet < Octets.SP || octet == 0x7F || octet == '/' || octet == '\\') {
                    return null;
                }
            }
            decoded[length++] = (byte) octet;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /**
     * Decodes a part of a form or query (application/x-www-form-urlencoded): {@code +} is a space, a bad escape stands for
     * itself, and bytes that are not UTF-8 become U+FFFD. Never fails.
     *
     * @param text characters up to U+007F
     */
    static String decodeForm(String text, int start, int end) {
        if (isPlain(text, start, end)) {
            return text.substring(start, end);
        }
        byte[] bytes = text.substring(start, end).getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int at = 0; at < bytes.length; at++) {
            int octet = bytes[at];
            if (octet == '+') {
                octet = ' ';
            } else if (octet == '%') {
                int escaped = escaped(bytes, at, bytes.length);
                if (escaped >= 0) {
                    octet = escaped;
                    at += 2;
                }
            }
            bytes[length++] = (byte) octet;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean isPlain(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '+' || c == '%') {
                return false;
            }
        }
        return true;
    }

    /** The octet 0 to 255 that {@code %XX} at {@code at} stands for, -1 if that is not what stands there. */
    private static int escaped(byte[] bytes, int at, int end) {
        if (end - at < 3) {
            return -1;
        }
        int high = Octets.hexValue(bytes[at + 1]);
        int low = Octets.hexValue(bytes[at + 2]);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
