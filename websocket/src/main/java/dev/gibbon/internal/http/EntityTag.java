package dev.gibbon.internal.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** Entity tags (RFC 9110, 8.8.3): of a content, and whether a client has it already. */
public final class EntityTag {
    /** Of the digest, as much as makes two pages with the same tag out of the question. */
    private static final int DIGEST_BYTES = 15;

    private EntityTag() {}

    /** A strong tag, in quotes. */
    public static String of(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            byte[] part = new byte[DIGEST_BYTES];
            System.arraycopy(digest, 0, part, 0, DIGEST_BYTES);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(part) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whether the values of {@code If-None-Match} name the tag; compared weakly (RFC 9110, 13.1.2). */
    static boolean matches(List<String> ifNoneMatch, String etag) {
        for (String value : ifNoneMatch) {
            if (value.equals("*")) {
                return true;
            }
            for (int at = value.indexOf(etag); at >= 0; at = value.indexOf(etag, at + 1)) {
                int end = at + etag.length();
                boolean begins = at == 0 || " \t,/".indexOf(value.charAt(at - 1)) >= 0;
                boolean ends = end == value.length() || " \t,".indexOf(value.charAt(end)) >= 0;
                if (begins && ends) {
                    return true;
                }
            }
        }
        return false;
    }
}
