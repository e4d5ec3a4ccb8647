package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.handshake.HeadLimits;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9112's request head and RFC 6455's opening handshake once more, by splitting the whole text. An oracle: it shares no code
 * with the library.
 *
 * @param length in bytes
 * @param fields each as {@code name:value}
 * @param host without port; null when none was named
 */
record NaiveHead(
        int length,
        String method,
        String target,
        String path,
        @Nullable String query,
        boolean http11,
        List<String> fields,
        @Nullable String host) {

    /** The head that the text begins with; null if it is not whole, breaks a rule or exceeds a limit. */
    static @Nullable NaiveHead read(String text, HeadLimits limits) {
        int from = text.startsWith("\r\n") ? 2 : 0;
        int end = text.indexOf("\r\n\r\n", from);
        if (end < 0 || end + 4 > limits.maxHeadBytes()) {
            return null;
        }
        String[] lines = text.substring(from, end).split("\r\n", -1);
        if (lines.length - 1 > limits.maxFields()) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].length() > limits.maxLineBytes()) {
                return null;
            }
            if (i > 0) {
                String[] field = lines[i].split(":", 2);
                if (field.length < 2 || !NaiveLists.isToken(field[0]) || !isValue(field[1])) {
                    return null;
                }
                fields.add(field[0] + ":" + NaiveLists.trim(field[1]));
            }
        }
        String[] request = lines[0].split(" ", -1);
        if (request.length != 3 || !NaiveLists.isToken(request[0]) || !isVisible(request[1])) {
            return null;
        }
        boolean http11 = request[2].equals("HTTP/1.1");
        if (!http11 && !request[2].equals("HTTP/1.0")) {
            return null;
        }
        return withTarget(end + 4, request[0], request[1], http11, fields);
    }

    private static @Nullable NaiveHead withTarget(
            int length, String method, String target, boolean http11, List<String> fields) {
        String rest = target;
        NaiveLists.HostPort authority = null;
        int port = -1;
        if (!target.startsWith("/")) {
            int slashes = target.indexOf("://");
            if (slashes < 0) {
                return null;
            }
            port = NaiveLists.defaultPort(target.substring(0, slashes).toLowerCase(Locale.ROOT));
            rest = target.substring(slashes + 3);
            int end = 0;
            while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
                end++;
            }
            authority = NaiveLists.authority(rest.substring(0, end));
            rest = rest.substring(end);
            if (port < 0 || authority == null) {
                return null;
            }
        }
        String[] parts = rest.split("\\?", 2);
        String path = path(parts[0]);
        String query = parts.length < 2 ? null : parts[1];
        if (path == null || (query != null && query.chars().anyMatch(c -> "\"#<>".indexOf(c) >= 0))) {
            return null;
        }
        List<String> hosts = values(fields, "host");
        if (hosts.size() > 1 || (hosts.isEmpty() && http11)) {
            return null;
        }
        if (!hosts.isEmpty()) {
            NaiveLists.HostPort named = NaiveLists.authority(hosts.get(0));
            boolean agree = authority == null
                    || (named != null
                            && authority.host().equalsIgnoreCase(named.host())
                            && (authority.port() < 0 ? port : authority.port())
                                    == (named.port() < 0 ? port : named.port()));
            if (named == null || !agree) {
                return null;
            }
            authority = named;
        }
        String host = authority == null ? null : authority.host();
        return new NaiveHead(length, method, target, path, query, http11, fields, host);
    }

    private static boolean isValue(String text) {
        return text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7F));
    }

    private static boolean isVisible(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    /** The decoded path; null if it is refused. */
    private static @Nullable String path(String raw) {
        if (raw.isEmpty()) {
            return "/";
        }
        if (raw.chars().anyMatch(c -> "\"#<>?\\`{}".indexOf(c) >= 0)) {
            return null;
        }
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                String hex = raw.substring(i + 1, Math.min(raw.length(), i + 3));
                if (hex.length() < 2 || !NaiveLists.consistsOf(hex, "0123456789abcdefABCDEF")) {
                    return null;
                }
                c = (char) Integer.parseInt(hex, 16);
                if (c < ' ' || c == 0x7F || c == '/' || c == '\\') {
                    return null;
                }
                i += 2;
            }
            octets.append(c);
        }
        byte[] bytes = octets.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (!PlatformUtf8.isWhole(bytes)) {
            return null;
        }
        String path = new String(bytes, StandardCharsets.UTF_8);
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return null;
            }
        }
        return path;
    }

    private static List<String> values(List<String> fields, String name) {
        return fields.stream()
                .map(field -> field.split(":", 2))
                .filter(field -> field[0].equalsIgnoreCase(name))
                .map(field -> field[1])
                .toList();
    }

    List<String> values(String name) {
        return values(fields, name);
    }

    /** The whole answer to an upgrade, "plain", or "refused". */
    String judge() {
        boolean upgrade = NaiveLists.hasToken(values("upgrade"), "websocket")
                && NaiveLists.hasToken(values("connection"), "upgrade");
        List<String> lengths = values("content-length");
        boolean body = !values("transfer-encoding").isEmpty() || lengths.size() > 1;
        body |= lengths.size() == 1 && (lengths.get(0).isEmpty() || !NaiveLists.consistsOf(lengths.get(0), "0"));
        if (body || !(method.equals("GET") || (method.equals("HEAD") && !upgrade))) {
            return "refused";
        }
        if (!upgrade) {
            boolean keepAlive = http11 && !NaiveLists.hasToken(values("connection"), "close");
            return "plain " + method + ' ' + keepAlive;
        }
        List<String> keys = values("sec-websocket-key");
        boolean inOrder = http11
                && values("sec-websocket-version").equals(List.of("13"))
                && keys.size() == 1
                && isKey(keys.get(0))
                && NaiveLists.subprotocols(values("sec-websocket-protocol")) != null
                && NaiveLists.extensions(values("sec-websocket-extensions")) != null;
        return inOrder ? "upgrade " + accept(keys.get(0)) : "refused";
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

    private static String accept(String key) {
        try {
            byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A response of one head in order with the status, and a body of the given text as long as it says. */
    static void requireResponse(byte[] response, int status, String body) {
        String text = new String(response, StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        Oracle.holds("no end of head", end > 0);
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Oracle.holds(lines[0], lines[0].startsWith("HTTP/1.1 " + status + " "));
        Oracle.holds("controls in the status line", isValue(lines[0]));
        int length = 0;
        for (int i = 1; i < lines.length; i++) {
            String[] field = lines[i].split(": ", 2);
            Oracle.holds(lines[i], field.length == 2 && NaiveLists.isToken(field[0]) && isValue(field[1]));
            if (field[0].equals("Content-Length")) {
                length = Integer.parseInt(field[1]);
            }
        }
        Oracle.same("body", body, text.substring(end + 4).strip());
        Oracle.same("length of the body", response.length - end - 4, length);
    }
}
