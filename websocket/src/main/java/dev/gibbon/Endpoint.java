package dev.gibbon;

import dev.gibbon.protocol.handshake.Subprotocols;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is served at a path: an application in one of the two styles, and its options. Immutable; each method returns a
 * changed copy.
 */
public final class Endpoint {
    private final @Nullable WebSocketHandler handler;
    private final @Nullable Supplier<? extends WebSocketListener> listener;
    private final UnaryOperator<WebSocketOptions> options;
    private final Origins origins;
    private final List<String> subprotocols;
    private final @Nullable HandshakeHook hook;
    private final boolean parts;

    private Endpoint(
            @Nullable WebSocketHandler handler,
            @Nullable Supplier<? extends WebSocketListener> listener,
            UnaryOperator<WebSocketOptions> options,
            Origins origins,
            List<String> subprotocols,
            @Nullable HandshakeHook hook,
            boolean parts) {
        this.handler = handler;
        this.listener = listener;
        this.options = options;
        this.origins = origins;
        this.subprotocols = subprotocols;
        this.hook = hook;
        this.parts = parts;
    }

    /**
     * An endpoint in the blocking style.
     *
     * @param handler called once for each connection, in a thread of its own
     * @return the endpoint
     */
    public static Endpoint blocking(WebSocketHandler handler) {
        return new Endpoint(
                Objects.requireNonNull(handler),
                null,
                UnaryOperator.identity(),
                Origins.same(),
                List.of(),
                null,
                false);
    }

    /**
     * An endpoint in the listener style, with one listener for all connections.
     *
     * @param listener called on the loops; calls for different connections may come at once
     * @return the endpoint
     */
    public static Endpoint listener(WebSocketListener listener) {
        Objects.requireNonNull(listener);
        return listenerPerConnection(() -> listener);
    }

    /**
     * An endpoint in the listener style, with a listener for each connection.
     *
     * @param listeners called on the loop for each connection
     * @return the endpoint
     */
    public static Endpoint listenerPerConnection(Supplier<? extends WebSocketListener> listeners) {
        return new Endpoint(
                null,
                Objects.requireNonNull(listeners),
                UnaryOperator.identity(),
                Origins.same(),
                List.of(),
                null,
                false);
    }

    /**
     * Sets the limits and times, instead of the server's.
     *
     * @param value the options
     * @return a changed copy
     */
    public Endpoint options(WebSocketOptions value) {
        Objects.requireNonNull(value);
        return withOptions(servers -> value);
    }

    private Endpoint withOptions(UnaryOperator<WebSocketOptions> value) {
        return new Endpoint(handler, listener, value, origins, subprotocols, hook, parts);
    }

    /**
     * Changes some of the server's limits and times.
     *
     * @param change given a builder with the server's options when the server starts
     * @return a changed copy
     */
    public Endpoint options(UnaryOperator<WebSocketOptions.Builder> change) {
        Objects.requireNonNull(change);
        return withOptions(servers -> change.apply(servers.with()).build());
    }

    /**
     * Sets which pages may connect. Default: {@link Origins#same()}.
     *
     * @param value the rule
     * @return a changed copy
     */
    public Endpoint origins(Origins value) {
        return new Endpoint(handler, listener, options, Objects.requireNonNull(value), subprotocols, hook, parts);
    }

    /**
     * Sets the subprotocols, best first. The first one that the client offers is chosen; when it offers none of them, the
     * connection has none.
     *
     * @param names tokens
     * @return a changed copy
     * @throws IllegalArgumentException for a name that is not a token, or a repeated one
     */
    public Endpoint subprotocols(String... names) {
        if (new HashSet<>(List.of(names)).size() != names.length) {
            throw new IllegalArgumentException("a subprotocol is repeated in " + List.of(names));
        }
        List.of(names).forEach(Subprotocols::requireValid);
        return new Endpoint(handler, listener, options, origins, List.of(names), hook, parts);
    }

    /**
     * Sets the hook that decides over each handshake.
     *
     * @param value the hook
     * @return a changed copy
     */
    public Endpoint handshake(HandshakeHook value) {
        return new Endpoint(handler, listener, options, origins, subprotocols, Objects.requireNonNull(value), parts);
    }

    /**
     * Hands messages to {@link WebSocketListener#onPart} as they arrive, instead of assembled. {@link
     * WebSocketOptions#maxStreamBytes()} is the limit then.
     *
     * @return a changed copy
     * @throws IllegalStateException in the blocking style, which has {@link WebSocket#receiveStream()}
     */
    public Endpoint inParts() {
        if (handler != null) {
            throw new IllegalStateException("inParts() is for the listener style: use receiveStream()");
        }
        return new Endpoint(null, listener, options, origins, subprotocols, hook, true);
    }

    @Nullable
    WebSocketHandler handler() {
        return handler;
    }

    @Nullable
    Supplier<? extends WebSocketListener> listeners() {
        return listener;
    }

    /** The options, given those of the server. */
    WebSocketOptions optionsFrom(WebSocketOptions servers) {
        return options.apply(servers);
    }

    Origins origins() {
        return origins;
    }

    List<String> subprotocols() {
        return subprotocols;
    }

    @Nullable
    HandshakeHook hook() {
        return hook;
    }

    boolean parts() {
        return parts;
    }
}
