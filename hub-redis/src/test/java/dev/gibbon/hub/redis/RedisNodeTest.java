package dev.gibbon.hub.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One node and more on a real Redis, which is stopped, killed, held still and set back in time. */
class RedisNodeTest {
    private final List<RedisNode> nodes = new ArrayList<>();
    private final EngineProcess redis = RedisServer.start();

    @AfterEach
    void end() throws Exception {
        for (RedisNode node : nodes) {
            node.close().get(30, TimeUnit.SECONDS);
        }
        redis.close();
    }

    @Test
    void storesOnceAndTellsEverybodyInOneOrder() throws Exception {
        RedisNode a = node();
        RedisNode b = node();
        var atA = new Recorder();
        var atB = new Recorder();
        assertThat(at(a.subscribe("t", null, atA).started()).offset()).isZero();
        at(b.subscribe("t", null, atB).started());
        Mark first = publish(a, "t", "p", 1, "one");
        assertThat(first.offset()).isEqualTo(1);
        assertThat(publish(b, "t", "q", 1, "two").offset()).isEqualTo(2);
        assertThat(publish(b, "t", "p", 1, "one")).isEqualTo(first);
        assertThat(publish(a, "t", "p", 2, "three").offset()).isEqualTo(3);
        assertThat(publish(b, "t", "p", 1, "one")).isEqualTo(first);
        assertThat(atA.next(3)).containsExactly("1:one", "2:two", "3:three");
        assertThat(atB.next(3)).containsExactly("1:one", "2:two", "3:three");
        assertThat(at(a.read("t", first, 10)).entries())
                .extracting(entry -> entry.mark().offset())
                .containsExactly(2L, 3L);
        assertThat(atA.nothingLeft() && atB.nothingLeft()).isTrue();
    }

    @Test
    void keepsTopicsApartWhateverTheirNames() throws Exception {
        RedisNode node = node();
        for (String topic : List.of("a", "}", "{", "%7D", "a:b", "ä b", "{a}")) {
            assertThat(publish(node, topic, "p", 1, topic).offset()).isEqualTo(1);
        }
    }

    @Test
    void refusesASequenceThatComesTooLate() throws Exception {
        RedisNode node = node();
        publish(node, "t", "p", 3, "x");
        assertThatThrownBy(() -> publish(node, "t", "p", 2, "y")).hasMessageContaining("behind 3");
        publish(node, "t", "p", 4, "x");
        assertThatThrownBy(() -> publish(node, "t", "p", 2, "y")).hasMessageContaining("behind 4");
    }

    @Test
    void trimsByCountAndBytesAndTellsWhoComesTooLate() throws Exception {
        RedisNode node = node(settings -> settings.history(3, 100_000, Duration.ofHours(1)));
        Mark first = publish(node, "t", "p", 1, "x");
        for (int i = 2; i <= 4; i++) {
            publish(node, "t", "p", i, "x");
        }
        assertThat(at(node.read("t", first, 10)).outcome()).isEqualTo("trimmed");
        // A repeat of what is no longer in the history is still not stored again.
        publish(node, "t", "p", 1, "x");
        assertThat(at(node.read("t", null, 10)).last()).isEqualTo(4);
        var late = new Recorder();
        at(node.subscribe("t", first, late).started());
        assertThat(late.next(4)).containsExactly("lost TRIMMED 1", "2:x", "3:x", "4:x");
        publish(node, "t", "p", 5, "y".repeat(99_900));
        Page page = at(node.read("t", null, 10));
        assertThat(page.entries()).extracting(entry -> entry.mark().offset()).containsExactly(5L);
    }

    @Test
    void trimsByAge() throws Exception {
        RedisNode node = node(settings -> settings.history(100_000, 100_000_000, Duration.ofMillis(1)));
        publish(node, "t", "p", 1, "x");
        long sequence = 1;
        // Time passes while it publishes.
        while (oldest(node) == 1) {
            assertThat(++sequence).isLessThan(50_000);
            publish(node, "t", "p", sequence, "x");
        }
    }

    private static long oldest(RedisNode node) throws Exception {
        return at(node.read("t", null, 1)).entries().get(0).mark().offset();
    }

    @Test
    void forgetsTheProducersThatWereSilentForLongest() throws Exception {
        RedisNode node = node(settings -> settings.producers(2));
        publish(node, "t", "p", 1, "x");
        publish(node, "t", "q", 1, "x");
        publish(node, "t", "r", 1, "x");
        assertThat(publish(node, "t", "q", 1, "x").offset()).isEqualTo(2);
        assertThat(publish(node, "t", "p", 1, "x").offset()).isEqualTo(4);
    }

    @Test
    void losesNothingWhenTheEngineIsKilled() throws Exception {
        goesOnAfter(redis::kill, redis::start);
    }

    @Test
    void losesNothingWhenTheEngineIsStopped() throws Exception {
        goesOnAfter(redis::stop, redis::start);
    }

    @Test
    void losesNothingWhenTheEngineHangs() throws Exception {
        goesOnAfter(redis::suspend, redis::resume);
    }

    private void goesOnAfter(Runnable fault, Runnable repair) throws Exception {
        RedisNode node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, recorder).started());
        publish(node, "t", "p", 1, "a");
        assertThat(recorder.next()).isEqualTo("1:a");
        fault.run();
        CompletableFuture<Mark> second = node.publish("t", "p", 2, true, Wire.bytes("b"));
        CompletableFuture<Mark> third = node.publish("t", "p", 3, true, Wire.bytes("c"));
        assertThat(recorder.next()).isEqualTo("away");
        assertThat(second).isNotDone();
        repair.run();
        assertThat(at(second).offset()).isEqualTo(2);
        assertThat(at(third).offset()).isEqualTo(3);
        assertThat(recorder.messages(2)).containsExactly("2:b", "3:c");
        assertThat(recorder.nothingLeft()).isTrue();
    }

    @Test
    void startsBeforeTheEngineAndRefusesWhatIsBeyondItsBound() throws Exception {
        redis.stop();
        RedisNode node = node(settings -> settings.pending(2, 1_000));
        CompletableFuture<Mark> first = node.publish("t", "p", 1, true, new byte[400]);
        assertThatThrownBy(() -> at(node.publish("t", "p", 2, true, new byte[700])))
                .hasMessageContaining("1000 bytes wait");
        CompletableFuture<Mark> second = node.publish("t", "p", 2, true, new byte[400]);
        assertThatThrownBy(() -> at(node.publish("t", "p", 3, true, new byte[1])))
                .hasMessageContaining("Redis is away, and 2 messages");
        redis.start();
        assertThat(at(first).offset()).isEqualTo(1);
        assertThat(at(second).offset()).isEqualTo(2);
        assertThat(publish(node, "t", "p", 3, "x").offset()).isEqualTo(3);
    }

    @Test
    void tellsEverybodyWhenAnOlderStateIsRestored() throws Exception {
        RedisNode node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, recorder).started());
        Mark before = publish(node, "t", "p", 1, "a");
        EngineProcess.Snapshot snapshot = redis.snapshot();
        publish(node, "t", "p", 2, "b");
        assertThat(recorder.next(2)).containsExactly("1:a", "2:b");
        redis.kill();
        redis.restore(snapshot);
        redis.start();
        assertThat(recorder.messages(1)).containsExactly("lost EPOCH 1");
        // What was acknowledged and is gone can be published again.
        assertThat(publish(node, "t", "p", 2, "b").offset()).isEqualTo(2);
        assertThat(recorder.messages(1)).containsExactly("2:b");
        // Who had seen only what is still there has missed something, too.
        assertThat(at(node.read("t", before, 10)).outcome()).isEqualTo("epoch");
    }

    @Test
    void tellsEverybodyWhenTheEngineForgets() throws Exception {
        RedisNode node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, recorder).started());
        Mark old = publish(node, "t", "p", 1, "a");
        RedisServer.command(redis.port(), "FLUSHALL");
        Mark fresh = publish(node, "t", "p", 2, "b");
        assertThat(fresh.epoch()).isNotEqualTo(old.epoch());
        assertThat(recorder.next(3)).containsExactly("1:a", "lost EPOCH 0", "1:b");
    }

    @Test
    void goesOnWhenScriptsAreForgottenAndConnectionsCut() throws Exception {
        RedisNode node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, recorder).started());
        publish(node, "t", "p", 1, "a");
        RedisServer.command(redis.port(), "SCRIPT FLUSH");
        publish(node, "t", "p", 2, "b");
        RedisServer.command(redis.port(), "CLIENT KILL TYPE pubsub");
        publish(node, "t", "p", 3, "c");
        assertThat(recorder.messages(3)).containsExactly("1:a", "2:b", "3:c");
        assertThat(recorder.nothingLeft()).isTrue();
    }

    @Test
    void goesOnWhenAListenerFails() throws Exception {
        RedisNode node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, new Feed.Listener() {
                    @Override
                    public void entry(Entry entry) {
                        recorder.entry(entry);
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public void lost(Feed.Lost reason, Mark now) {}

                    @Override
                    public void away(Throwable cause) {
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public void back() {}
                })
                .started());
        publish(node, "t", "p", 1, "a");
        RedisServer.command(redis.port(), "CLIENT KILL TYPE pubsub");
        publish(node, "t", "p", 2, "b");
        publish(node, "t", "p", 3, "c");
        assertThat(recorder.next(3)).containsExactly("1:a", "2:b", "3:c");
    }

    @Test
    void knowsWhoIsPresentUntilTheyLeaveOrExpire() throws Exception {
        RedisNode node = node();
        at(node.enter("t", 60_000, List.of("m1", "Ann", "m2", "Bob")));
        at(node.enter("t", 1, List.of("m3", "Eve")));
        assertThat(at(node.present("other"))).isEmpty();
        at(node.leave("t", List.of("m2", "nobody")));
        Map<String, String> present;
        do {
            present = at(node.present("t"));
        } while (present.containsKey("m3"));
        assertThat(present).isEqualTo(Map.of("m1", "Ann"));
    }

    @Test
    void tellsWhoJoinsAndLeavesAlsoWhatItMissed() throws Exception {
        RedisNode node = node(settings -> settings.presenceCheck(Duration.ofMillis(50)));
        at(node.enter("t", 60_000, List.of("m1", "Ann")));
        var told = new LinkedBlockingQueue<String>();
        Roll roll = node.watch("t", new Roll.Listener() {
            @Override
            public void joined(String member, String information) {
                told.add("+" + member + " " + information);
            }

            @Override
            public void left(String member) {
                told.add("-" + member);
            }
        });
        assertThat(at(roll.started())).isEqualTo(Map.of("m1", "Ann"));
        at(node.enter("t", 60_000, List.of("m1", "Ann", "m2", "Bob", "m 3", "")));
        at(node.leave("t", List.of("m2")));
        // Expires, and nobody else asks.
        at(node.enter("t", 1, List.of("m4", "Eve")));
        assertThat(told(told, 5)).containsExactly("+m2 Bob", "+m 3 ", "-m2", "+m4 Eve", "-m4");
        redis.stop();
        CompletableFuture<?> meanwhile = node.enter("t", 60_000, List.of("m5", "Tom"));
        redis.start();
        at(meanwhile);
        assertThat(told(told, 1)).containsExactly("+m5 Tom");
        RedisServer.command(redis.port(), "FLUSHALL");
        RedisServer.command(redis.port(), "CLIENT KILL TYPE pubsub");
        assertThat(told(told, 3)).containsExactlyInAnyOrder("-m1", "-m 3", "-m5");
        assertThat(told).isEmpty();
    }

    private static List<String> told(LinkedBlockingQueue<String> queue, int count) throws InterruptedException {
        var told = new ArrayList<String>();
        while (told.size() < count) {
            String next = queue.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("only " + told);
            }
            told.add(next);
        }
        return told;
    }

    @Test
    void failsWhatWaitsWhenItIsClosed() throws Exception {
        redis.stop();
        RedisNode node = node();
        CompletableFuture<Mark> waiting = node.publish("t", "p", 1, true, new byte[1]);
        at(node.close());
        assertThat(waiting).isCompletedExceptionally();
        assertThat(node.publish("t", "p", 2, true, new byte[1])).isCompletedExceptionally();
    }

    private RedisNode node() {
        return node(settings -> settings);
    }

    private RedisNode node(UnaryOperator<RedisSettings.Builder> how) {
        var settings =
                RedisSettings.builder("redis://127.0.0.1:" + redis.port()).timeout(Duration.ofMillis(500));
        var node = new RedisNode(how.apply(settings).build());
        nodes.add(node);
        return node;
    }

    private static Mark publish(RedisNode node, String topic, String producer, long sequence, String text)
            throws Exception {
        return at(node.publish(topic, producer, sequence, true, Wire.bytes(text)));
    }

    private static <T> T at(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
