package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks over one field value that is made of tokens, quoted strings and separators (RFC 9110, 5.6). Each byte is looked at
 * once; nothing is given back. Confined to one thread.
 */
final class TokenCursor {

    private final byte[] bytes;
    private final int end;
    private int at;

    TokenCursor(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    boolean atEnd() {
        return at == end;
    }

    /** Whether an element of a list ends here. */
    boolean atElementEnd() {
        return at == end || bytes[at] == ',';
    }

    /** Whether an equals sign is next, behind blanks perhaps. Stays where it is. */
    boolean atEquals() {
        int next = at;
        while (next < end && Octets.isBlank(bytes[next])) {
            next++;
        }
        return next < end && bytes[next] == '=';
    }

    /** Whether there were any. */
    boolean skipBlanks() {
        int start = at;
        while (at < end && Octets.isBlank(bytes[at])) {
            at++;
        }
        return at > start;
    }

    /** RFC 9110, 5.6.1.2: "A recipient MUST parse and ignore a reasonable number of empty list elements". */
    void skipEmptyElements() {
        while (at < end && (Octets.isBlank(bytes[at]) || bytes[at] == ',')) {
            at++;
        }
    }

    /** Steps over the separator if it stands here. */
    boolean take(char separator) {
        if (at < end && bytes[at] == separator) {
            at++;
            return true;
        }
        return false;
    }

    /** The token that begins here, null if none does. */
    @Nullable
    String token() {
        int start = at;
        at = Octets.skip(Octets.TOKEN, bytes, start, end);
        return at == start ? null : new String(bytes, start, at - start, StandardCharsets.US_ASCII);
    }

    /**
     * The text of the quoted string whose opening quote was just taken, null if it does not end, or if it is not a token.
     * RFC 6455, 9.1: "the value after quoted-string unescaping MUST conform to the 'token' ABNF."
     */
    @Nullable
    String quotedToken() {
        StringBuilder text = new StringBuilder();
        while (at < end) {
            byte octet = bytes[at++];
            if (octet == '"') {
                return text.length() == 0 ? null : text.toString();
            }
            if (octet == '\\' && at < end) {
                octet = bytes[at++];
            } else if (octet == '\\') {
                return null;
            }
            if (!Octets.is(Octets.TOKEN, octet)) {
                return null;
            }
            text.append((char) octet);
        }
        return null;
    }

    /** The text of the quoted string whose opening quote was just taken (RFC 9110, 5.6.4), null if it does not end. */
    @Nullable
    String quotedText() {
        StringBuilder text = new StringBuilder();
        while (at < end) {
            byte octet = bytes[at++];
            if (octet == '"') {
                return text.toString();
            }
            if (octet == '\\') {
                if (at == end) {
                    return null;
                }
                octet = bytes[at++];
            }
            text.append((char) (octet & 0xFF));
        }
        return null;
    }

    /**
     * The opaque text of a challenge (RFC 9110, 11.2) that begins here and makes up the whole element, with the blanks
     * behind it; null if none does, and then the cursor stays.
     */
    @Nullable
    String token68() {
        int stop = at;
        while (stop < end && isToken68(bytes[stop])) {
            stop++;
        }
        int textEnd = stop;
        while (textEnd > at && textEnd < end && bytes[textEnd] == '=') {
            textEnd++;
        }
        int next = textEnd;
        while (next < end && Octets.isBlank(bytes[next])) {
            next++;
        }
        if (stop == at || (next < end && bytes[next] != ',')) {
            return null;
        }
        String text = new String(bytes, at, textEnd - at, StandardCharsets.US_ASCII);
        at = next;
        return text;
    }

    /** RFC 9110, 11.2: ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" */
    private static boolean isToken68(byte octet) {
        return Octets.is(Octets.HOST, octet) || octet == '+' || octet == '/';
    }
}
