package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recovery against an oracle: clients publish, are slow, lose their connections and come back to other nodes with the position of the last message that
 * they have seen; nodes die, and the engine forgets. Whatever happens, each client sees each message once and in order, or is told what it misses.
 * Chance is seeded; the threads of the engine are real.
 */
class HubRecoveryTest {
    private static final int HISTORY = 60;
    private static final int NODES = 3;
    private static final int LOOPS = 2;
    private static final int CLIENTS = 8;
    private static final int STEPS = 4_000;
    private static final long MOST_NANOS = 30_000_000_000L;

    /** A node, and its loops, whose tasks the test runs. */
    private static final class Node {
        final Backplane backplane;
        final Hub hub;
        final List<Loop> loops = new ArrayList<>();

        Node(MemoryEngine engine) {
            backplane = engine.node();
            hub = Hub.builder()
                    .backplane(backplane)
                    .format(new ModelFormat())
                    .presenceExpiry(Duration.ofMillis(500))
                    .build();
            for (int i = 0; i < LOOPS; i++) {
                loops.add(new Loop());
            }
        }
    }

    private static final class Loop implements Executor {
        private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void run(int most) {
            for (int i = 0; i < most; i++) {
                Runnable task = tasks.poll();
                if (task == null) {
                    return;
                }
                task.run();
            }
        }
    }

    private record Place(ModelClient client, int node) {}

    private final List<Node> nodes = new ArrayList<>();
    /** Which node each client is at. */
    private final List<Place> places = new ArrayList<>();

    /** {@code -Dgibbon.hub.seeds=1000} looks longer. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("gibbon.hub.seeds", 10));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsMissingOrRepeatedUnlessItIsSaid(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        var topic = new ModelTopic(seed, HISTORY);
        try (var engine = new MemoryEngine(new HistoryBounds(HISTORY, 1 << 20, Duration.ofHours(1)))) {
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node(engine));
            }
            for (int i = 0; i < CLIENTS; i++) {
                places.add(new Place(new ModelClient(topic, "c" + i, policy(i), random.split()), 0));
            }
            for (int step = 0; step < STEPS; step++) {
                step(random, topic, engine);
                if (random.nextInt(16) == 0) {
                    letTheEngineWork();
                }
            }
            settle(random, topic);
        } finally {
            nodes.forEach(node -> node.hub.close());
        }
    }

    private static SlowConsumer policy(int client) {
        return switch (client % 4) {
            case 0 -> SlowConsumer.dropOldest(4, 1 << 20);
            case 1 -> SlowConsumer.dropNewest(4, 1 << 20);
            case 2 -> SlowConsumer.disconnect(6, 1 << 20);
            default -> SlowConsumer.disconnect(1_000, 1 << 20);
        };
    }

    private void step(SplittableRandom random, ModelTopic topic, MemoryEngine engine) {
        int which = random.nextInt(CLIENTS);
        ModelClient client = places.get(which).client();
        client.look();
        int chance = random.nextInt(1_000);
        if (chance < 2) {
            engine.forget();
            topic.forgotten();
        } else if (chance < 7) {
            kill(random.nextInt(NODES), engine);
        } else if (chance < 30) {
            client.cut();
        } else if (chance < 250) {
            if (!client.isConnected()) {
                connect(which, random);
            }
        } else if (chance < 500) {
            client.say();
        } else if (chance < 700) {
            client.arrive(random.nextInt(12));
        } else {
            Node node = nodes.get(random.nextInt(NODES));
            node.loops.get(random.nextInt(LOOPS)).run(random.nextInt(20));
        }
    }

    private void connect(int which, SplittableRandom random) {
        int at = random.nextInt(NODES);
        Node node = nodes.get(at);
        places.set(which, new Place(places.get(which).client(), at));
        places.get(which).client().connect(node.hub, node.loops.get(random.nextInt(LOOPS)));
    }

    /** A node dies: what its loops had to do is not done, and nobody is told by it. */
    private void kill(int which, MemoryEngine engine) {
        Node dead = nodes.set(which, new Node(engine));
        dead.backplane.close();
        places.stream()
                .filter(place -> place.node() == which)
                .forEach(place -> place.client().cut());
        dead.hub.close();
    }

    /** Whatever the engine's threads have to tell at this moment is told. */
    private void letTheEngineWork() throws Exception {
        for (Node node : nodes) {
            node.hub.history(ModelTopic.NAME, null, 1).toCompletableFuture().get();
        }
    }

    // ---- in the end

    private void settle(SplittableRandom random, ModelTopic topic) throws Exception {
        until("acknowledged", () -> {
            allWork(random);
            places.forEach(place -> {
                if (!place.client().isAnswered()) {
                    place.client().say();
                }
            });
            return places.stream().allMatch(place -> place.client().isAnswered());
        });
        Position end = nodes.get(0)
                .hub
                .history(ModelTopic.NAME, null, HISTORY)
                .toCompletableFuture()
                .get()
                .end();
        until("told", () -> {
            allWork(random);
            return places.stream().allMatch(place -> place.client().hasAllUntil(end));
        });
        topic.judge(end);
        until("present", () -> {
            allWork(random);
            CompletableFuture<List<Member>> members =
                    nodes.get(1).hub.members(ModelTopic.NAME).toCompletableFuture();
            return members.join().stream()
                    .map(Member::id)
                    .sorted()
                    .toList()
                    .equals(places.stream().map(place -> place.client().name()).toList());
        });
        for (Node node : nodes) {
            HubStats stats = node.hub.stats();
            assertThat(stats.subscriptions()).isEqualTo(stats.connections());
        }
    }

    private void allWork(SplittableRandom random) {
        for (int which = 0; which < CLIENTS; which++) {
            ModelClient client = places.get(which).client();
            client.look();
            if (!client.isConnected()) {
                connect(which, random);
            }
            client.arrive(1_000);
        }
        nodes.forEach(node -> node.loops.forEach(loop -> loop.run(1_000)));
    }

    private void until(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > MOST_NANOS) {
                StringBuilder all = new StringBuilder("in vain: until all is " + what + "\n");
                places.forEach(place -> all.append(place.client()));
                throw new AssertionError(all);
            }
            Thread.onSpinWait();
        }
    }
}
