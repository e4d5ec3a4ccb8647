package dev.gibbon.protocol.handshake;

import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of URIs as far as WebSocket needs it (RFC 3986, 3 and 5.2). What is wrong is told in an {@link
 * IllegalArgumentException} that repeats no more of the URI than one character and its index. Stateless and safe from any
 * thread.
 */
final class UriParser {

    private static final String UNRESERVED_MARKS = "-._~";
    private static final String SUB_DELIMS = "!$&'()*+,;=";
    private static final String PATH_MARKS = UNRESERVED_MARKS + SUB_DELIMS + ":@/";
    /** Brackets are not of the grammar, but half the web's query strings have them, and no two readers differ on them. */
    private static final String QUERY_MARKS = PATH_MARKS + "?[]";

    private static final String USER_MARKS = UNRESERVED_MARKS + SUB_DELIMS + ":";

    private UriParser() {}

    static WebSocketUri parse(String uri) {
        int schemeEnd = uri.indexOf("://");
        String scheme = schemeEnd < 0 ? "" : uri.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        if (!scheme.equals("ws") && !scheme.equals("wss")) {
            String hint = scheme.equals("http") || scheme.equals("https")
                    ? "; write " + scheme.replace("http", "ws") + "://"
                    : "";
            throw new IllegalArgumentException("a WebSocket URI begins with ws:// or wss:// (RFC 6455, 3)" + hint);
        }
        return afterScheme(uri, schemeEnd + 3, scheme.equals("wss"));
    }

    /** Reads what follows {@code ws://} and its like, to the end of the text. */
    static WebSocketUri afterScheme(String uri, int start, boolean secure) {
        int end = authorityEnd(uri, start);
        int at = uri.lastIndexOf('@', end - 1);
        BasicCredentials credentials = at < start ? null : credentials(uri, start, at);
        int hostStart = at < start ? start : at + 1;
        Authority authority = authority(uri.substring(hostStart, end));
        int port = authority.portOr(Origin.defaultPort(secure ? "wss" : "ws"));
        return new WebSocketUri(
                secure, authority.host().toLowerCase(Locale.ROOT), port, requestTarget(uri, end), credentials);
    }

    private static int authorityEnd(String uri, int start) {
        int end = start;
        while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static BasicCredentials credentials(String uri, int start, int end) {
        String text = encode(uri, start, end, USER_MARKS, "user information");
        int colon = text.indexOf(':');
        String user = decode(colon < 0 ? text : text.substring(0, colon));
        String password = colon < 0 ? "" : decode(text.substring(colon + 1));
        if (text.isEmpty()) {
            throw new IllegalArgumentException(
                    "the user information of a WebSocket URI may be left out, but not be empty");
        }
        return new BasicCredentials(user, password);
    }

    private static String decode(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            int octet = text.charAt(i);
            if (octet == '%') {
                octet = Octets.hexValue(text.charAt(i + 1)) << 4 | Octets.hexValue(text.charAt(i + 2));
                i += 2;
            }
            bytes[length++] = (byte) octet;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "the percent-encoded user information of a WebSocket URI must be UTF-8", e);
        }
    }

    /** Host and port; a name beyond ASCII as Punycode. */
    static Authority authority(String text) {
        String ascii = isAscii(text) ? text : punycode(text);
        byte[] bytes = ascii.getBytes(StandardCharsets.ISO_8859_1);
        Authority authority = isAscii(ascii) ? Authority.parse(bytes, 0, bytes.length) : null;
        if (authority == null || !isHost(authority.host())) {
            throw noHost(null);
        }
        return authority;
    }

    private static String punycode(String text) {
        int colon = text.lastIndexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        try {
            return IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES) + (colon < 0 ? "" : text.substring(colon));
        } catch (IllegalArgumentException e) {
            throw noHost(e);
        }
    }

    private static IllegalArgumentException noHost(@Nullable Exception cause) {
        return new IllegalArgumentException(
                "a WebSocket URI needs a host: a name of letters, digits, hyphens and dots,"
                        + " an IPv4 address of four numbers, or an IPv6 address in brackets and without a zone; and perhaps a"
                        + " colon and a port of 1 to 65535",
                cause);
    }

    /** A name whose last label is a number is not one of the DNS: it is an address, or an old short form of one. */
    private static boolean isHost(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1);
        boolean number = !last.isEmpty() && last.chars().allMatch(Octets::isDigit);
        boolean emptyLabel = name.isEmpty() || name.startsWith(".") || name.contains("..");
        return host.startsWith("[") || (number ? isIpv4(host) : !emptyLabel);
    }

    static boolean isIpv4(String host) {
        byte[] bytes = ("::" + host).getBytes(StandardCharsets.ISO_8859_1);
        return host.indexOf('.') > 0 && Ipv6Literal.isValid(bytes, 0, bytes.length);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /** Path and query from {@code start} to the end of the text, in ASCII, dot segments resolved. */
    static String requestTarget(String uri, int start) {
        int fragment = uri.indexOf('#', start);
        if (fragment >= 0) {
            throw new IllegalArgumentException(
                    "a WebSocket URI may not have a fragment (RFC 6455, 3): # stands at index " + fragment
                            + "; percent-encode it as %23 if it belongs to the path or query");
        }
        int question = uri.indexOf('?', start);
        int pathEnd = question < 0 ? uri.length() : question;
        String path = withoutDotSegments(encode(uri, start, pathEnd, PATH_MARKS, "path"));
        String query = question < 0 ? "" : '?' + encode(uri, question + 1, uri.length(), QUERY_MARKS, "query");
        return (path.isEmpty() ? "/" : path) + query;
    }

    /** RFC 3986, 5.2.4, for a path that is empty or begins with a slash. */
    static String withoutDotSegments(String path) {
        if (!path.contains("/.")) {
            return path;
        }
        Deque<String> segments = new ArrayDeque<>();
        int at = 0;
        while (at < path.length()) {
            int next = path.indexOf('/', at + 1);
            int end = next < 0 ? path.length() : next;
            String segment = path.substring(at, end);
            boolean up = segment.equals("/..");
            if (up) {
                segments.pollLast();
            }
            if (!up && !segment.equals("/.")) {
                segments.addLast(segment);
            } else if (next < 0) {
                segments.addLast("/");
            }
            at = end;
        }
        return String.join("", segments);
    }

    /** The part in ASCII: what may stand as it is, escapes as they are, what is beyond ASCII as escapes. */
    private static String encode(String uri, int start, int end, String marks, String part) {
        StringBuilder encoded = new StringBuilder(end - start);
        for (int i = start; i < end; i++) {
            char c = uri.charAt(i);
            if (c == '%') {
                boolean escape = end - i > 2 && Octets.hexValue(uri.charAt(i + 1)) >= 0 && hex(uri.charAt(i + 2));
                if (!escape) {
                    throw new IllegalArgumentException("the " + part + " of a WebSocket URI has a % at index " + i
                            + " without two hexadecimal digits behind it; write %25 for a percent sign");
                }
                encoded.append(c);
            } else if (c < 0x80) {
                if (!isLetterOrDigit(c) && marks.indexOf(c) < 0) {
                    throw new IllegalArgumentException("the " + part + " of a WebSocket URI holds U+"
                            + Integer.toHexString(0x10000 | c).substring(1).toUpperCase(Locale.ROOT) + " at index "
                            + i + ", which must be percent-encoded, if it may be there at all");
                }
                encoded.append(c);
            } else {
                i = escape(uri, i, encoded, part);
            }
        }
        return encoded.toString();
    }

    private static boolean hex(char c) {
        return Octets.hexValue(c) >= 0;
    }

    private static boolean isLetterOrDigit(char c) {
        int lower = c | 0x20;
        return Octets.isDigit(c) || (lower >= 'a' && lower <= 'z');
    }

    /** RFC 3987, 3.1: one character as escapes of its UTF-8. Returns the index of its last char. */
    private static int escape(String uri, int at, StringBuilder encoded, String part) {
        int last = at + Character.charCount(uri.codePointAt(at)) - 1;
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(uri, at, last + 1));
            while (utf8.hasRemaining()) {
                int octet = utf8.get() & 0xFF;
                encoded.append('%').append(Integer.toHexString(octet).toUpperCase(Locale.ROOT));
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "the " + part + " of a WebSocket URI holds half a surrogate pair at index " + at, e);
        }
        return last;
    }
}
