package dev.gibbon.hub.nats;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the engine, from the moment that its streams and the epoch are known until it is cut; a new connection is a new
 * session, so nothing that was written to a dead one is ever sent again behind the back of who decides. What arrives is handed to the
 * loop, in the order in which it came.
 *
 * @param connection the connection, which never connects again by itself
 * @param dispatcher of all subscriptions: one thread, one order
 * @param epoch of the log when the session began
 * @param firstOffset of the whole stream when the session began
 * @param lastOffset of the whole stream when the session began
 * @param timeout of a request
 * @param loop where all callbacks run
 * @param unheard permits for messages that wait for the loop
 * @param abandon ends a session that is of no use any more; a new one follows
 */
record Session(
        Connection connection,
        Dispatcher dispatcher,
        String epoch,
        long firstOffset,
        long lastOffset,
        Duration timeout,
        Executor loop,
        Semaphore unheard,
        Runnable abandon) {

    /** So many messages may wait for the loop; more wait in the client, which ends the session when it has too many. */
    static final int MOST_UNHEARD = 8_192;

    /** Sends a request; the future completes on the loop, exceptionally when there was no answer in time. */
    CompletableFuture<Message> request(String subject, @Nullable Headers headers, byte[] body) {
        CompletableFuture<Message> answer;
        try {
            answer = connection.requestWithTimeout(subject, headers, body, timeout);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var onLoop = new CompletableFuture<Message>();
        // Besides the client's own deadline, which ends with a connection that is closed at the wrong moment.
        var unused = answer.orTimeout(2 * timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((message, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        onLoop.completeExceptionally(failure);
                    } else {
                        onLoop.complete(message);
                    }
                }));
        return onLoop;
    }

    /**
     * Subscribes; the subscription is the engine's before any request that is sent later. Null when the connection has just been cut,
     * which is the end of the session for all who have it.
     */
    @Nullable
    Subscription subscribe(String subject, Consumer<Message> onLoop) {
        try {
            return dispatcher.subscribe(subject, message -> {
                unheard.acquire();
                loop.execute(() -> {
                    try {
                        onLoop.accept(message);
                    } finally {
                        unheard.release();
                    }
                });
            });
        } catch (IllegalStateException e) {
            return null;
        }
    }

    void unsubscribe(Subscription subscription) {
        try {
            dispatcher.unsubscribe(subscription);
        } catch (RuntimeException e) {
            // The connection is closed, and so is the subscription.
            assert connection.getStatus() != Connection.Status.CONNECTED : e;
        }
    }

    /** Publishes without an answer; a connection that is cut loses it. */
    void send(String subject, @Nullable String replyTo, byte[] body) {
        try {
            connection.publish(subject, replyTo, body);
        } catch (IllegalStateException e) {
            // Cut in the meantime; whoever waits for the effect has a deadline.
            assert connection.getStatus() != Connection.Status.CONNECTED : e;
        }
    }
}
