package dev.gibbon.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tells who comes and goes in a topic in memory. Changes wait for the node's thread; where too many do, they are dropped, and the difference
 * between what was told and what is there is told instead.
 */
final class MemoryWatch implements Backplane.Watch, MemoryNode.Listening {
    private static final int MOST_CHANGES = 10_000;

    private final MemoryNode node;
    private final Backplane.PresenceListener listener;
    private final CompletableFuture<List<Member>> started = new CompletableFuture<>();
    private volatile boolean closed;

    /** Set once, by {@link #begin}; then null no more. */
    private volatile @Nullable MemoryTopic topic;

    /** What the listener knows; by {@link #begin}, then by the node's thread. */
    private Map<String, Member> known = new HashMap<>();

    /** Belongs to the topic's lock, as what follows does. */
    private final Queue<Change> changes = new ArrayDeque<>();

    private boolean tooMany;
    /** Whether a task waits for the node's thread. */
    private boolean announced;

    private record Change(String id, @Nullable Member member) {}

    MemoryWatch(MemoryNode node, Backplane.PresenceListener listener) {
        this.node = node;
        this.listener = listener;
    }

    /** Belongs to the topic's lock. */
    void begin(MemoryTopic there) {
        topic = there;
        // In this order: close() looks for the topic behind its note.
        if (closed) {
            return;
        }
        known = there.members();
        there.add(this);
        List<Member> first = List.copyOf(known.values());
        node.tell(() -> started.complete(first));
    }

    /** Belongs to the topic's lock: somebody has come, tells something else of itself, or has left, if the member is null. */
    void changed(String id, @Nullable Member member) {
        if (changes.size() < MOST_CHANGES && !tooMany) {
            changes.add(new Change(id, member));
        } else {
            changes.clear();
            tooMany = true;
        }
        if (!announced && !closed) {
            announced = node.tell(this::tellNews);
        }
    }

    private void tellNews() {
        MemoryTopic there = topic;
        if (closed || there == null) {
            return;
        }
        List<Change> news;
        there.lock();
        try {
            announced = false;
            news = tooMany ? difference(there.members()) : new ArrayList<>(changes);
            tooMany = false;
            changes.clear();
        } finally {
            there.unlock();
        }
        for (Change change : news) {
            if (closed) {
                return;
            }
            MemoryNode.call(() -> tell(change.id(), change.member()));
        }
    }

    private List<Change> difference(Map<String, Member> members) {
        List<Change> difference = new ArrayList<>();
        known.keySet().stream()
                .filter(id -> !members.containsKey(id))
                .forEach(id -> difference.add(new Change(id, null)));
        members.values().stream()
                .filter(member -> !member.equals(known.get(member.id())))
                .forEach(member -> difference.add(new Change(member.id(), member)));
        return difference;
    }

    private void tell(String id, @Nullable Member member) {
        if (member == null) {
            known.remove(id);
            listener.left(id);
        } else {
            known.put(id, member);
            listener.joined(member);
        }
    }

    @Override
    public CompletionStage<List<Member>> started() {
        return started;
    }

    @Override
    public void refuse(BackplaneException refusal) {
        started.completeExceptionally(refusal);
    }

    @Override
    public void close() {
        closed = true;
        node.tell(() -> started.completeExceptionally(BackplaneException.closed()));
        node.ended(this);
        MemoryTopic there = topic;
        if (there != null) {
            there.lock();
            try {
                there.remove(this);
            } finally {
                there.unlock();
            }
        }
    }
}
