package dev.gibbon.hub.nats;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Names of topics, producers and members as one token of a subject, and back. A token may not hold spaces, dots or wildcards; so letters,
 * digits, underscores and hyphens stay, and every other octet of the name's UTF-8 is {@code =XX}. Different names give different tokens.
 */
final class Tokens {

    private static final HexFormat HEX = HexFormat.of();

    /** A subject is a part of a line that the engine bounds to 4 KiB. */
    private static final int MOST_BRIEF = 256;

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

    /** The same for a part of a subject, which has to be short: of a long name its digest, which is the token of no name. */
    static String brief(String name) {
        String token = of(name);
        if (token.length() <= MOST_BRIEF) {
            return token;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return "==" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
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
