package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is the memory engine's own; the rest is in the contract of all backplanes. */
class MemoryEngineTest {
    private static final long MOST_SECONDS = 20;
    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final Clock clock = clock(now::get);
    private MemoryEngine engine = new MemoryEngine(new HistoryBounds(5, 1 << 20, HOUR), 3, clock);

    private static Clock clock(InstantSource source) {
        return source.withZone(ZoneOffset.UTC);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
    }

    private static CompletionStage<Position> send(Backplane node, String topic, String producer, int sequence) {
        return node.publish(topic, new MessageId(producer, sequence), Message.text(producer + sequence));
    }

    private static Position publish(Backplane node, String topic, String producer, int sequence) throws Exception {
        return await(send(node, topic, producer, sequence));
    }

    private static void assertRefused(CompletionStage<?> asked, boolean retryable) {
        assertThatThrownBy(() -> await(asked))
                .cause()
                .isInstanceOfSatisfying(
                        BackplaneException.class,
                        e -> assertThat(e.isRetryable()).isEqualTo(retryable));
    }

    private List<String> history(Backplane node, String topic) throws Exception {
        return await(node.read(topic, null, 1_000_000)).entries().stream()
                .map(entry -> entry.message().text())
                .toList();
    }

    /** Notes what is told as text, each when the gate lets it. */
    private static final class Noted implements Backplane.FeedListener, Backplane.PresenceListener {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch gate;

        Noted(int closed) {
            gate = new CountDownLatch(closed);
        }

        private void note(String text) {
            entered.countDown();
            try {
                if (!gate.await(MOST_SECONDS, TimeUnit.SECONDS)) {
                    told.add("the gate stayed closed");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            told.add(text);
        }

        @Override
        public void entry(Entry entry) {
            note(entry.message().text());
        }

        @Override
        public void lost(LossReason reason, Position position) {
            note(reason + " behind " + position.offset() + " " + position.id());
        }

        @Override
        public void joined(Member member) {
            note("+" + member.id());
        }

        @Override
        public void left(String id) {
            note("-" + id);
        }

        String next() throws InterruptedException {
            return String.valueOf(told.poll(MOST_SECONDS, TimeUnit.SECONDS));
        }
    }

    // ---- bounds of the history

    @Test
    void theHistoryIsBoundedByItsEntries() throws Exception {
        Backplane node = engine.node();
        for (int i = 1; i <= 5; i++) {
            publish(node, "t", "p", i);
        }
        assertThat(history(node, "t")).containsExactly("p1", "p2", "p3", "p4", "p5");
        publish(node, "t", "p", 6);
        assertThat(history(node, "t")).containsExactly("p2", "p3", "p4", "p5", "p6");
    }

    @Test
    void theHistoryIsBoundedByItsBytesAndKeepsTheNewestAnyhow() throws Exception {
        engine = new MemoryEngine(new HistoryBounds(5, 6, HOUR));
        Backplane node = engine.node();
        for (int i = 1; i <= 4; i++) {
            publish(node, "t", "p", i);
        }
        assertThat(history(node, "t")).containsExactly("p2", "p3", "p4");
        await(node.publish("t", new MessageId("p", 5), Message.text("seven b")));
        assertThat(history(node, "t")).containsExactly("seven b");
    }

    @Test
    void theHistoryIsBoundedByItsAge() throws Exception {
        Backplane node = engine.node();
        Position first = publish(node, "t", "p", 1);
        now.set(now.get().plus(HOUR));
        Position second = publish(node, "t", "p", 2);
        assertThat(history(node, "t")).containsExactly("p1", "p2");
        now.set(now.get().plusMillis(1));
        assertThat(history(node, "t")).containsExactly("p2");
        // All that came behind it is there.
        assertThat(await(node.read("t", first, 9)).lost()).isNull();
        now.set(now.get().plus(HOUR));
        assertThat(await(node.read("t", first, 9)).lost()).isEqualTo(LossReason.TRIMMED);
        assertThat(await(node.read("t", second, 9)).lost()).isNull();
        assertThat(await(node.read("t", new Position(second.epoch(), second.offset(), new MessageId("another", 2)), 9))
                        .lost())
                .isEqualTo(LossReason.NEW_EPOCH);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE})
    void aHistoryKeepsSomething(long wrong) {
        assertThatThrownBy(() -> new HistoryBounds((int) Math.min(wrong, 0), 1, HOUR))
                .hasMessageContaining("1 entry");
        assertThatThrownBy(() -> new HistoryBounds(1, Math.min(wrong, 0), HOUR)).hasMessageContaining("1 byte");
        assertThatThrownBy(() -> new HistoryBounds(1, 1, Duration.ofMillis(wrong)))
                .hasMessageContaining("1 ms");
    }

    // ---- what is stored once

    @Test
    void aProducerIsRememberedWhileOneOfItsMessagesIsInTheHistory() throws Exception {
        engine = new MemoryEngine(new HistoryBounds(12_000, 1 << 20, HOUR));
        Backplane node = engine.node();
        Position first = publish(node, "t", "p", 1);
        for (int i = 1; i < 12_000; i++) {
            var unused = send(node, "t", "q" + i, 1);
        }
        assertThat(publish(node, "t", "p", 1)).isEqualTo(first);
    }

    @Test
    void aRepeatThatIsGoneFromTheHistoryIsAnsweredIfItIsKnownToHaveBeenStored() throws Exception {
        Backplane node = engine.node();
        publish(node, "t", "p", 2);
        publish(node, "t", "p", 4);
        Position last = publish(node, "t", "p", 5);
        for (int i = 1; i <= 5; i++) {
            publish(node, "t", "q", i);
        }

        assertThat(publish(node, "t", "p", 5)).isEqualTo(last);
        assertThat(publish(node, "t", "p", 4)).isEqualTo(last);
        assertRefused(send(node, "t", "p", 3), false);
        assertRefused(send(node, "t", "p", 2), false);
    }

    // ---- bounds of the engine

    @Test
    void moreTopicsThanMayBeAreRefusedWhileAllAreInUse() throws Exception {
        Backplane node = engine.node();
        publish(node, "one", "p", 1);
        await(node.enter("two", List.of(new Member("m", "")), HOUR));
        Backplane.Feed feed = node.subscribe("three", null, new Noted(0));
        await(feed.started());
        engine.sweep();

        assertRefused(send(node, "four", "p", 1), true);
        assertRefused(node.subscribe("four", null, new Noted(0)).started(), true);
        publish(node, "three", "p", 1);

        now.set(now.get().plus(HOUR).plusMillis(1));
        engine.sweep();
        assertThat(publish(node, "four", "p", 1).offset()).isEqualTo(1);
    }

    @Test
    void anEmptyTopicKeepsItsEpochForAsLongAsAHistoryIsKept() throws Exception {
        Backplane node = engine.node();
        Position empty = await(node.read("t", null, 1)).end();
        engine.sweep();
        now.set(now.get().plus(HOUR).minusMillis(1));
        engine.sweep();
        assertThat(await(node.read("t", empty, 1)).lost()).isNull();

        engine.sweep();
        now.set(now.get().plus(HOUR));
        engine.sweep();
        assertThat(await(node.read("t", empty, 1)).lost()).isEqualTo(LossReason.NEW_EPOCH);
    }

    @Test
    void aSlowListenerHoldsNothingButItsPlace() throws Exception {
        Backplane slow = engine.node();
        Backplane node = engine.node();
        var noted = new Noted(1);
        await(slow.subscribe("t", null, noted).started());
        publish(node, "t", "p", 1);
        assertThat(noted.entered.await(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
        for (int i = 2; i <= 10; i++) {
            publish(node, "t", "p", i);
        }
        noted.gate.countDown();

        assertThat(noted.next()).isEqualTo("p1");
        assertThat(noted.next()).startsWith("TRIMMED behind 5 ").contains("sequence=5");
        for (int i = 6; i <= 10; i++) {
            assertThat(noted.next()).isEqualTo("p" + i);
        }
        assertThat(noted.told).isEmpty();
    }

    @Test
    void answersThatNobodyTakesAreBounded() throws Exception {
        var node = new MemoryNode(engine, 2);
        var noted = new Noted(1);
        await(node.subscribe("t", null, noted).started());
        CompletionStage<Position> first = send(node, "t", "p", 1);
        assertThat(noted.entered.await(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
        CompletionStage<Position> second = send(node, "t", "p", 2);
        CompletionStage<Position> third = send(node, "t", "p", 3);
        assertThat(third.toCompletableFuture()).isCompletedExceptionally();
        assertRefused(third, true);
        noted.gate.countDown();
        await(first);
        await(second);
        assertThat(publish(node, "t", "p", 3).offset()).isEqualTo(3);
        node.close();
    }

    @Test
    void changesThatNobodyTakesAreToldAsADifference() throws Exception {
        Backplane slow = engine.node();
        Backplane node = engine.node();
        await(node.enter("t", List.of(new Member("goes", ""), new Member("stays", "")), HOUR));
        var noted = new Noted(1);
        await(slow.watch("t", noted).started());
        await(node.enter("t", List.of(new Member("first", "")), HOUR));
        assertThat(noted.entered.await(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
        await(node.leave("t", List.of("goes")));
        for (int i = 0; i < 11; i++) {
            List<Member> crowd = IntStream.range(0, 1_000)
                    .mapToObj(n -> new Member("of the crowd " + n, ""))
                    .toList();
            await(node.enter("t", crowd, HOUR));
            await(node.leave("t", crowd.stream().map(Member::id).toList()));
        }
        await(node.enter("t", List.of(new Member("last", "")), HOUR));
        noted.gate.countDown();

        assertThat(noted.next()).isEqualTo("+first");
        assertThat(List.of(noted.next(), noted.next())).containsExactlyInAnyOrder("-goes", "+last");
        await(node.leave("t", List.of("stays")));
        assertThat(noted.next()).isEqualTo("-stays");
    }

    // ---- its end, and what goes wrong

    @Test
    void whoListensIsToldWhenEverythingIsLost() throws Exception {
        Backplane node = engine.node();
        var noted = new Noted(0);
        Position before = publish(node, "t", "p", 1);
        await(node.subscribe("t", before, noted).started());

        engine.forget();
        assertThat(noted.next()).isEqualTo("NEW_EPOCH behind 0 null");
        Position after = publish(node, "t", "p", 2);
        assertThat(after.epoch()).isNotEqualTo(before.epoch());
        assertThat(noted.next()).isEqualTo("p2");
        assertThat(await(node.read("t", before, 9)).lost()).isEqualTo(LossReason.NEW_EPOCH);
    }

    @Test
    void aClosedEngineRefuses() throws Exception {
        Backplane node = engine.node();
        var noted = new Noted(0);
        await(node.subscribe("t", null, noted).started());
        engine.close();
        engine.close();

        assertRefused(send(node, "t", "p", 1), false);
        assertRefused(node.read("t", null, 1), false);
        assertRefused(node.subscribe("t", null, noted).started(), false);
        assertThatThrownBy(() -> engine.node()).isInstanceOf(BackplaneException.class);
        assertThat(noted.told).isEmpty();
    }

    @Test
    void aTopicHasAName() {
        Backplane node = engine.node();
        assertThatThrownBy(() -> send(node, "", "p", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> node.subscribe("", null, new Noted(0))).isInstanceOf(IllegalArgumentException.class);
    }
}
