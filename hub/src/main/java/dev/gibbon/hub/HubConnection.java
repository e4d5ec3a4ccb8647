package dev.gibbon.hub;

import dev.gibbon.Message;
import dev.gibbon.hub.HubAuthorizer.Decision;
import dev.gibbon.hub.HubException.Reason;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection that has joined a hub: what it has subscribed to, and what it publishes. Leaves by itself when the connection ends. Every
 * method is for any thread and waits for nothing.
 */
public final class HubConnection {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");
    private static final CompletableFuture<@Nullable Void> DONE = CompletableFuture.completedFuture(null);

    private final Hub hub;
    private final Outlet outlet;
    private final @Nullable Object principal;
    private final AtomicInteger publishing = new AtomicInteger();
    private final Unstored unstored = new Unstored();

    // Guarded by the map.
    private final Map<String, Place> places = new HashMap<>();
    private boolean left;

    /** Completes when the last message was handed to the backplane. Guarded by {@link #publishing}. */
    private CompletableFuture<@Nullable Void> lastPublished = DONE;

    /** Of a topic that this connection has subscribed to, or wants to. */
    private static final class Place {
        /** Null until it is decided on. */
        @Nullable
        Subscription subscription;
    }

    HubConnection(Hub hub, Outlet outlet, @Nullable Object principal) {
        this.hub = hub;
        this.outlet = outlet;
        this.principal = principal;
    }

    /**
     * Who it is.
     *
     * @return what was given when it joined; null if nothing was
     */
    public @Nullable Object principal() {
        return principal;
    }

    /**
     * The connection.
     *
     * @return as it was given to the hub, or made of the WebSocket that was
     */
    public Outlet outlet() {
        return outlet;
    }

    // ---- subscribing

    /**
     * Subscribes to a topic. What the subscription sends begins with {@link DeliveryFormat#subscribed}, then comes what was missed, then what
     * is published, each message once and in the topic's order.
     *
     * @param topic its exact name
     * @param options from where on, and how
     * @return completes with the subscription when the engine is listened to: what is published from then on comes; fails with a {@link HubException} or a {@link BackplaneException}
     */
    public CompletionStage<Subscription> subscribe(String topic, SubscribeOptions options) {
        Place place;
        try {
            hub.requireTopic(topic);
            place = reserve(topic);
        } catch (HubException e) {
            return CompletableFuture.failedStage(e);
        }
        CompletableFuture<Subscription> answer = new CompletableFuture<>();
        var unused = decide(() -> hub.authorizer().maySubscribe(this, topic)).whenComplete((decision, failure) -> {
            try {
                if (failure != null) {
                    throw refusal(failure);
                }
                requireAllowed(decision);
                open(topic, place, options, answer);
            } catch (RuntimeException e) {
                release(topic, place);
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    private void open(String topic, Place place, SubscribeOptions options, CompletableFuture<Subscription> answer) {
        NodeTopic there = hub.acquire(topic);
        Subscription subscription = new Subscription(this, there, outlet, options);
        hub.counters().subscriptions.incrementAndGet();
        if (!keep(topic, place, subscription)) {
            subscription.close();
            throw closed();
        }
        if (options.presence()) {
            there.watch();
        }
        there.started().whenComplete((nothing, failure) -> {
            if (failure == null) {
                subscription.begin();
                answer.complete(subscription);
            } else {
                subscription.close();
                answer.completeExceptionally(Hub.causeOf(failure));
            }
        });
    }

    private Place reserve(String topic) {
        synchronized (places) {
            if (left) {
                throw closed();
            }
            if (places.containsKey(topic)) {
                throw new HubException(
                        Reason.ALREADY_SUBSCRIBED, "this connection has subscribed to this topic already");
            }
            int most = hub.limits().topicsPerConnection();
            if (places.size() >= most) {
                throw new HubException(
                        Reason.LIMIT, "a connection has at most " + most + " subscriptions (topicsPerConnection)");
            }
            Place place = new Place();
            places.put(topic, place);
            return place;
        }
    }

    private void release(String topic, Place place) {
        synchronized (places) {
            places.remove(topic, place);
        }
    }

    /** Puts a subscription where its place was reserved; false if that is not wanted any more. */
    private boolean keep(String topic, Place place, Subscription subscription) {
        synchronized (places) {
            if (left || places.get(topic) != place) {
                return false;
            }
            place.subscription = subscription;
            return true;
        }
    }

    /** A subscription is over. */
    void forget(Subscription subscription) {
        synchronized (places) {
            Place place = places.get(subscription.topic());
            if (place != null && place.subscription == subscription) {
                places.remove(subscription.topic());
            }
        }
    }

    /**
     * Ends the subscription to a topic, or the wish for one.
     *
     * @param topic its name
     * @return false if there was none
     */
    public boolean unsubscribe(String topic) {
        Place ends;
        synchronized (places) {
            ends = places.remove(topic);
        }
        if (ends != null && ends.subscription != null) {
            ends.subscription.close();
        }
        return ends != null;
    }

    /**
     * What it has subscribed to.
     *
     * @return a copy
     */
    public Collection<Subscription> subscriptions() {
        synchronized (places) {
            List<Subscription> open = new ArrayList<>();
            for (Place place : places.values()) {
                if (place.subscription != null) {
                    open.add(place.subscription);
                }
            }
            return open;
        }
    }

    // ---- publishing

    /**
     * Publishes a message in the name of this connection, behind those that it has published before. It reaches subscribers, this connection's
     * own among them, when the engine has stored it. Published again with the same id it is stored once, from whichever node.
     *
     * <p>If it fails with a {@link BackplaneException} that is retryable, or because too many wait ({@link HubException.Reason#LIMIT}), the messages of its producer in this topic that come behind it fail the same
     * way until it is published again: none may overtake it.
     *
     * @param topic its exact name; the connection need not have subscribed to it
     * @param id of the message
     * @param message its content; a borrowed one is copied before this returns
     * @return completes with its position once it is stored; fails with a {@link HubException} or a {@link BackplaneException}
     */
    public CompletionStage<Position> publish(String topic, MessageId id, Message message) {
        try {
            hub.requireTopic(topic);
            requireRoom(topic, id);
        } catch (HubException e) {
            hub.counters().refused.increment();
            return CompletableFuture.failedStage(e);
        }
        Message owned = message.copy();
        CompletableFuture<Position> stored = new CompletableFuture<>();
        synchronized (publishing) {
            CompletableFuture<Decision> decision = decide(() -> hub.authorizer().mayPublish(this, topic, owned));
            lastPublished = lastPublished.thenCombine(decision.handle(Decided::new), (nothing, decided) -> {
                publish(topic, id, owned, decided, stored);
                return null;
            });
        }
        return stored;
    }

    private record Decided(
            @Nullable Decision decision, @Nullable Throwable failure) {}

    private void publish(
            String topic, MessageId id, Message message, Decided decided, CompletableFuture<Position> stored) {
        CompletionStage<Position> asked;
        try {
            Throwable failure = decided.failure();
            if (failure != null) {
                throw refusal(failure);
            }
            requireAllowed(decided.decision());
            unstored.admit(topic, id);
            asked = hub.backplane().publish(topic, id, message);
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedStage(e);
        }
        asked.whenComplete((position, failed) -> {
            publishing.decrementAndGet();
            Throwable failure = failed == null ? null : Hub.causeOf(failed);
            if (failure instanceof BackplaneException refused && refused.isRetryable()) {
                unstored.failed(topic, id);
            }
            hub.answer(stored, position, failure);
        });
    }

    private void requireRoom(String topic, MessageId id) {
        synchronized (places) {
            if (left) {
                throw closed();
            }
        }
        int most = hub.limits().publishesPerConnection();
        if (publishing.incrementAndGet() > most) {
            publishing.decrementAndGet();
            unstored.failed(topic, id);
            throw new HubException(
                    Reason.LIMIT,
                    "at most " + most + " messages of a connection may wait to be stored (publishesPerConnection)");
        }
    }

    // ---- what is allowed

    private static CompletableFuture<Decision> decide(Supplier<CompletionStage<Decision>> question) {
        try {
            return question.get().toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void requireAllowed(@Nullable Decision decision) {
        if (decision == null) {
            throw refusal(new IllegalStateException("the authorizer has answered null"));
        }
        if (!decision.allowed()) {
            throw new HubException(Reason.REFUSED, decision.reason());
        }
    }

    private static HubException refusal(Throwable failure) {
        LOG.log(Level.ERROR, "an authorizer failed, which refuses", failure);
        return new HubException(Reason.REFUSED, "whether this is allowed could not be found out");
    }

    private static HubException closed() {
        return new HubException(Reason.CLOSED, "this connection has left the hub");
    }

    // ---- the end

    /** Ends all subscriptions; the connection itself stays open. Idempotent. */
    public void leave() {
        Collection<Subscription> end;
        synchronized (places) {
            if (left) {
                return;
            }
            left = true;
            end = subscriptions();
            places.clear();
        }
        end.forEach(Subscription::close);
        hub.left(this);
    }
}
