package dev.gibbon.hub.nats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.NatsServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A real engine and some nodes on it; ends with the test. */
final class Cluster implements AutoCloseable {

    final EngineProcess engine = NatsServer.start();
    final List<NatsNode> nodes = new ArrayList<>();

    Cluster(int count) {
        for (int i = 0; i < count; i++) {
            node();
        }
    }

    NatsNode node() {
        return node(settings -> {});
    }

    NatsNode node(Consumer<NatsSettings.Builder> more) {
        return node(NatsServer.uri(engine), more);
    }

    NatsNode node(String uri, Consumer<NatsSettings.Builder> more) {
        var builder = NatsSettings.builder(uri)
                .reconnectDelay(Duration.ofMillis(5), Duration.ofMillis(50))
                .requestTimeout(Duration.ofSeconds(2));
        more.accept(builder);
        var node = new NatsNode(builder.build());
        node.start();
        nodes.add(node);
        return node;
    }

    @Override
    public void close() {
        nodes.forEach(NatsNode::close);
        engine.close();
    }

    static CompletableFuture<Long> publish(NatsNode node, String topic, String producer, long sequence) {
        byte[] payload = (producer + ":" + sequence).getBytes(StandardCharsets.UTF_8);
        CompletableFuture<Long> stored = node.publish(topic, new Entry(0, producer, sequence, true, payload));
        assertThat(stored).isNotNull();
        return stored;
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** What one node hands on. */
    static final class Log implements TopicLog.Follower {

        final List<String> heard = new CopyOnWriteArrayList<>();
        final List<String> lost = new CopyOnWriteArrayList<>();
        private volatile boolean level;

        Log(NatsNode node, String topic) {
            node.onLoop(null, () -> node.topic(topic).follow(this));
        }

        @Override
        public void entry(Entry entry) {
            heard.add(new String(entry.payload(), StandardCharsets.UTF_8));
            signal();
        }

        @Override
        public void lost(boolean sameEpoch) {
            lost.add(sameEpoch ? "trimmed" : "epoch");
            signal();
        }

        @Override
        public void level(boolean now) {
            level = now;
            signal();
        }

        private synchronized void signal() {
            notifyAll();
        }

        void await(int count) throws Exception {
            until(() -> heard.size() >= count);
        }

        void awaitLevel() throws Exception {
            until(() -> level);
        }

        void awaitAway() throws Exception {
            until(() -> !level);
        }

        void awaitLost() throws Exception {
            until(() -> !lost.isEmpty());
        }

        private synchronized void until(BooleanSupplier condition) throws Exception {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!condition.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                assertThat(left).as("heard %s, lost %s", heard.size(), lost).isPositive();
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }
}
