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

    void skipBlanks() {
        while (at < end && Octets.isBlank(bytes[at])) {
            at++;
        }
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
}
