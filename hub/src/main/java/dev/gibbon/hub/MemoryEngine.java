package dev.gibbon.hub;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps topics in the memory of this process: for a server of one node, for tests, and to try many nodes in one process. An acknowledgement
 * survives the node that asked for it, and not the process.
 *
 * <p>For any thread. A topic is forgotten once nobody has listened, been present, asked, or had an entry in its history for as long as a
 * history may keep one. Beyond the most topics that there may be, those without all that go at once, and new ones are refused with a
 * {@link BackplaneException} that is retryable.
 */
public final class MemoryEngine implements AutoCloseable {
    /** How many topics there may be unless another number is given. */
    public static final int DEFAULT_TOPICS = 100_000;

    private static final Duration SWEEP = Duration.ofMillis(100);

    private final HistoryBounds bounds;
    private final int mostTopics;
    private final Clock clock;
    /** New ones come, and all go at the end, only while this is locked. */
    private final Map<String, MemoryTopic> topics = new ConcurrentHashMap<>();

    private final Set<MemoryNode> nodes = new LinkedHashSet<>();
    private @Nullable ScheduledExecutorService sweeper;
    private volatile boolean closed;

    /**
     * Makes an engine without topics.
     *
     * @param bounds of each topic's history
     */
    public MemoryEngine(HistoryBounds bounds) {
        this(bounds, DEFAULT_TOPICS);
    }

    /**
     * Makes an engine without topics.
     *
     * @param bounds of each topic's history
     * @param mostTopics how many topics there may be at a time, 1 or more
     * @throws IllegalArgumentException if there may be none
     */
    public MemoryEngine(HistoryBounds bounds, int mostTopics) {
        this(bounds, mostTopics, Clock.systemUTC());
    }

    MemoryEngine(HistoryBounds bounds, int mostTopics, Clock clock) {
        if (mostTopics < 1) {
            throw new IllegalArgumentException("an engine has 1 topic at least, not " + mostTopics);
        }
        this.bounds = bounds;
        this.mostTopics = mostTopics;
        this.clock = clock;
    }

    /**
     * Joins a node. Each has a thread of its own, which ends when it is closed.
     *
     * @return the node's way to this engine
     * @throws BackplaneException if the engine is closed
     */
    public synchronized Backplane node() {
        requireOpen();
        if (sweeper == null) {
            sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
                var thread = new Thread(task, "gibbon-memory-engine");
                thread.setDaemon(true);
                return thread;
            });
            var unused = sweeper.scheduleWithFixedDelay(
                    this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
        }
        var node = new MemoryNode(this);
        nodes.add(node);
        return node;
    }

    synchronized void forget(MemoryNode node) {
        nodes.remove(node);
    }

    /** What is done with a topic. */
    interface Action<T extends @Nullable Object> {
        T on(MemoryTopic topic);
    }

    static void requireName(String topic) {
        if (topic.isEmpty()) {
            throw new IllegalArgumentException("a topic has a name");
        }
    }

    /** Does something with a topic while nobody else does. */
    <T extends @Nullable Object> T with(String name, Action<T> action) {
        while (true) {
            requireOpen();
            MemoryTopic topic = topics.get(name);
            if (topic == null) {
                topic = create(name);
            }
            topic.lock();
            try {
                if (!topic.isGone()) {
                    topic.use();
                    return action.on(topic);
                }
            } finally {
                topic.unlock();
            }
        }
    }

    private synchronized MemoryTopic create(String name) {
        requireOpen();
        MemoryTopic there = topics.get(name);
        if (there != null) {
            return there;
        }
        if (topics.size() >= mostTopics) {
            throw BackplaneException.full(
                    "there are " + topics.size() + " topics in use, the most that may be (mostTopics)");
        }
        var created = new MemoryTopic(name, bounds, clock);
        topics.put(name, created);
        return created;
    }

    private void requireOpen() {
        if (closed) {
            throw BackplaneException.closed();
        }
    }

    /** Lets those go whose time is over, and what nobody needs any more. */
    void sweep() {
        boolean crowded = topics.size() >= mostTopics;
        topics.forEach((name, topic) -> {
            topic.lock();
            try {
                if (topic.expire(crowded)) {
                    topics.remove(name, topic);
                }
            } finally {
                topic.unlock();
            }
        });
    }

    /** Forgets what was stored, as an engine does that was restored from an older state: all topics go on in a new epoch. */
    void forget() {
        topics.values().forEach(topic -> {
            topic.lock();
            try {
                topic.beginAnew();
            } finally {
                topic.unlock();
            }
        });
    }

    /** Closes all nodes, and forgets everything. Idempotent. */
    @Override
    public void close() {
        List<MemoryNode> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(nodes);
            if (sweeper != null) {
                sweeper.shutdownNow();
            }
        }
        left.forEach(MemoryNode::close);
        topics.values().forEach(topic -> {
            topic.lock();
            try {
                topic.go();
            } finally {
                topic.unlock();
            }
        });
        topics.clear();
    }
}
