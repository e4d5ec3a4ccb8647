package dev.gibbon.hub;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Who is present on this node: tells the backplane when they come and go, and again and again that they are there, so that they leave by
 * themselves when this node does not. Any thread.
 */
final class LocalPresence {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");

    private final Backplane backplane;
    private final Duration expiry;
    /** By topic and id. Guarded by itself, also while the backplane is told, so that it hears of one member in order. */
    private final Map<String, Map<String, Here>> topics = new HashMap<>();

    private record Here(Member member, Subscription by) {}

    LocalPresence(Backplane backplane, Duration expiry) {
        this.backplane = backplane;
        this.expiry = expiry;
    }

    void enter(String topic, Member member, Subscription by) {
        synchronized (topics) {
            topics.computeIfAbsent(topic, name -> new HashMap<>()).put(member.id(), new Here(member, by));
            log("enter", backplane.enter(topic, List.of(member), expiry));
        }
    }

    /** Makes a member leave, unless another subscription has entered in its name meanwhile. */
    void leave(String topic, Member member, Subscription by) {
        synchronized (topics) {
            Map<String, Here> there = topics.get(topic);
            Here here = there == null ? null : there.get(member.id());
            if (there == null || here == null || here.by() != by) {
                return;
            }
            there.remove(member.id());
            if (there.isEmpty()) {
                topics.remove(topic);
            }
            log("leave", backplane.leave(topic, List.of(member.id())));
        }
    }

    /** Tells the backplane who is still there. */
    void renew() {
        synchronized (topics) {
            topics.forEach((topic, there) -> log(
                    "stay",
                    backplane.enter(
                            topic, there.values().stream().map(Here::member).toList(), expiry)));
        }
    }

    /** All leave. */
    void close() {
        synchronized (topics) {
            topics.forEach((topic, there) -> log("leave", backplane.leave(topic, List.copyOf(there.keySet()))));
            topics.clear();
        }
    }

    /** What failed is said again with the next renewal, or expires. */
    private static void log(String what, CompletionStage<?> told) {
        var unused = told.exceptionally(failure -> {
            LOG.log(Level.DEBUG, "the engine was not told who is there (" + what + ")", failure);
            return null;
        });
    }
}
