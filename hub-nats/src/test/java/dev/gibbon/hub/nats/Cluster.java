package dev.gibbon.hub.nats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.NatsServer;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A real engine and some nodes on it; ends with the test. */
final class Cluster implements AutoCloseable {

    final EngineProcess engine = NatsServer.start();
    private final List<NatsBackplane> nodes = new ArrayList<>();

    NatsBackplane node() {
        return node(settings -> {});
    }

    NatsBackplane node(Consumer<NatsSettings.Builder> more) {
        return node(NatsServer.uri(engine), more);
    }

    NatsBackplane node(String uri, Consumer<NatsSettings.Builder> more) {
        var builder = NatsSettings.builder(uri)
                .reconnectDelay(Duration.ofMillis(5), Duration.ofMillis(50))
                .requestTimeout(Duration.ofSeconds(2));
        more.accept(builder);
        NatsBackplane node = new NatsBackplane(builder.build());
        nodes.add(node);
        return node;
    }

    @Override
    public void close() {
        nodes.forEach(NatsBackplane::close);
        engine.close();
    }

    static CompletableFuture<Position> publish(Backplane node, String topic, String producer, long sequence) {
        return node.publish(topic, new MessageId(producer, sequence), Message.text(producer + ":" + sequence))
                .toCompletableFuture();
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    static <T> List<T> getAll(List<CompletableFuture<T>> stages) throws Exception {
        var all = new ArrayList<T>();
        for (CompletableFuture<T> stage : stages) {
            all.add(get(stage));
        }
        return all;
    }

    static void assertRefused(CompletionStage<?> stage, boolean retryable) {
        assertThat(stage.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        BackplaneException.class,
                        e -> assertThat(e.isRetryable()).isEqualTo(retryable));
    }

    /** Follows a topic on one node, from now on. */
    static Log follow(Backplane node, String topic) throws Exception {
        return follow(node, topic, null);
    }

    static Log follow(Backplane node, String topic, Position after) throws Exception {
        var log = new Log();
        log.feed = node.subscribe(topic, after, log);
        log.start = get(log.feed.started());
        return log;
    }

    /** Remembers what it is told; guarded by itself. */
    static final class Log implements Backplane.FeedListener {

        private final List<String> heard = new ArrayList<>();
        private final List<LossReason> lost = new ArrayList<>();
        private boolean away;
        Backplane.Feed feed;
        Position start;

        @Override
        public synchronized void entry(Entry entry) {
            heard.add(entry.message().isText() ? entry.message().text() : "binary");
            notifyAll();
        }

        @Override
        public synchronized void lost(LossReason reason, Position now) {
            lost.add(reason);
            notifyAll();
        }

        @Override
        public synchronized void away(Throwable cause) {
            away = true;
            notifyAll();
        }

        @Override
        public synchronized void back() {
            away = false;
            notifyAll();
        }

        synchronized List<String> heard() {
            return List.copyOf(heard);
        }

        synchronized List<LossReason> lost() {
            return List.copyOf(lost);
        }

        List<String> await(int count) throws Exception {
            until(() -> heard.size() >= count);
            return heard();
        }

        void awaitAway() throws Exception {
            until(() -> away);
        }

        void awaitBack() throws Exception {
            until(() -> !away);
        }

        LossReason awaitLost() throws Exception {
            until(() -> !lost.isEmpty());
            return lost().get(0);
        }

        private synchronized void until(BooleanSupplier condition) throws Exception {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!condition.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                assertThat(left)
                        .as("heard %s, lost %s, away %s", heard.size(), lost, away)
                        .isPositive();
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
    }
}
