package dev.gibbon.hub.nats;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Names of topics, producers and members as one token of a subject, and back. A token may not hold spaces, dots or wildcards; so letters,
 * digits, underscores and hyphens stay, and every other octet of the name's UTF-8 is {@code =XX}. Different names give different tokens.
 */
final class Tokens {

    private static final HexFormat HEX = HexFormat.of();

    private Tokens() {}

    static String of(String name) {
        var token = new StringBuilder(name.length() + 8);
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(octet)) {
                token.append((char) octet);
            } else {
                token.append('=');
                HEX.toHexDigits(token, octet);
            }
        }
        // A subject has no empty tokens; a lone escape sign is the token of no other name.
        return token.isEmpty() ? "=" : token.toString();
    }

    static String name(String token) {
        if (token.equals("=")) {
            return "";
        }
        var octets = new ByteArrayOutputStream(token.length());
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c == '=') {
                octets.write(HexFormat.fromHexDigits(token, i + 1, i + 3));
                i += 2;
            } else {
                octets.write(c);
            }
        }
        return octets.toString(StandardCharsets.UTF_8);
    }

    private static boolean isPlain(byte octet) {
        return (octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || octet == '_'
                || octet == '-';
    }
}
