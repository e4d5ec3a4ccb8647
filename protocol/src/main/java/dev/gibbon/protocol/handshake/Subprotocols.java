package dev.gibbon.protocol.handshake;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Offers and the choice of a subprotocol (RFC 6455, 1.9 and 4.2). Stateless and safe from any thread. */
public final class Subprotocols {

    private static final String FIELD = "Sec-WebSocket-Protocol";

    private Subprotocols() {}

    /**
     * The subprotocols that a request offers, in the client's order of preference.
     *
     * @param fields the fields of a request; several {@code Sec-WebSocket-Protocol} fields make one list
     * @return the offers, empty when there is no such field; no value when the field breaks RFC 6455, 4.1: elements that
     *     are no tokens, the same one twice, or none at all
     */
    public static Optional<List<String>> offered(HeaderFields fields) {
        // RFC 6455, 4.1: "The elements that comprise this value MUST ... all be unique strings."
        return ListField.read(fields, FIELD, Subprotocols::token)
                .filter(offers -> offers.size() < 2 || new HashSet<>(offers).size() == offers.size());
    }

    private static @Nullable String token(TokenCursor cursor) {
        String token = cursor.token();
        cursor.skipBlanks();
        return token;
    }

    /**
     * The subprotocol to speak: the first preferred one that was offered.
     *
     * @param preferred what the server speaks, the best first
     * @param offered what the client offered; compared with regard to case
     * @return an element of {@code preferred} itself, never text of the peer; null if they have none in common
     */
    public static @Nullable String choose(List<String> preferred, List<String> offered) {
        if (offered.isEmpty()) {
            return null;
        }
        for (String candidate : preferred) {
            if (offered.contains(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * Checks a name that a server or client is configured with.
     *
     * @param subprotocol a subprotocol name
     * @return the same name
     * @throws IllegalArgumentException if it is not a token (RFC 6455, 4.1)
     */
    public static String requireValid(String subprotocol) {
        if (!Octets.all(Octets.TOKEN, subprotocol)) {
            throw new IllegalArgumentException("a subprotocol name must be a token (RFC 9110, 5.6.2), not empty");
        }
        return subprotocol;
    }
}
