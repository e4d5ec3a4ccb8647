package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.handshake.ClientHandshake;
import dev.gibbon.protocol.handshake.WebSocketUri;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * URIs, against the platform's parser as far as they agree, and against the bytes of the request that is made of them: whatever is
 * accepted makes one request line and one {@code Host} line, and nothing else.
 *
 * <p>Options: 0 ws:// and 1 wss:// before the data, 2 a host as well, 3 the data is Latin-1 and not UTF-8.
 */
public final class UrisTarget {
    private static final byte[] NONCE = new byte[ClientHandshake.NONCE_LENGTH];

    private UrisTarget() {}

    /**
     * Jazzer's entry point.
     *
     * @param input see {@link FuzzInput}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput fuzz = FuzzInput.of(input);
        String scheme = fuzz.option(1) ? "wss://" : "ws://";
        String text = (fuzz.option(0) || fuzz.option(1) ? scheme : "")
                + (fuzz.option(2) ? "example.com" : "")
                + new String(fuzz.data(), fuzz.option(3) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        WebSocketUri uri;
        try {
            uri = WebSocketUri.parse(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        requireInOrder(uri);
        if (text.chars().allMatch(c -> c < 0x80)) {
            compare(text, uri);
        }
    }

    /** One request line and one line for each field, and the same URI when it is read again. */
    static void requireInOrder(WebSocketUri uri) {
        String request = new String(ClientHandshake.to(uri).build(NONCE).request(), StandardCharsets.ISO_8859_1);
        String[] lines = request.split("\r\n", -1);
        Oracle.same("lines", uri.credentials() == null ? 8 : 9, lines.length);
        String target = uri.requestTarget();
        Oracle.same("request line", "GET " + target + " HTTP/1.1", lines[0]);
        Oracle.holds(
                "target " + target, target.startsWith("/") && target.chars().allMatch(c -> c > ' ' && c < 0x7F));
        Oracle.holds("fragment", target.indexOf('#') < 0);
        String path = target.split("\\?", 2)[0] + "/";
        Oracle.holds("dot segments in " + target, !path.contains("/./") && !path.contains("/../"));
        Oracle.same("host", "Host: " + uri.hostField(), lines[1]);
        NaiveLists.HostPort host = NaiveLists.authority(uri.hostField());
        Oracle.holds("host " + uri.hostField(), host != null);
        WebSocketUri again = WebSocketUri.parse(uri.toString());
        Oracle.same("target again", target, again.requestTarget());
        Oracle.holds("origin again", uri.isSameOriginAs(again));
        URI http = uri.toHttpUri();
        // The platform has no host and no port for names with an underscore.
        Oracle.holds("port", http.getHost() == null || port(http, uri) == uri.port());
    }

    private static void compare(String text, WebSocketUri uri) {
        URI platform;
        try {
            platform = new URI(text);
        } catch (URISyntaxException e) {
            throw new AssertionError("the platform refuses " + text, e);
        }
        if (platform.getHost() != null) {
            Oracle.same("host", platform.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT), uri.host());
            Oracle.same("port", port(platform, uri), uri.port());
        }
        if (!platform.getRawPath().contains("/.")) {
            String path = platform.getRawPath().isEmpty() ? "/" : platform.getRawPath();
            String query = platform.getRawQuery() == null ? "" : "?" + platform.getRawQuery();
            Oracle.same("target", path + query, uri.requestTarget());
        }
        Oracle.holds("fragment", platform.getRawFragment() == null);
        Oracle.same("user information", platform.getRawAuthority().contains("@"), uri.credentials() != null);
    }

    private static int port(URI platform, WebSocketUri uri) {
        int defaultPort = uri.secure() ? 443 : 80;
        return platform.getPort() < 0 ? defaultPort : platform.getPort();
    }
}
