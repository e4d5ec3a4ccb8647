package dev.gibbon.protocol.handshake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One way to authenticate that a 401 or a 407 offers (RFC 9110, 11.3): an element of {@code WWW-Authenticate} or
 * {@code Proxy-Authenticate}. Immutable; safe from any thread.
 *
 * @param scheme such as {@code Basic}; compared without regard to case
 * @param token68 the opaque text that some schemes have in the place of parameters; null for the others
 * @param parameters the parameters in their order
 */
public record Challenge(String scheme, @Nullable String token68, List<Parameter> parameters) {

    /**
     * One parameter of a challenge.
     *
     * @param name a token; compared without regard to case
     * @param value the value, without the quotes it may have been written in; bytes beyond ASCII appear as Latin-1
     */
    public record Parameter(String name, String value) {}

    /**
     * Copies the parameters.
     *
     * @param scheme a token
     * @param token68 opaque text, or null
     * @param parameters the parameters
     */
    public Challenge {
        parameters = List.copyOf(parameters);
    }

    /**
     * Reads all challenges of a response.
     *
     * @param fields the fields of a 401 or 407
     * @param name {@code WWW-Authenticate} or {@code Proxy-Authenticate}
     * @return the challenges of all fields of that name, in their order; no value when one breaks the grammar
     */
    public static Optional<List<Challenge>> parse(HeaderFields fields, String name) {
        return new Challenges(fields).read(name);
    }

    /**
     * The first Basic challenge of a response. One without a realm does not count (RFC 7617, 2: "The 'realm' parameter is
     * REQUIRED").
     *
     * @param fields the fields of a 401 or 407
     * @param name {@code WWW-Authenticate} or {@code Proxy-Authenticate}
     * @return the challenge; null if there is none, or a field breaks the grammar
     */
    public static @Nullable Challenge basic(HeaderFields fields, String name) {
        for (Challenge challenge : parse(fields, name).orElse(List.of())) {
            if (challenge.scheme.equalsIgnoreCase("Basic") && challenge.realm() != null) {
                return challenge;
            }
        }
        return null;
    }

    /**
     * The realm: what a person may be shown to choose credentials by. It is text of the peer.
     *
     * @return the realm, null if there is none
     */
    public @Nullable String realm() {
        for (Parameter parameter : parameters) {
            if (parameter.name.equalsIgnoreCase("realm")) {
                return parameter.value;
            }
        }
        return null;
    }

    /** Walks over the fields: a list of challenges, each with a list of parameters, and both with commas. */
    private static final class Challenges {
        private final HeaderFields fields;
        private final List<Challenge> challenges = new ArrayList<>(2);

        Challenges(HeaderFields fields) {
            this.fields = fields;
        }

        Optional<List<Challenge>> read(String name) {
            for (int i = fields.indexOf(name, 0); i >= 0; i = fields.indexOf(name, i + 1)) {
                TokenCursor cursor = new TokenCursor(fields.bytes(), fields.valueStart(i), fields.valueEnd(i));
                if (!readField(cursor)) {
                    return Optional.empty();
                }
            }
            return Optional.of(List.copyOf(challenges));
        }

        /**
         * RFC 9110, 11.3: {@code challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]}. Behind a comma a token with an
         * equals sign is a parameter, and one without is the next scheme.
         */
        private boolean readField(TokenCursor cursor) {
            cursor.skipEmptyElements();
            String scheme = cursor.token();
            while (scheme != null) {
                boolean blank = cursor.skipBlanks();
                List<Parameter> parameters = new ArrayList<>(2);
                String token68 = blank ? cursor.token68() : null;
                String next = null;
                if (token68 == null && blank && !cursor.atElementEnd()) {
                    next = cursor.token();
                    if (next == null || !readParameter(cursor, next, parameters)) {
                        return false;
                    }
                }
                next = null;
                while (cursor.atElementEnd() && !cursor.atEnd()) {
                    cursor.skipEmptyElements();
                    next = cursor.token();
                    if (next == null || token68 != null || !cursor.atEquals()) {
                        break;
                    }
                    if (!readParameter(cursor, next, parameters)) {
                        return false;
                    }
                    next = null;
                }
                challenges.add(new Challenge(scheme, token68, parameters));
                scheme = next;
            }
            return cursor.atEnd();
        }

        private static boolean readParameter(TokenCursor cursor, String name, List<Parameter> parameters) {
            cursor.skipBlanks();
            if (!cursor.take('=')) {
                return false;
            }
            cursor.skipBlanks();
            String value = cursor.take('"') ? cursor.quotedText() : cursor.token();
            cursor.skipBlanks();
            return value != null && cursor.atElementEnd() && parameters.add(new Parameter(name, value));
        }
    }
}
