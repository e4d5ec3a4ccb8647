package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.PreparedMessage;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes between what: the engine's words and the loop's tasks, in orders that chance rarely makes. */
class HubOrderTest {
    private final Position start = position("e1", 1);
    private final ScriptedBackplane engine = new ScriptedBackplane(start);
    private final TestLoop loop = new TestLoop();
    private final Hub hub =
            Hub.builder().backplane(engine).format(new ToldFormat()).build();

    @AfterEach
    void close() {
        hub.close();
    }

    private static Position position(String epoch, int offset) {
        return new Position(epoch, offset, new MessageId("p-" + epoch, offset));
    }

    private static Entry entry(String epoch, int offset) {
        return new Entry(position(epoch, offset), Message.text(epoch + "/" + offset), Instant.EPOCH);
    }

    private TestOutlet guest(SubscribeOptions options) {
        TestOutlet outlet = new TestOutlet(loop);
        var unused = hub.join(outlet, null).subscribe("t", options);
        loop.run();
        return outlet;
    }

    @Test
    void whatWasHeardBeforeItWentLiveIsNotToldAgain() {
        TestOutlet live = guest(SubscribeOptions.fromNow());
        TestOutlet returning = guest(SubscribeOptions.after(position("e0", 5)));
        assertThat(engine.waitingReads()).isOne();
        // The answer waits on the loop, and what this node hears comes behind it.
        engine.answer(new History(List.of(entry("e2", 1)), LossReason.NEW_EPOCH, position("e2", 1), true));
        engine.listener().entry(entry("e1", 2));
        engine.listener().lost(LossReason.NEW_EPOCH, new Position("e2", 0, null));
        engine.listener().entry(entry("e2", 1));
        loop.run();
        engine.listener().entry(entry("e2", 2));
        loop.run();

        assertThat(live.take()).containsExactly("subscribed 1", "e1/2", "lost NEW_EPOCH", "e2/1", "e2/2");
        assertThat(returning.take()).containsExactly("subscribed 0 NEW_EPOCH", "e2/1", "e2/2");
    }

    @Test
    void whatComesOnceTheSubscriptionIsThereIsToldAlthoughTheLoopIsLate() {
        TestOutlet late = new TestOutlet(loop);
        assertThat(hub.join(late, null)
                        .subscribe("t", SubscribeOptions.fromNow())
                        .toCompletableFuture())
                .isCompleted();
        engine.listener().entry(entry("e1", 2));
        loop.run();
        assertThat(late.take()).containsExactly("subscribed 1", "e1/2");
    }

    @Test
    void noMessageOvertakesOneForWhichThereWasNoRoom() {
        try (Hub small = Hub.builder()
                .backplane(engine)
                .limits(HubLimits.DEFAULT.withPublishesPerConnection(1))
                .build()) {
            HubConnection connection = small.join(new TestOutlet(loop), null);
            CompletableFuture<Position> first = publish(connection, 1);
            assertThat(publish(connection, 2)).isCompletedExceptionally();
            engine.store(position("e1", 1));
            assertThat(first).isCompleted();

            assertThat(publish(connection, 3)).isCompletedExceptionally();
            CompletableFuture<Position> second = publish(connection, 2);
            engine.store(position("e1", 2));
            assertThat(second).isCompleted();
            assertThat(publish(connection, 3)).isNotDone();
        }
    }

    private static CompletableFuture<Position> publish(HubConnection connection, int sequence) {
        return connection
                .publish("t", new MessageId("p", sequence), Message.text("x"))
                .toCompletableFuture();
    }

    @Test
    void aPositionThatThisNodeHasNotHeardOfIsForTheEngineToJudge() {
        TestOutlet live = guest(SubscribeOptions.fromNow());
        TestOutlet ahead = guest(SubscribeOptions.after(position("e1", 3)));
        TestOutlet bogus = guest(SubscribeOptions.after(position("e1", 9)));
        assertThat(engine.waitingReads()).isEqualTo(2);
        engine.answer(new History(List.of(), null, position("e1", 3), true));
        engine.answer(
                new History(List.of(entry("e1", 2), entry("e1", 3)), LossReason.NEW_EPOCH, position("e1", 3), true));
        loop.run();
        for (int i = 2; i <= 4; i++) {
            engine.listener().entry(entry("e1", i));
        }
        loop.run();

        assertThat(live.take()).containsExactly("subscribed 1", "e1/2", "e1/3", "e1/4");
        assertThat(ahead.take()).containsExactly("subscribed 3", "e1/4");
        assertThat(bogus.take()).containsExactly("subscribed 1 NEW_EPOCH", "e1/2", "e1/3", "e1/4");
    }

    @Test
    void whoIsInANewEpochBeforeThisNodeWaitsForIt() {
        TestOutlet ahead = guest(SubscribeOptions.after(position("e0", 5)));
        engine.answer(new History(List.of(), LossReason.NEW_EPOCH, new Position("e2", 0, null), true));
        loop.until("asked again", () -> engine.waitingReads() == 1);
        engine.listener().lost(LossReason.NEW_EPOCH, new Position("e2", 0, null));
        engine.listener().entry(entry("e2", 1));
        engine.answer(new History(List.of(entry("e2", 1)), null, position("e2", 1), true));
        loop.run();
        engine.listener().entry(entry("e2", 2));
        loop.run();

        assertThat(ahead.take()).containsExactly("subscribed 0 NEW_EPOCH", "e2/1", "e2/2");
    }

    @Test
    void aHistoryThatIsRefusedForEverEndsTheConnection() {
        TestOutlet asks = guest(SubscribeOptions.fromHistory());
        engine.fail(BackplaneException.failed("for now", null));
        loop.until("asked again", () -> engine.waitingReads() == 1);
        assertThat(asks.close()).isNull();
        engine.fail(new CompletionException(BackplaneException.refused("for ever")));
        loop.until("closed", () -> asks.close() != null);

        assertThat(asks.close()).startsWith("1011 ");
        assertThat(hub.stats().subscriptions()).isZero();
    }

    @Test
    void whatHasNoRoomIsSaidLater() {
        TestOutlet slow = guest(SubscribeOptions.fromNow().slowConsumer(SlowConsumer.dropNewest(1, 100)));
        slow.stopReading();
        for (int i = 0; i < 600; i++) {
            slow.trySend(PreparedMessage.text("before"));
        }
        slow.take();
        engine.listener().away(new IllegalStateException("on purpose"));
        engine.listener().back();
        engine.listener().away(new IllegalStateException("on purpose"));
        for (int i = 2; i <= 4; i++) {
            engine.listener().entry(entry("e1", i));
        }
        loop.run();
        slow.read(true);
        slow.stopReading(1);
        loop.run();
        assertThat(slow.take()).containsExactly("away");
        slow.read(true);
        loop.run();

        assertThat(slow.take()).containsExactly("dropped 3");
    }

    @Test
    void aKeyThatCannotBeFoundHidesNothing() {
        TestOutlet slow = guest(SubscribeOptions.fromNow()
                .slowConsumer(SlowConsumer.latestPerKey(
                        entry -> {
                            throw new IllegalStateException("on purpose");
                        },
                        10,
                        1_000)));
        TestOutlet other = guest(SubscribeOptions.fromNow());
        slow.stopReading();
        for (int i = 0; i < 600; i++) {
            slow.trySend(PreparedMessage.text("before"));
        }
        slow.take();
        engine.listener().entry(entry("e1", 2));
        engine.listener().entry(entry("e1", 3));
        loop.run();
        slow.read(true);
        loop.run();

        assertThat(slow.take()).containsExactly("e1/2", "e1/3");
        assertThat(other.take()).containsExactly("subscribed 1", "e1/2", "e1/3");
    }

    @Test
    void whatEndsWhileMuchWaitsIsLeftAlone() {
        TestOutlet slow = guest(SubscribeOptions.fromNow());
        slow.stopReading();
        for (int i = 0; i < 600; i++) {
            slow.trySend(PreparedMessage.text("before"));
        }
        engine.listener().entry(entry("e1", 2));
        loop.run();
        slow.end();
        loop.run();

        assertThat(hub.stats().subscriptions()).isZero();
        assertThat(hub.stats().connections()).isZero();
    }
}
