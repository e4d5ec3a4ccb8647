package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one opening handshake (RFC 6455, 4.1): the bytes of the request, and the judgement of the answer.
 * Immutable; safe from any thread. It reads nothing and writes nothing, and draws no key: 16 random bytes come from outside,
 * new ones for each attempt.
 *
 * <p>All that the caller gives is checked when it is given, so that no URI, field or name can break the request apart.
 */
public final class ClientHandshake {

    /** The bytes of a nonce before base64 (RFC 6455, 4.1). */
    public static final int NONCE_LENGTH = 16;

    private static final int SWITCHING_PROTOCOLS = 101;

    /** What the answer is. */
    public sealed interface Verdict permits Accepted, Refused, Failed {}

    /**
     * The server switched protocols, and all of its answer is in order: what follows the head are frames.
     *
     * @param subprotocol the one of the offered subprotocols that the server chose; null if it chose none
     * @param extensions the extensions that the server chose, each of them offered, none twice; their parameters are for
     *     the extension to judge
     */
    public record Accepted(@Nullable String subprotocol, List<ExtensionOffer> extensions) implements Verdict {}

    /**
     * The server answered with another status than 101: a refusal, a redirect, a demand for credentials, or a page.
     *
     * @param response the answer; its body follows ({@link RefusalBody})
     */
    public record Refused(ReceivedResponse response) implements Verdict {}

    /**
     * The server answered 101, but not as RFC 6455 says: the connection must be dropped without a frame.
     *
     * @param reason what was wrong, without bytes of the peer
     */
    public record Failed(String reason) implements Verdict {}

    private final String requestTarget;
    private final List<HeaderField> fields;
    private final String key;
    private final List<String> subprotocols;
    private final Set<String> extensionNames;

    private ClientHandshake(Builder builder, byte[] nonce) {
        if (nonce.length != NONCE_LENGTH) {
            throw new IllegalArgumentException("a nonce is " + NONCE_LENGTH + " bytes, not " + nonce.length);
        }
        key = Base64.getEncoder().encodeToString(nonce);
        subprotocols = List.copyOf(builder.subprotocols);
        extensionNames = Set.copyOf(builder.extensionNames);
        requestTarget = builder.uri.requestTarget();
        fields = builder.allFields(key);
    }

    /**
     * Begins a handshake.
     *
     * @param uri where to
     * @return a builder without subprotocols, extensions, origin or more fields
     */
    public static Builder to(WebSocketUri uri) {
        return new Builder(uri);
    }

    /**
     * The bytes of the request.
     *
     * @return a new array
     */
    public byte[] request() {
        StringBuilder head =
                new StringBuilder(256).append("GET ").append(requestTarget).append(" HTTP/1.1\r\n");
        for (HeaderField field : fields) {
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The fields of the request.
     *
     * @return all fields as they are sent, in their order; some may be secrets
     */
    public HeaderFields fields() {
        return HeaderFields.of(fields);
    }

    /**
     * Judges the answer.
     *
     * @param response the final response, from {@link ResponseHeadParser}
     * @return what it is; never an exception, whatever the server sent
     */
    public Verdict judge(ReceivedResponse response) {
        // RFC 6455, 4.1, 1: "If the status code received from the server is not 101, the client handles the response
        // per HTTP procedures."
        if (response.status() != SWITCHING_PROTOCOLS) {
            return new Refused(response);
        }
        HeaderFields fields = response.fields();
        String fault = judgeSwitch(response);
        if (fault != null) {
            return new Failed(fault);
        }
        Optional<List<ExtensionOffer>> extensions = ExtensionOffer.parse(fields);
        if (extensions.isEmpty()) {
            return new Failed(ResponseFaults.EXTENSIONS);
        }
        fault = judgeExtensions(extensions.get());
        if (fault == null) {
            fault = judgeSubprotocol(fields);
        }
        return fault != null
                ? new Failed(fault)
                : new Accepted(chosen(fields.first("Sec-WebSocket-Protocol")), extensions.get());
    }

    private @Nullable String judgeSwitch(ReceivedResponse response) {
        if (!response.isHttp11()) {
            // RFC 9110, 7.8: "A server MUST ignore an Upgrade header field that is received in an HTTP/1.0 request",
            // and RFC 6455, 4.2.2 shows the answer as HTTP/1.1.
            return ResponseFaults.HTTP_1_0;
        }
        HeaderFields fields = response.fields();
        // RFC 6455, 4.1, 2: "If the response lacks an |Upgrade| header field or the |Upgrade| header field contains a
        // value that is not an ASCII case-insensitive match for the value "websocket", the client MUST _Fail the
        // WebSocket Connection_." So a second protocol beside it will not do.
        if (!"websocket".equalsIgnoreCase(only(fields, "Upgrade"))) {
            return ResponseFaults.UPGRADE;
        }
        // 3: "If the response lacks a |Connection| header field or the |Connection| header field doesn't contain a
        // token that is an ASCII case-insensitive match for the value "Upgrade", the client MUST _Fail ..."
        if (!fields.hasToken("Connection", "Upgrade")) {
            return ResponseFaults.CONNECTION;
        }
        // 4: "If the response lacks a |Sec-WebSocket-Accept| header field or the |Sec-WebSocket-Accept| contains a
        // value other than the base64-encoded SHA-1 ... but ignoring any leading and trailing whitespace, the client
        // MUST _Fail ..." 11.3.3: it "MUST NOT appear more than once in an HTTP response."
        int count = fields.count("Sec-WebSocket-Accept");
        if (count != 1) {
            return count == 0 ? ResponseFaults.ACCEPT_MISSING : ResponseFaults.ACCEPT_REPEATED;
        }
        if (!new AcceptKey().accept(key).equals(fields.first("Sec-WebSocket-Accept"))) {
            return ResponseFaults.ACCEPT;
        }
        // RFC 9110, 8.6: "A server MUST NOT send a Content-Length header field in any response with a status code of
        // 1xx"; RFC 9112, 6.1 says the same of Transfer-Encoding. What a proxy took for a body would be our frames. A
        // length of 0 says nothing else than the rule does, and is let through.
        if (fields.count("Transfer-Encoding") > 0
                || (fields.count("Content-Length") > 0 && !"0".equals(only(fields, "Content-Length")))) {
            return ResponseFaults.BODY;
        }
        return null;
    }

    private @Nullable String judgeExtensions(List<ExtensionOffer> extensions) {
        // 5: "If the response includes a |Sec-WebSocket-Extensions| header field and this header field indicates the
        // use of an extension that was not present in the client's handshake ..., the client MUST _Fail ..."
        Set<String> seen = new HashSet<>();
        for (ExtensionOffer extension : extensions) {
            if (!extensionNames.contains(extension.name())) {
                return ResponseFaults.EXTENSION_NOT_OFFERED;
            }
            // The same extension twice would use the same bits of a frame twice.
            if (!seen.add(extension.name())) {
                return ResponseFaults.EXTENSION_REPEATED;
            }
        }
        return null;
    }

    private @Nullable String judgeSubprotocol(HeaderFields fields) {
        // 11.3.4: it "MUST NOT appear more than once in an HTTP response."
        int count = fields.count("Sec-WebSocket-Protocol");
        if (count > 1) {
            return ResponseFaults.SUBPROTOCOL_REPEATED;
        }
        // 6: "If the response includes a |Sec-WebSocket-Protocol| header field and this header field indicates the
        // use of a subprotocol that was not present in the client's handshake ..., the client MUST _Fail ..."
        boolean fits = count == 0 || chosen(fields.first("Sec-WebSocket-Protocol")) != null;
        return fits ? null : ResponseFaults.SUBPROTOCOL_NOT_OFFERED;
    }

    /** Our own text of an offered subprotocol. Subprotocols are compared with regard to case. */
    private @Nullable String chosen(@Nullable String answer) {
        int i = answer == null ? -1 : subprotocols.indexOf(answer);
        return i < 0 ? null : subprotocols.get(i);
    }

    /** The value of a field that stands exactly once, else null. */
    private static @Nullable String only(HeaderFields fields, String name) {
        return fields.count(name) == 1 ? fields.first(name) : null;
    }

    /** What a client asks for, without the key: made once, built for each attempt. Confined to one thread. */
    public static final class Builder {

        /** What the handshake itself writes, what frames a body, and what is for a proxy only. */
        private static final List<String> DECIDED = List.of(
                "Host",
                "Upgrade",
                "Connection",
                "Content-Length",
                "Transfer-Encoding",
                "Trailer",
                "TE",
                "Expect",
                "Keep-Alive",
                "Proxy-Connection");

        /** What stands once at most: two of them are read differently by two servers. */
        private static final List<String> SINGLE = List.of("Authorization", "Cookie", "User-Agent");

        /** What tells another server nothing that is meant for the first one only. */
        private static final List<String> HARMLESS = List.of("User-Agent", "Accept-Language");

        private final WebSocketUri uri;
        private List<String> subprotocols = List.of();
        private final Set<String> extensionNames = new HashSet<>();
        private @Nullable HeaderField extensions;
        private @Nullable HeaderField origin;
        private List<HeaderField> fields = List.of();

        private Builder(WebSocketUri uri) {
            this.uri = uri;
        }

        /**
         * The subprotocols to offer.
         *
         * @param offered tokens, the best first, none twice; none to offer none
         * @return this
         * @throws IllegalArgumentException if one is not a token, or stands twice (RFC 6455, 4.1)
         */
        public Builder subprotocols(List<String> offered) {
            offered.forEach(Subprotocols::requireValid);
            // RFC 6455, 4.1, 10: "The elements that comprise this value MUST ... all be unique strings."
            if (new HashSet<>(offered).size() != offered.size()) {
                throw new IllegalArgumentException(
                        "a subprotocol may be offered once (RFC 6455, 4.1); this stands twice: " + repeated(offered));
            }
            subprotocols = List.copyOf(offered);
            return this;
        }

        private static String repeated(List<String> names) {
            Set<String> seen = new HashSet<>();
            return names.stream().filter(name -> !seen.add(name)).findFirst().orElse("");
        }

        /**
         * The extensions to offer.
         *
         * @param offer the value for {@code Sec-WebSocket-Extensions}, null to offer none
         * @return this
         * @throws IllegalArgumentException if it breaks the grammar (RFC 6455, 9.1)
         */
        public Builder extensions(@Nullable String offer) {
            extensions = null;
            extensionNames.clear();
            if (offer != null) {
                HeaderField field = new HeaderField("Sec-WebSocket-Extensions", offer);
                List<ExtensionOffer> offers = ExtensionOffer.parse(HeaderFields.of(List.of(field)))
                        .orElseThrow(() -> new IllegalArgumentException(
                                "an offer is a list of extensions with their parameters (RFC 6455, 9.1), such as"
                                        + " permessage-deflate; client_max_window_bits"));
                offers.forEach(each -> extensionNames.add(each.name()));
                extensions = field;
            }
            return this;
        }

        /**
         * The origin to name, for clients that act for a page, and servers that ask for one.
         *
         * @param value {@code scheme://host[:port]} or {@code null} as text; null to name none
         * @return this
         * @throws IllegalArgumentException if it is not an origin (RFC 6454, 7)
         */
        public Builder origin(@Nullable String value) {
            if (value != null && !value.equals("null") && Origin.parse(value) == null) {
                throw new IllegalArgumentException("an Origin is scheme://host[:port] without a path, or null");
            }
            origin = value == null ? null : new HeaderField("Origin", value);
            return this;
        }

        /**
         * More fields, in the place of those given before.
         *
         * @param more the fields, in their order
         * @return this
         * @throws IllegalArgumentException if a field is one that the handshake decides, or stands twice that may not
         */
        public Builder fields(List<HeaderField> more) {
            Set<String> seen = new HashSet<>();
            for (HeaderField field : more) {
                String name = field.name();
                requireAllowed(name);
                if (!seen.add(name.toLowerCase(Locale.ROOT)) && contains(SINGLE, name)) {
                    throw new IllegalArgumentException("the field " + name + " may stand once only");
                }
            }
            fields = List.copyOf(more);
            return this;
        }

        private static void requireAllowed(String name) {
            if (contains(DECIDED, name) || name.regionMatches(true, 0, "Sec-WebSocket-", 0, 14)) {
                throw new IllegalArgumentException("the field " + name + " is set by the library, not by its caller");
            }
            if (name.equalsIgnoreCase("Origin")) {
                throw new IllegalArgumentException("the field Origin has a setting of its own: origin(...)");
            }
            if (name.equalsIgnoreCase("Proxy-Authorization")) {
                throw new IllegalArgumentException(
                        "the field Proxy-Authorization would reach the server; give the credentials with the proxy");
            }
        }

        private static boolean contains(List<String> names, String name) {
            return names.stream().anyMatch(name::equalsIgnoreCase);
        }

        /**
         * The same request to where a redirect leads. To another origin (scheme, host or port) none of the caller's fields
         * goes along but {@code User-Agent} and {@code Accept-Language}: any other may be a credential.
         *
         * @param target from {@link Redirect}
         * @return a new builder
         */
        public Builder redirectedTo(WebSocketUri target) {
            Builder other = new Builder(target);
            other.subprotocols = subprotocols;
            other.extensionNames.addAll(extensionNames);
            other.extensions = extensions;
            other.origin = origin;
            other.fields = uri.isSameOriginAs(target)
                    ? fields
                    : fields.stream()
                            .filter(field -> contains(HARMLESS, field.name()))
                            .toList();
            return other;
        }

        /**
         * One attempt.
         *
         * @param nonce {@value #NONCE_LENGTH} bytes that nobody can foresee, new ones for each attempt; not kept
         * @return the handshake
         * @throws IllegalArgumentException if the nonce has another length
         */
        public ClientHandshake build(byte[] nonce) {
            return new ClientHandshake(this, nonce);
        }

        private List<HeaderField> allFields(String key) {
            List<HeaderField> all = new ArrayList<>();
            all.add(new HeaderField("Host", uri.hostField()));
            all.add(new HeaderField("Upgrade", "websocket"));
            all.add(new HeaderField("Connection", "Upgrade"));
            all.add(new HeaderField("Sec-WebSocket-Key", key));
            all.add(new HeaderField("Sec-WebSocket-Version", "13"));
            if (origin != null) {
                all.add(origin);
            }
            if (!subprotocols.isEmpty()) {
                all.add(new HeaderField("Sec-WebSocket-Protocol", String.join(", ", subprotocols)));
            }
            if (extensions != null) {
                all.add(extensions);
            }
            BasicCredentials credentials = uri.credentials();
            if (credentials != null && fields.stream().noneMatch(f -> f.name().equalsIgnoreCase("Authorization"))) {
                all.add(new HeaderField("Authorization", credentials.fieldValue()));
            }
            all.addAll(fields);
            return all;
        }
    }
}
