package dev.gibbon.protocol.handshake;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the head and the handshake once more, written as one would at a blackboard: regular expressions, splits and
 * maps over the whole text. An oracle for tests; it shares no code with what it judges.
 *
 * @param length the length of the head in characters
 * @param fields each field as {@code name=value}
 */
record NaiveHandshake(int length, String method, String path, boolean http11, List<String> fields) {

    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private static final Pattern REQUEST_LINE = Pattern.compile("(" + TOKEN + ") ([!-~]+) HTTP/1\\.([01])");
    private static final Pattern FIELD_LINE = Pattern.compile("(" + TOKEN + "):[ \t]*([\t -~\u0080-\u00ff]*?)[ \t]*");
    private static final String PORT = "(?::([1-9][0-9]{0,4}))?";
    private static final Pattern AUTHORITY =
            Pattern.compile("([-._~0-9A-Za-z]{1,255}|\\[[0-9A-Fa-f:.]+\\])" + PORT, Pattern.DOTALL);
    private static final Pattern TARGET = Pattern.compile(
            "(?:(?i:(http|https|ws|wss)://)([^/?]+))?((?:/[!-~&&[^\"#<>?\\\\`{}]]*)?)(\\?[!-~&&[^\"#<>]]*)?");
    private static final String BLANKS = "[ \t]*";
    private static final String QUOTED = "\"(?:" + TOKEN.substring(0, TOKEN.length() - 1) + "|\\\\"
            + TOKEN.substring(0, TOKEN.length() - 1) + ")+\"";
    private static final String PARAMETER =
            BLANKS + TOKEN + BLANKS + "(?:=" + BLANKS + "(?:" + TOKEN + "|" + QUOTED + ")" + BLANKS + ")?";
    private static final Pattern EXTENSION = Pattern.compile(TOKEN + BLANKS + "(?:;" + PARAMETER + ")*");

    /** The head that the text begins with; null if it is not whole, too long, or not in order. */
    static @Nullable NaiveHandshake read(String text, HeadLimits limits) {
        int skipped = text.startsWith("\r\n") ? 2 : 0;
        int end = text.indexOf("\r\n\r\n", skipped);
        if (end < 0 || end + 4 > limits.maxHeadBytes()) {
            return null;
        }
        String[] lines = text.substring(skipped, end).split("\r\n", -1);
        Matcher request = REQUEST_LINE.matcher(lines[0]);
        if (!request.matches() || lines.length - 1 > limits.maxFields()) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].length() > limits.maxLineBytes()) {
                return null;
            }
            if (i > 0) {
                Matcher field = FIELD_LINE.matcher(lines[i]);
                if (!field.matches()) {
                    return null;
                }
                fields.add(field.group(1) + "=" + field.group(2));
            }
        }
        NaiveHandshake head = new NaiveHandshake(
                end + 4, request.group(1), "", request.group(3).equals("1"), fields);
        List<String> hosts = head.values("host");
        if (hosts.size() > 1 || (head.http11 && hosts.isEmpty())) {
            return null;
        }
        String host = hosts.isEmpty() ? null : hosts.get(0);
        String path = host == null || isAuthority(host) ? path(request.group(2), host) : null;
        return path == null ? null : new NaiveHandshake(head.length, head.method, path, head.http11, fields);
    }

    private static @Nullable String path(String text, @Nullable String host) {
        Matcher target = TARGET.matcher(text);
        if (!target.matches()) {
            return null;
        }
        String path = target.group(3);
        String scheme = target.group(1);
        if (scheme == null) {
            return path.isEmpty() ? null : decoded(path);
        }
        String defaultPort = scheme.toLowerCase(Locale.ROOT).matches("http|ws") ? ":80" : ":443";
        if (!isAuthority(target.group(2))
                || (host != null && !withPort(host, defaultPort).equals(withPort(target.group(2), defaultPort)))) {
            return null;
        }
        return path.isEmpty() ? "/" : decoded(path);
    }

    private static String withPort(String authority, String defaultPort) {
        return authority.matches(".*:[0-9]+")
                ? authority.toLowerCase(Locale.ROOT)
                : authority.toLowerCase(Locale.ROOT) + defaultPort;
    }

    private static boolean isAuthority(String text) {
        Matcher authority = AUTHORITY.matcher(text);
        if (!authority.matches() || (authority.group(2) != null && Integer.parseInt(authority.group(2)) > 65535)) {
            return false;
        }
        String host = authority.group(1);
        byte[] bytes = Heads.latin1(host);
        // The grammar of addresses has an oracle in its own test.
        return !host.startsWith("[") || Ipv6Literal.isValid(bytes, 1, bytes.length - 1);
    }

    private static @Nullable String decoded(String path) {
        if (path.matches(".*%(?![0-9A-Fa-f]{2}).*") || path.matches("(?i).*%(2f|5c|7f|[01].).*")) {
            return null;
        }
        byte[] bytes = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                .getBytes(StandardCharsets.ISO_8859_1);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            List<String> segments = List.of(text.split("/", -1));
            return segments.contains(".") || segments.contains("..") ? null : text;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** What the handshake makes of it: upgrade, plain or refused. */
    String verdict() {
        boolean upgrade =
                tokens("upgrade").contains("websocket") && tokens("connection").contains("upgrade");
        List<String> lengths = values("content-length");
        boolean body = !values("transfer-encoding").isEmpty()
                || lengths.size() > 1
                || (lengths.size() == 1 && !lengths.get(0).matches("0+"));
        if (body || !(method.equals("GET") || (method.equals("HEAD") && !upgrade))) {
            return "refused";
        }
        if (!upgrade) {
            return "plain";
        }
        boolean inOrder = http11
                && values("sec-websocket-version").equals(List.of("13"))
                && values("sec-websocket-key").size() == 1
                && isKey(values("sec-websocket-key").get(0))
                && isSubprotocols(values("sec-websocket-protocol"))
                && isExtensions(values("sec-websocket-extensions"));
        return inOrder ? "upgrade" : "refused";
    }

    private static boolean isKey(String key) {
        try {
            byte[] bytes = Base64.getDecoder().decode(key);
            return bytes.length == 16
                    && Base64.getEncoder().encodeToString(bytes).equals(key);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isSubprotocols(List<String> values) {
        List<String> offers = elements(values);
        return values.isEmpty()
                || (!offers.isEmpty()
                        && offers.stream().allMatch(offer -> offer.matches(TOKEN))
                        && offers.stream().distinct().count() == offers.size());
    }

    private static boolean isExtensions(List<String> values) {
        // A comma in quotes makes the quoted value no token, so splitting at it refuses the same values.
        List<String> offers = elements(values);
        return values.isEmpty()
                || (!offers.isEmpty()
                        && offers.stream()
                                .allMatch(offer -> EXTENSION.matcher(offer).matches()));
    }

    private List<String> tokens(String name) {
        return elements(values(name)).stream()
                .map(s -> s.toLowerCase(Locale.ROOT))
                .toList();
    }

    private static List<String> elements(List<String> values) {
        List<String> elements = new ArrayList<>();
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                String trimmed = element.replaceAll("^[ \t]+|[ \t]+$", "");
                if (!trimmed.isEmpty()) {
                    elements.add(trimmed);
                }
            }
        }
        return elements;
    }

    private List<String> values(String name) {
        List<String> values = new ArrayList<>();
        for (String field : fields) {
            int equals = field.indexOf('=');
            if (field.substring(0, equals).equalsIgnoreCase(name)) {
                values.add(field.substring(equals + 1));
            }
        }
        return values;
    }
}
