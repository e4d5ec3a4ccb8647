package dev.gibbon;

import dev.gibbon.protocol.handshake.OriginPolicy;
import java.util.List;

/**
 * Which pages may open connections to an endpoint: browsers name theirs in {@code Origin} (RFC 6455, 10.2) and send their
 * cookies whatever the page. A request without {@code Origin} does not come from a browser's page and is always allowed.
 */
public final class Origins {
    private static final Origins SAME = new Origins(OriginPolicy.sameOrigin());
    private static final Origins ANY = new Origins(OriginPolicy.anyOrigin());

    private final OriginPolicy policy;

    private Origins(OriginPolicy policy) {
        this.policy = policy;
    }

    /**
     * Only pages of the same host and port as the request's {@code Host}: the default.
     *
     * @return the rule
     */
    public static Origins same() {
        return SAME;
    }

    /**
     * Pages of the same host and port, and of these origins, compared exactly.
     *
     * @param origins as browsers write them: {@code https://example.com}, {@code http://localhost:3000}
     * @return the rule
     * @throws IllegalArgumentException for text that is not an origin
     */
    public static Origins sameOr(String... origins) {
        return new Origins(OriginPolicy.sameOriginOr(List.of(origins)));
    }

    /**
     * Every page of the web, with the cookies of whoever looks at it. Only for endpoints that hold nothing private and
     * decide nothing by cookies.
     *
     * @return the rule
     */
    public static Origins anyEvenHostileOnes() {
        return ANY;
    }

    OriginPolicy policy() {
        return policy;
    }
}
