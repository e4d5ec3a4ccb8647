package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Computes {@code Sec-WebSocket-Accept} from {@code Sec-WebSocket-Key} (RFC 6455, 4.2.2): base64 of the SHA-1 of the key's
 * text and a fixed GUID. It reuses one digest, so it is confined to one thread at a time: one instance an event loop is
 * enough. SHA-1 protects nothing here; it only proves that the server read the key as a WebSocket key.
 */
public final class AcceptKey {

    /** The length of a key in ASCII characters: 16 bytes in base64. */
    public static final int KEY_LENGTH = 24;

    /** The length of an accept value in ASCII characters: 20 bytes in base64. */
    public static final int ACCEPT_LENGTH = 28;

    private static final byte[] GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest sha1;
    private final byte[] hash = new byte[20];

    /**
     * An instance with a digest of its own.
     *
     * @throws IllegalStateException if the Java platform has no SHA-1, which each must have
     */
    public AcceptKey() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform lacks SHA-1", e);
        }
    }

    /**
     * The accept value for a key. The key is hashed as the text it is, not decoded.
     *
     * @param key the value of {@code Sec-WebSocket-Key}
     * @return {@value #ACCEPT_LENGTH} characters
     * @throws IllegalArgumentException if it is not a valid key
     */
    public String accept(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        if (!isValidKey(bytes, 0, bytes.length)) {
            throw new IllegalArgumentException("a Sec-WebSocket-Key is 16 bytes in base64, 24 characters; this has "
                    + key.length() + " characters");
        }
        return new String(accept(bytes, 0), StandardCharsets.US_ASCII);
    }

    /** The accept value, as ASCII, for the valid key at {@code start}. */
    byte[] accept(byte[] key, int start) {
        sha1.update(key, start, KEY_LENGTH);
        sha1.update(GUID);
        try {
            sha1.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-1 is longer than 20 bytes", e);
        }
        return Base64.getEncoder().encode(hash);
    }

    /**
     * RFC 6455, 4.2.1: "a base64-encoded value that, when decoded, is 16 bytes in length". Canonical: 21 digits, one that
     * holds the last two bits with zeros behind them, and the padding.
     */
    static boolean isValidKey(byte[] bytes, int start, int end) {
        if (end - start != KEY_LENGTH || bytes[end - 1] != '=' || bytes[end - 2] != '=') {
            return false;
        }
        for (int i = start; i < end - 3; i++) {
            if (!isBase64Digit(bytes[i])) {
                return false;
            }
        }
        byte last = bytes[end - 3];
        return last == 'A' || last == 'Q' || last == 'g' || last == 'w';
    }

    private static boolean isBase64Digit(byte octet) {
        return (octet >= 'A' && octet <= 'Z')
                || (octet >= 'a' && octet <= 'z')
                || Octets.isDigit(octet)
                || octet == '+'
                || octet == '/';
    }
}
