package dev.gibbon.internal.reconnect;

import dev.gibbon.ReconnectEvent;
import dev.gibbon.ReconnectPolicy;
import dev.gibbon.ReconnectingWebSocket;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.internal.loop.EventLoop;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a reconnecting socket was told at its start.
 *
 * @param source gives the client of each attempt
 * @param connector connects one on a loop
 * @param listener takes what comes; null in the blocking style
 * @param policy when to try again
 * @param events hears each change
 * @param random for the jitter
 * @param clock for dates in {@code Retry-After}
 */
public record Plan(
        ReconnectingWebSocket.ClientSource source,
        Connector connector,
        @Nullable WebSocketListener listener,
        ReconnectPolicy policy,
        Consumer<ReconnectEvent> events,
        RandomGenerator random,
        InstantSource clock) {

    /** Begins an attempt on a loop. */
    @FunctionalInterface
    public interface Connector {
        /** Begins; in the blocking style if there is no listener. Cancelling the future ends the attempt. */
        CompletableFuture<WebSocket> connect(
                WebSocketClient client, EventLoop loop, @Nullable WebSocketListener listener);
    }
}
