package dev.gibbon.hub.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Message;
import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.RedisServer;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.Backplane.FeedListener;
import dev.gibbon.hub.Backplane.PresenceListener;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One node and more on a real Redis, which is stopped, killed, held still and set back in time. */
class RedisBackplaneTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<RedisBackplane> nodes = new ArrayList<>();
    private final EngineProcess redis = RedisServer.start();

    @AfterEach
    void end() throws Exception {
        for (RedisBackplane node : nodes) {
            node.close();
        }
        redis.close();
    }

    @Test
    void storesOnceAndTellsEverybodyInOneOrder() throws Exception {
        RedisBackplane a = node();
        RedisBackplane b = node();
        var atA = new Recorder();
        var atB = new Recorder();
        assertThat(at(a.subscribe("t", null, atA).started()).offset()).isZero();
        at(b.subscribe("t", null, atB).started());
        Position first = publish(a, "t", "p", 1, "one");
        assertThat(first.offset()).isEqualTo(1);
        assertThat(publish(b, "t", "q", 1, "two").offset()).isEqualTo(2);
        assertThat(publish(b, "t", "p", 1, "one")).isEqualTo(first);
        assertThat(publish(a, "t", "p", 2, "three").offset()).isEqualTo(3);
        assertThat(publish(b, "t", "p", 1, "one")).isEqualTo(first);
        assertThat(atA.next(3)).containsExactly("1:one", "2:two", "3:three");
        assertThat(atB.next(3)).containsExactly("1:one", "2:two", "3:three");
        assertThat(at(a.read("t", first, 10)).entries())
                .extracting(entry -> entry.position().offset())
                .containsExactly(2L, 3L);
        assertThat(atA.nothingLeft() && atB.nothingLeft()).isTrue();
    }

    @Test
    void keepsTopicsApartWhateverTheirNames() throws Exception {
        RedisBackplane node = node();
        for (String topic : List.of("a", "}", "{", "%7D", "a:b", "ä b", "{a}")) {
            assertThat(publish(node, topic, "p", 1, topic).offset()).isEqualTo(1);
        }
    }

    @Test
    void refusesASequenceThatComesTooLate() throws Exception {
        RedisBackplane node = node();
        publish(node, "t", "p", 3, "x");
        assertThatThrownBy(() -> publish(node, "t", "p", 2, "y")).hasMessageContaining("behind 3");
        publish(node, "t", "p", 4, "x");
        assertThatThrownBy(() -> publish(node, "t", "p", 2, "y")).hasMessageContaining("behind 4");
    }

    @Test
    void acknowledgesWhatIsOlderThanTheHistoryOnlyIfItWasStored() throws Exception {
        RedisBackplane node = node(settings -> settings.history(2, 100_000, Duration.ofHours(1)));
        for (int sequence : new int[] {1, 2, 5, 6, 7, 8, 9}) {
            publish(node, "t", "p", sequence, "x");
        }
        // 5 to 9 were counted without a gap; of 4 nobody knows, and of 2 not any more.
        assertThat(publish(node, "t", "p", 5, "x").id()).isEqualTo(new MessageId("p", 9));
        assertThatThrownBy(() -> publish(node, "t", "p", 4, "y")).hasMessageContaining("behind 9");
        assertThatThrownBy(() -> publish(node, "t", "p", 2, "y")).hasMessageContaining("behind 9");
        assertThat(at(node.read("t", null, 10)).end().offset()).isEqualTo(7);
    }

    @Test
    void trimsByCountAndBytesAndTellsWhoComesTooLate() throws Exception {
        RedisBackplane node = node(settings -> settings.history(3, 100_000, Duration.ofHours(1)));
        Position first = publish(node, "t", "p", 1, "x");
        for (int i = 2; i <= 4; i++) {
            publish(node, "t", "p", i, "x");
        }
        assertThat(at(node.read("t", first, 10)).lost()).isEqualTo(LossReason.TRIMMED);
        // A repeat of what is no longer in the history is still not stored again.
        publish(node, "t", "p", 1, "x");
        assertThat(at(node.read("t", null, 10)).end().offset()).isEqualTo(4);
        var late = new Recorder();
        at(node.subscribe("t", first, late).started());
        assertThat(late.next(4)).containsExactly("lost TRIMMED 1", "2:x", "3:x", "4:x");
        publish(node, "t", "p", 5, "y".repeat(99_900));
        History page = at(node.read("t", null, 10));
        assertThat(page.entries())
                .extracting(entry -> entry.position().offset())
                .containsExactly(5L);
    }

    @Test
    void trimsByAge() throws Exception {
        RedisBackplane node = node(settings -> settings.history(100_000, 100_000_000, Duration.ofMillis(1)));
        publish(node, "t", "p", 1, "x");
        long sequence = 1;
        // Time passes while it publishes.
        while (oldest(node) == 1) {
            assertThat(++sequence).isLessThan(50_000);
            publish(node, "t", "p", sequence, "x");
        }
    }

    private static long oldest(RedisBackplane node) throws Exception {
        return at(node.read("t", null, 1)).entries().get(0).position().offset();
    }

    @Test
    void forgetsTheProducersThatWereSilentForLongest() throws Exception {
        RedisBackplane node = node(
                settings -> settings.history(2, 100_000, Duration.ofHours(1)).producers(2));
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
        RedisBackplane node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, recorder).started());
        publish(node, "t", "p", 1, "a");
        assertThat(recorder.next()).isEqualTo("1:a");
        fault.run();
        CompletionStage<Position> second = node.publish("t", new MessageId("p", 2), Message.text("b"));
        CompletionStage<Position> third = node.publish("t", new MessageId("p", 3), Message.text("c"));
        assertThat(recorder.next()).isEqualTo("away");
        assertThat(second.toCompletableFuture()).isNotDone();
        repair.run();
        assertThat(at(second).offset()).isEqualTo(2);
        assertThat(at(third).offset()).isEqualTo(3);
        assertThat(recorder.messages(2)).containsExactly("2:b", "3:c");
        assertThat(recorder.nothingLeft()).isTrue();
    }

    @Test
    void startsBeforeTheEngineAndRefusesWhatIsBeyondItsBound() throws Exception {
        redis.stop();
        RedisBackplane node = node(settings -> settings.pending(2, 1_000));
        CompletionStage<Position> first = bytes(node, 1, 400);
        assertThatThrownBy(() -> at(bytes(node, 2, 700))).hasMessageContaining("1000 bytes wait");
        CompletionStage<Position> second = bytes(node, 2, 400);
        assertThatThrownBy(() -> at(bytes(node, 3, 1))).hasMessageContaining("Redis is away, and 2 messages");
        redis.start();
        assertThat(at(first).offset()).isEqualTo(1);
        assertThat(at(second).offset()).isEqualTo(2);
        assertThat(publish(node, "t", "p", 3, "x").offset()).isEqualTo(3);
    }

    @Test
    void tellsEverybodyWhenAnOlderStateIsRestored() throws Exception {
        RedisBackplane node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, recorder).started());
        Position before = publish(node, "t", "p", 1, "a");
        EngineProcess.Snapshot snapshot = redis.snapshot();
        publish(node, "t", "p", 2, "b");
        assertThat(recorder.next(2)).containsExactly("1:a", "2:b");
        redis.kill();
        redis.restore(snapshot);
        redis.start();
        assertThat(recorder.messages(1)).containsExactly("lost NEW_EPOCH 1");
        // What was acknowledged and is gone can be published again.
        assertThat(publish(node, "t", "p", 2, "b").offset()).isEqualTo(2);
        assertThat(recorder.messages(1)).containsExactly("2:b");
        // Who had seen only what is still there has missed something, too.
        assertThat(at(node.read("t", before, 10)).lost()).isEqualTo(LossReason.NEW_EPOCH);
    }

    @Test
    void tellsEverybodyWhenTheEngineForgets() throws Exception {
        RedisBackplane node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, recorder).started());
        Position old = publish(node, "t", "p", 1, "a");
        RedisServer.command(redis.port(), "FLUSHALL");
        Position fresh = publish(node, "t", "p", 2, "b");
        assertThat(fresh.epoch()).isNotEqualTo(old.epoch());
        assertThat(recorder.next(3)).containsExactly("1:a", "lost NEW_EPOCH 0", "1:b");
    }

    @Test
    void goesOnWhenScriptsAreForgottenAndConnectionsCut() throws Exception {
        RedisBackplane node = node();
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
        RedisBackplane node = node();
        var recorder = new Recorder();
        at(node.subscribe("t", null, new FeedListener() {
                    @Override
                    public void entry(Entry entry) {
                        recorder.entry(entry);
                        throw new AssertionError("on purpose");
                    }

                    @Override
                    public void lost(LossReason reason, Position now) {}

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
        RedisBackplane node = node();
        at(node.enter("t", List.of(new Member("m1", "Ann"), new Member("m2", "Bob")), MINUTE));
        at(node.enter("t", List.of(new Member("m3", "Eve")), Duration.ofMillis(1)));
        assertThat(at(node.members("other"))).isEmpty();
        at(node.leave("t", List.of("m2", "nobody")));
        List<Member> present;
        do {
            present = at(node.members("t"));
        } while (present.contains(new Member("m3", "Eve")));
        assertThat(present).containsExactly(new Member("m1", "Ann"));
    }

    @Test
    void tellsWhoJoinsAndLeavesAlsoWhatItMissed() throws Exception {
        RedisBackplane node = node(settings -> settings.presenceCheck(Duration.ofMillis(50)));
        at(node.enter("t", List.of(new Member("m1", "Ann")), MINUTE));
        var told = new LinkedBlockingQueue<String>();
        Backplane.Watch roll = node.watch("t", new PresenceListener() {
            @Override
            public void joined(Member member) {
                told.add("+" + member.id() + " " + member.information());
            }

            @Override
            public void left(String member) {
                told.add("-" + member);
            }
        });
        assertThat(at(roll.started())).containsExactly(new Member("m1", "Ann"));
        at(node.enter("t", List.of(new Member("m1", "Ann"), new Member("m2", "Bob"), new Member("m 3", "")), MINUTE));
        at(node.leave("t", List.of("m2")));
        // Expires, and nobody else asks.
        at(node.enter("t", List.of(new Member("m4", "Eve")), Duration.ofMillis(1)));
        assertThat(told(told, 5)).containsExactly("+m2 Bob", "+m 3 ", "-m2", "+m4 Eve", "-m4");
        redis.stop();
        CompletionStage<?> meanwhile = node.enter("t", List.of(new Member("m5", "Tom")), MINUTE);
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
        RedisBackplane node = node();
        CompletionStage<Position> waiting = bytes(node, 1, 1);
        node.close();
        assertThat(waiting.toCompletableFuture()).isCompletedExceptionally();
        assertThat(bytes(node, 2, 1).toCompletableFuture()).isCompletedExceptionally();
    }

    private RedisBackplane node() {
        return node(settings -> settings);
    }

    private RedisBackplane node(UnaryOperator<RedisSettings.Builder> how) {
        var settings =
                RedisSettings.builder("redis://127.0.0.1:" + redis.port()).timeout(Duration.ofMillis(500));
        var node = new RedisBackplane(how.apply(settings).build());
        nodes.add(node);
        return node;
    }

    private static CompletionStage<Position> bytes(RedisBackplane node, int sequence, int size) {
        return node.publish("t", new MessageId("p", sequence), Message.binary(new byte[size]));
    }

    private static Position publish(RedisBackplane node, String topic, String producer, long sequence, String text)
            throws Exception {
        return at(node.publish(topic, new MessageId(producer, sequence), Message.text(text)));
    }

    private static <T extends @Nullable Object> T at(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
