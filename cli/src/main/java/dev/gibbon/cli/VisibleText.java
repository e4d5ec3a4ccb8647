package dev.gibbon.cli;

import java.nio.charset.StandardCharsets;

/**
 * Text that a terminal shows and never obeys: control characters, invisible ones and line breaks are escaped, and octets that
 * are no UTF-8 appear as {@code \xNN}. Everything else stays as it is.
 */
final class VisibleText {
    /** Arguments are repeated in faults up to this many characters. */
    private static final int QUOTED = 60;

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private VisibleText() {}

    /** A text on one line. */
    static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            append(out, text.codePointAt(at));
        }
        return out.toString();
    }

    /**
     * A message on one line. As {@link #of}, but a backslash stays what it is, so that JSON passes as it came; whoever must tell
     * the text {@code \n} from a line break looks at the bytes.
     */
    static String line(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            int point = text.codePointAt(at);
            if (point == '\\') {
                out.append('\\');
            } else {
                append(out, point);
            }
        }
        return out.toString();
    }

    /** A text on one line, in quotes, cut when it is long. */
    static String quoted(String text) {
        int end = Math.min(text.length(), QUOTED);
        String shown = of(text.substring(0, end)).replace("'", "\\'");
        return "'" + shown + (end < text.length() ? "..." : "") + "'";
    }

    /**
     * Text as it stands in a payload. A character that the range cuts in two is shown by its octets.
     *
     * @param bytes should be UTF-8
     * @param from index of the first byte
     * @param to index after the last one
     */
    static String ofUtf8(byte[] bytes, int from, int to) {
        StringBuilder out = new StringBuilder(to - from + 16);
        int at = from;
        while (at < to) {
            int length = characterLength(bytes, at, to);
            if (length == 0) {
                out.append("\\x").append(HEX[bytes[at] >> 4 & 0xF]).append(HEX[bytes[at] & 0xF]);
                at++;
            } else {
                append(out, new String(bytes, at, length, StandardCharsets.UTF_8).codePointAt(0));
                at += length;
            }
        }
        return out.toString();
    }

    /** How many bytes at the end of a range belong to a character that goes on behind it: 0 to 3. */
    static int cutCharacter(byte[] bytes, int from, int to) {
        for (int back = 1; back <= 3 && to - back >= from; back++) {
            int octet = bytes[to - back] & 0xFF;
            if (octet < 0x80) {
                return 0;
            }
            if (octet >= 0xC2 && octet <= 0xF4) {
                return leadLength(octet) > back ? back : 0;
            }
        }
        return 0;
    }

    /** The length of the whole and right character that begins here, or 0. */
    private static int characterLength(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0x80) {
            return 1;
        }
        int length = leadLength(lead);
        if (length == 0 || length > to - at) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        // The first octet after these leads has a narrower range: no overlong forms, no surrogates, nothing above
        // U+10FFFF.
        int next = bytes[at + 1] & 0xFF;
        boolean right = switch (lead) {
            case 0xE0 -> next >= 0xA0;
            case 0xED -> next <= 0x9F;
            case 0xF0 -> next >= 0x90;
            case 0xF4 -> next <= 0x8F;
            default -> true;
        };
        return right ? length : 0;
    }

    private static int leadLength(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    private static void append(StringBuilder out, int point) {
        switch (point) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\\' -> out.append("\\\\");
            default -> {
                if (isHidden(point)) {
                    out.append("\\u{").append(Integer.toHexString(point)).append('}');
                } else {
                    out.appendCodePoint(point);
                }
            }
        }
    }

    /** Characters that move the cursor, turn the direction of writing or cannot be seen. */
    private static boolean isHidden(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
