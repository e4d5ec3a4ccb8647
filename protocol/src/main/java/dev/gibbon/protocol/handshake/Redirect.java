package dev.gibbon.protocol.handshake;

import java.util.Locale;

/**
 * Where a redirect leads (RFC 9110, 10.2.2 and 15.4). It only says where; whether to follow, how often, and with which
 * credentials is for the caller, who should follow a few at most and carry nothing to another origin
 * ({@link ClientHandshake.Builder#redirectedTo}). Stateless and safe from any thread.
 */
public final class Redirect {

    /** Where a redirect leads. */
    public sealed interface Verdict permits To, Broken {}

    /**
     * To another place.
     *
     * @param target where to; never ws when the request went to wss. Its user information is that of the first URI if the
     *     origin is the same
     */
    public record To(WebSocketUri target) implements Verdict {}

    /**
     * Nowhere that may be followed.
     *
     * @param reason what was wrong, without bytes of the peer
     */
    public record Broken(String reason) implements Verdict {}

    private Redirect() {}

    /**
     * Whether a response is a redirect that can be followed with another GET.
     *
     * @param response a refusal
     * @return true for 301, 302, 303, 307 and 308
     */
    public static boolean isRedirect(ReceivedResponse response) {
        return switch (response.status()) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    /**
     * Reads {@code Location}, which may be relative to where the request went. http and https become ws and wss; a fragment
     * is left out.
     *
     * @param from where the request went
     * @param response a redirect
     * @return where it leads; never an exception, whatever the server sent
     */
    public static Verdict judge(WebSocketUri from, ReceivedResponse response) {
        HeaderFields fields = response.fields();
        String location = fields.first("Location");
        if (location == null || fields.count("Location") != 1) {
            return new Broken(ResponseFaults.LOCATION_COUNT);
        }
        try {
            return resolve(from, location);
        } catch (IllegalArgumentException e) {
            return new Broken(ResponseFaults.LOCATION);
        }
    }

    private static Verdict resolve(WebSocketUri from, String location) {
        int fragment = location.indexOf('#');
        String reference = fragment < 0 ? location : location.substring(0, fragment);
        int colon = schemeEnd(reference);
        boolean secure = from.secure();
        int authorityStart = 2;
        if (colon > 0) {
            switch (reference.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "ws", "http" -> secure = false;
                case "wss", "https" -> secure = true;
                default -> {
                    return new Broken(ResponseFaults.LOCATION_SCHEME);
                }
            }
            authorityStart = colon + 3;
        }
        if (from.secure() && !secure) {
            return new Broken(ResponseFaults.LOCATION_INSECURE);
        }
        if (!reference.startsWith("//", authorityStart - 2)) {
            return colon > 0 ? new Broken(ResponseFaults.LOCATION) : new To(at(from, merged(from, reference)));
        }
        WebSocketUri target = UriParser.afterScheme(reference, authorityStart, secure);
        if (target.credentials() != null) {
            return new Broken(ResponseFaults.LOCATION_USER);
        }
        return new To(target.isSameOriginAs(from) ? at(from, target.requestTarget()) : target);
    }

    /** RFC 3986, 3.1 and 4.2: the index of the colon behind a scheme; 0 or less if the reference has none. */
    private static int schemeEnd(String reference) {
        int colon = reference.indexOf(':');
        for (int i = 0; i < colon; i++) {
            if ("/?".indexOf(reference.charAt(i)) >= 0) {
                return -1;
            }
        }
        return colon;
    }

    private static WebSocketUri at(WebSocketUri from, String target) {
        return new WebSocketUri(from.secure(), from.bracketedHost(), from.port(), target, from.credentials());
    }

    /** RFC 3986, 5.2.2 and 5.2.3, for a reference without a scheme and an authority. */
    private static String merged(WebSocketUri from, String reference) {
        String base = from.requestTarget();
        int question = base.indexOf('?');
        String path = question < 0 ? base : base.substring(0, question);
        if (reference.isEmpty()) {
            return base;
        }
        String merged;
        if (reference.startsWith("/")) {
            merged = reference;
        } else if (reference.startsWith("?")) {
            merged = path + reference;
        } else {
            merged = path.substring(0, path.lastIndexOf('/') + 1) + reference;
        }
        return UriParser.requestTarget(merged, 0);
    }
}
