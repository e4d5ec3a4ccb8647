package dev.gibbon.hub.nats;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Member;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Somebody who watches a topic's presence: who is there once that is known, then each change. Only on the loop, but for the interface. */
final class NatsWatch implements Backplane.Watch {

    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub.nats");

    private final NatsNode node;
    private final String topic;
    private final Backplane.PresenceListener listener;
    private final CompletableFuture<List<Member>> started = new CompletableFuture<>();
    private volatile boolean ended;

    NatsWatch(NatsNode node, String topic, Backplane.PresenceListener listener) {
        this.node = node;
        this.topic = topic;
        this.listener = listener;
    }

    /** Begins, or fails if the node is closed. */
    void start() {
        node.onLoop(started, () -> {
            if (!ended) {
                node.presence(topic).watch(this);
            }
        });
    }

    @Override
    public CompletionStage<List<Member>> started() {
        return started;
    }

    @Override
    public void close() {
        closed();
        node.unwatch(topic, this);
    }

    /** Nothing comes any more. */
    void closed() {
        ended = true;
        started.completeExceptionally(BackplaneException.closed());
    }

    /** All who are there are known; later calls, after the engine was away, change nothing. */
    void begin(List<Member> members) {
        started.complete(members);
    }

    void joined(Member member) {
        tell(() -> listener.joined(member));
    }

    void left(String id) {
        tell(() -> listener.left(id));
    }

    private void tell(Runnable call) {
        // Before the beginning it is part of that.
        if (ended || !started.isDone()) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a watcher of topic " + topic + " failed", e);
        }
    }
}
