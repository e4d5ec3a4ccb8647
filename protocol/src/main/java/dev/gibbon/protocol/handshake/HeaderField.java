package dev.gibbon.protocol.handshake;

/**
 * One field of a head that we send. What it holds can be written as it is: both parts are checked here, once, so that no
 * value can end its line and begin another (response splitting).
 *
 * @param name a token (RFC 9110, 5.6.2)
 * @param value visible ASCII characters, spaces and tabs, with none of the blanks at either end; may be empty
 */
public record HeaderField(String name, String value) {

    /**
     * Checks both parts.
     *
     * @param name a token
     * @param value visible ASCII, blanks inside only
     * @throws IllegalArgumentException if the name is not a token, or the value holds a control character (CR, LF, NUL
     *     and the rest), a character beyond ASCII, or a blank at either end
     */
    public HeaderField {
        if (!Octets.all(Octets.TOKEN, name)) {
            throw new IllegalArgumentException("a field name must be a token (RFC 9110, 5.6.2)");
        }
        // Not obs-text: a char above 0xFF cut to a byte can become CR or LF, and peers disagree on 0x80 to 0xFF.
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean blank = c == ' ' || c == '\t';
            if (blank ? i == 0 || i == value.length() - 1 : c < ' ' || c >= 0x7F) {
                throw new IllegalArgumentException("the value of field " + name
                        + " may hold visible ASCII, and blanks inside only; found U+"
                        + Integer.toHexString(0x10000 | c).substring(1).toUpperCase(java.util.Locale.ROOT)
                        + " at index " + i);
            }
        }
    }
}
