package dev.gibbon;

import dev.gibbon.protocol.handshake.HeaderField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link HandshakeHook} decides: to accept, with what the connection carries, or to refuse with a status. Immutable. */
public final class HandshakeDecision {
    private static final Set<String> OWN_FIELDS = Set.of(
            "connection",
            "upgrade",
            "content-type",
            "content-length",
            "transfer-encoding",
            "sec-websocket-accept",
            "sec-websocket-protocol",
            "sec-websocket-extensions");
    private static final HandshakeDecision ACCEPT = new HandshakeDecision(101, "", null, List.of(), Map.of());

    private final int status;
    private final String message;
    private final @Nullable String subprotocol;
    private final List<Map.Entry<String, String>> headers;
    private final Map<AttributeKey<?>, Object> attributes;

    private HandshakeDecision(
            int status,
            String message,
            @Nullable String subprotocol,
            List<Map.Entry<String, String>> headers,
            Map<AttributeKey<?>, Object> attributes) {
        this.status = status;
        this.message = message;
        this.subprotocol = subprotocol;
        this.headers = headers;
        this.attributes = attributes;
    }

    /**
     * Accepts the handshake.
     *
     * @return the decision
     */
    public static HandshakeDecision accept() {
        return ACCEPT;
    }

    /**
     * Refuses the handshake.
     *
     * @param status 300 to 599, but not 304
     * @param message a short plain text for the body; it should not repeat what the client sent
     * @return the decision
     * @throws IllegalArgumentException for another status
     */
    public static HandshakeDecision refuse(int status, String message) {
        if (status < 300 || status > 599 || status == 304) {
            throw new IllegalArgumentException("status " + status + ": a refusal needs 300 to 599, but not 304");
        }
        return new HandshakeDecision(status, message, null, List.of(), Map.of());
    }

    /**
     * Chooses the subprotocol, instead of the endpoint's preference.
     *
     * @param name one that the client offers, else the handshake is answered with 500
     * @return a decision with it
     */
    public HandshakeDecision subprotocol(String name) {
        return new HandshakeDecision(status, message, Objects.requireNonNull(name), headers, attributes);
    }

    /**
     * Adds a header field to the response, 101 or refusal.
     *
     * @param name the field's name
     * @param value the value
     * @return a decision with it
     * @throws IllegalArgumentException for a name or value that cannot be sent, or a field that the server sets itself: those
     *     of the handshake, of the body and its framing
     */
    public HandshakeDecision header(String name, String value) {
        if (OWN_FIELDS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the server sets " + name + " itself");
        }
        HeaderField checked = new HeaderField(name, value);
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(checked.name(), checked.value()));
        return new HandshakeDecision(status, message, subprotocol, List.copyOf(more), attributes);
    }

    /**
     * Attaches a value, say the principal, to the connection: see {@link WebSocket#attribute(AttributeKey)}.
     *
     * @param key the key
     * @param value the value
     * @param <T> the type of the value
     * @return a decision with it
     */
    public <T> HandshakeDecision attribute(AttributeKey<T> key, T value) {
        Map<AttributeKey<?>, Object> more = new HashMap<>(attributes);
        more.put(key, Objects.requireNonNull(value));
        return new HandshakeDecision(status, message, subprotocol, headers, more);
    }

    /**
     * Whether the handshake goes on.
     *
     * @return true if accepted
     */
    public boolean accepted() {
        return status == 101;
    }

    /**
     * The status to answer.
     *
     * @return 101, or 300 to 599
     */
    public int status() {
        return status;
    }

    /**
     * The body of a refusal.
     *
     * @return a short plain text
     */
    public String message() {
        return message;
    }

    /**
     * The chosen subprotocol.
     *
     * @return its name, or null to leave the choice to the endpoint's preference
     */
    public @Nullable String subprotocol() {
        return subprotocol;
    }

    /**
     * The fields added to the response.
     *
     * @return name and value, in order
     */
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /**
     * What the connection carries.
     *
     * @return key to value, keys by identity
     */
    public Map<AttributeKey<?>, Object> attributes() {
        return Collections.unmodifiableMap(attributes);
    }
}
