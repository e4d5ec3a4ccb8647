package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may open a WebSocket here (RFC 6455, 10.2). Browsers send cookies with every handshake and ask nobody, so a
 * server that does not look at {@code Origin} lets any page act for its user. Immutable; safe from any thread.
 *
 * <p>A request without {@code Origin} does not come from a browser and is allowed.
 */
public final class OriginPolicy {

    private static final OriginPolicy SAME_ORIGIN = new OriginPolicy(Set.of(), false);
    private static final OriginPolicy ANY_ORIGIN = new OriginPolicy(Set.of(), true);

    /** Longest piece of a name in a refusal, in characters. */
    private static final int MAX_NAMED = 120;

    /** Most origins of the list that a refusal names. */
    private static final int MAX_LISTED = 4;

    private final Set<Origin> allowed;
    private final boolean any;

    private OriginPolicy(Set<Origin> allowed, boolean any) {
        this.allowed = allowed;
        this.any = any;
    }

    /**
     * Only pages whose host and port are those of the {@code Host} field; the default.
     *
     * @return the policy
     */
    public static OriginPolicy sameOrigin() {
        return SAME_ORIGIN;
    }

    /**
     * Pages of the same origin, and those of a list. Each entry is exact: scheme, host and port; no patterns.
     *
     * @param origins such as {@code https://example.com} or {@code http://localhost:3000}
     * @return the policy
     * @throws IllegalArgumentException if one is not an origin; {@code null} and {@code *} are none
     */
    public static OriginPolicy sameOriginOr(Collection<String> origins) {
        Set<Origin> allowed = new LinkedHashSet<>();
        for (String text : origins) {
            Origin origin = Origin.parse(text);
            if (origin == null) {
                throw new IllegalArgumentException("an allowed origin is scheme://host or scheme://host:port, without a"
                        + " path, a slash at the end or a pattern; this is \"" + text + "\"");
            }
            allowed.add(origin);
        }
        return new OriginPolicy(allowed, false);
    }

    /**
     * Every page of the web. Only for servers that give nothing to a browser that they would not give to anybody, because
     * with cookies, or on a private network, it lets any page act for its user.
     *
     * @return the policy
     */
    public static OriginPolicy anyOrigin() {
        return ANY_ORIGIN;
    }

    /**
     * Judges a request.
     *
     * @param head the request
     * @param secure whether the server itself speaks TLS on this connection
     * @return null if the origin is allowed or absent; otherwise 403 with the origin and what was expected, or 400 if there
     *     are several {@code Origin} fields
     */
    public @Nullable Refusal check(RequestHead head, boolean secure) {
        return check(head, head.authority(), secure);
    }

    /**
     * Judges a request that came by a proxy which is trusted to tell what the client asked it for.
     *
     * @param head the request
     * @param host host and perhaps port, instead of those of the {@code Host} field; if they are malformed nothing is the
     *     same
     * @param secure whether the client speaks TLS with the server or the proxy
     * @return as {@link #check(RequestHead, boolean)}
     */
    public @Nullable Refusal check(RequestHead head, String host, boolean secure) {
        byte[] bytes = host.getBytes(StandardCharsets.ISO_8859_1);
        return check(head, Authority.parse(bytes, 0, bytes.length), secure);
    }

    private @Nullable Refusal check(RequestHead head, @Nullable Authority host, boolean secure) {
        HeaderFields fields = head.fields();
        int field = any ? -1 : fields.indexOf("Origin", 0);
        if (field < 0) {
            return null;
        }
        if (fields.indexOf("Origin", field + 1) >= 0) {
            return Refusals.ORIGIN_REPEATED;
        }
        Origin origin = Origin.parse(fields.value(field));
        if (origin != null && ((host != null && origin.isSameAs(host, secure)) || allowed.contains(origin))) {
            return null;
        }
        return refusal(origin, host);
    }

    /** Both names are made of what the parsers let through: letters, digits and few signs, no markup, no controls. */
    private Refusal refusal(@Nullable Origin origin, @Nullable Authority host) {
        StringBuilder text = new StringBuilder(200);
        if (origin == null) {
            text.append("The Origin of this request is null or not scheme://host[:port].");
        } else {
            text.append("The Origin ").append(cut(origin.toString())).append(" is not allowed.");
        }
        text.append(" Expected the host and port of the Host field");
        if (host != null) {
            text.append(", ").append(cut(host.toString()));
        }
        if (!allowed.isEmpty()) {
            text.append(", or one of the allowed origins: ");
            int named = 0;
            for (Origin entry : allowed) {
                if (named == MAX_LISTED) {
                    text.append(", and ").append(allowed.size() - named).append(" more");
                    break;
                }
                text.append(named++ == 0 ? "" : ", ").append(cut(entry.toString()));
            }
        }
        return new Refusal(403, text.append('.').toString());
    }

    private static String cut(String name) {
        return name.length() <= MAX_NAMED ? name : name.substring(0, MAX_NAMED) + "...";
    }
}
