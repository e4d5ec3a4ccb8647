package dev.gibbon.internal.http;

import dev.gibbon.HandshakeHook;
import dev.gibbon.WebSocketHandler;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.internal.connection.BlockingReceiver;
import dev.gibbon.internal.connection.ConnectionSettings;
import dev.gibbon.internal.connection.ListenerReceiver;
import dev.gibbon.internal.connection.Receiver;
import dev.gibbon.protocol.Role;
import dev.gibbon.protocol.handshake.OriginPolicy;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An endpoint as the running server sees it: settings worked out once for all its connections. */
public final class ServedEndpoint {
    private final @Nullable WebSocketHandler handler;
    private final @Nullable Supplier<? extends WebSocketListener> listeners;
    private final ConnectionSettings settings;
    private final OriginPolicy origins;
    private final List<String> subprotocols;
    private final @Nullable HandshakeHook hook;
    private final boolean parts;
    /**
     * Most endpoints have one listener for all connections, which then share its receiver. Held weakly: where each connection has a
     * listener of its own, the last one must not outlive its connection.
     */
    private volatile @Nullable WeakReference<ListenerReceiver> lastReceiver;

    /** Works out an endpoint: either a handler or listeners. */
    public ServedEndpoint(
            @Nullable WebSocketHandler handler,
            @Nullable Supplier<? extends WebSocketListener> listeners,
            WebSocketOptions options,
            OriginPolicy origins,
            List<String> subprotocols,
            @Nullable HandshakeHook hook,
            boolean parts) {
        this.handler = handler;
        this.listeners = listeners;
        this.settings = new ConnectionSettings(Role.SERVER, options, handler != null, parts);
        this.origins = origins;
        this.subprotocols = subprotocols;
        this.hook = hook;
        this.parts = parts;
    }

    /** The receiver for a new connection. */
    Receiver receiver() {
        if (handler != null) {
            return new BlockingReceiver(handler);
        }
        if (listeners != null) {
            WebSocketListener listener = Objects.requireNonNull(listeners.get(), "the endpoint made no listener");
            WeakReference<ListenerReceiver> known = lastReceiver;
            ListenerReceiver last = known == null ? null : known.get();
            if (last == null || !last.calls(listener)) {
                last = new ListenerReceiver(listener, parts);
                lastReceiver = new WeakReference<>(last);
            }
            return last;
        }
        throw new IllegalStateException("an endpoint without an application");
    }

    ConnectionSettings settings() {
        return settings;
    }

    OriginPolicy origins() {
        return origins;
    }

    List<String> subprotocols() {
        return subprotocols;
    }

    @Nullable
    HandshakeHook hook() {
        return hook;
    }
}
