package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Message;
import dev.gibbon.PreparedMessage;
import dev.gibbon.hub.HubAuthorizer.Decision;
import dev.gibbon.hub.HubException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The hub without a network: what subscribers are sent, in which order, and what nobody may do. */
class HubTest {
    private final MemoryEngine engine = new MemoryEngine(new HistoryBounds(100, 1 << 20, Duration.ofHours(1)));
    private final TestLoop loop = new TestLoop();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Hub hub = node(builder -> builder);

    private Hub node(UnaryOperator<Hub.Builder> options) {
        Backplane backplane = engine.node();
        Hub made = options.apply(Hub.builder().backplane(backplane).format(new ToldFormat()))
                .build();
        open.add(made);
        open.add(backplane);
        return made;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        engine.close();
    }

    /** A connection that has subscribed to topic t. */
    private final class Guest {
        final TestOutlet outlet = new TestOutlet(loop);
        final HubConnection connection;
        Subscription subscription;

        Guest(Hub at, SubscribeOptions options) {
            connection = at.join(outlet, null);
            subscription = await(connection.subscribe("t", options));
            loop.until("subscribed", () -> !outlet.sent().isEmpty());
        }

        /** Waits until a text was sent, and takes all. */
        List<String> takeUntil(String last) {
            loop.until(
                    last,
                    () -> outlet.sent().stream()
                            .anyMatch(one -> one.message().text().contains(last)));
            return outlet.take();
        }

        /** Waits until so many were sent, and takes them. */
        List<String> take(int count) {
            loop.until(count + " messages", () -> outlet.sent().size() >= count);
            return outlet.take();
        }
    }

    private Guest guest(SubscribeOptions options) {
        return new Guest(hub, options);
    }

    private <T> T await(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        loop.until("answered", future::isDone);
        return future.join();
    }

    private void publish(String... texts) {
        for (String text : texts) {
            await(hub.publish("t", text));
        }
    }

    private static String[] texts(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toArray(String[]::new);
    }

    private static Reason reasonOf(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            assertThat(e.getCause()).isInstanceOf(HubException.class);
            return ((HubException) e.getCause()).reason();
        }
        throw new AssertionError("it did not fail");
    }

    // ---- to many

    @Test
    void subscribersGetWhatIsPublishedInOneOrder() {
        Guest first = guest(SubscribeOptions.fromNow());
        Guest second = new Guest(node(builder -> builder), SubscribeOptions.fromNow());
        publish("1", "2", "3");

        assertThat(first.take(4)).containsExactly("subscribed 0", "1", "2", "3");
        assertThat(second.take(4)).containsExactly("subscribed 0", "1", "2", "3");
    }

    @Test
    void aMessageIsFramedOnceForAllAndServedByOneTask() {
        Guest first = guest(SubscribeOptions.fromNow());
        Guest second = guest(SubscribeOptions.fromNow());
        first.outlet.take();
        second.outlet.take();
        CompletableFuture<Position> stored = hub.publish("t", "1").toCompletableFuture();
        loop.until("stored", stored::isDone);
        loop.until("told", () -> !first.outlet.sent().isEmpty());

        assertThat(first.outlet.sent().get(0)).isSameAs(second.outlet.sent().get(0));
    }

    @Test
    void whoUnsubscribesGetsNothingMore() {
        Guest stays = guest(SubscribeOptions.fromNow());
        Guest goes = guest(SubscribeOptions.fromNow());
        publish("1");
        goes.take(2);
        assertThat(goes.connection.unsubscribe("t")).isTrue();
        assertThat(goes.connection.unsubscribe("t")).isFalse();
        publish("2");
        assertThat(stays.take(3)).contains("2");

        assertThat(goes.outlet.take()).isEmpty();
        assertThat(goes.connection.subscriptions()).isEmpty();
        Subscription again = await(goes.connection.subscribe("t", SubscribeOptions.fromNow()));
        assertThat(goes.connection.subscriptions()).containsExactly(again);
        publish("3");
        assertThat(goes.take(2)).containsExactly("subscribed 2", "3");
    }

    @Test
    void whoEndsLeaves() {
        Guest goes = guest(SubscribeOptions.fromNow());
        assertThat(hub.stats().connections()).isOne();
        goes.outlet.end();
        loop.run();
        assertThat(hub.stats().connections()).isZero();
        assertThat(hub.stats().subscriptions()).isZero();
        assertThat(reasonOf(goes.connection.subscribe("t", SubscribeOptions.fromNow())))
                .isEqualTo(Reason.CLOSED);
        assertThat(reasonOf(goes.connection.publish("t", new MessageId("p", 1), Message.text("x"))))
                .isEqualTo(Reason.CLOSED);
    }

    @Test
    void aFormatThatFailsHidesOneMessage() {
        Hub failing = node(builder -> builder.format(new ToldFormat() {
            @Override
            public Message entry(String topic, Entry entry) {
                if (entry.message().text().equals("bad")) {
                    throw new IllegalStateException("on purpose");
                }
                return super.entry(topic, entry);
            }
        }));
        Guest guest = new Guest(failing, SubscribeOptions.fromNow());
        publish("1", "bad", "2");
        assertThat(guest.take(3)).containsExactly("subscribed 0", "1", "2");
    }

    // ---- those who return

    @Test
    void historyComesBeforeWhatIsLive() {
        publish(texts(1, 90));
        Guest guest = guest(SubscribeOptions.fromHistory());
        publish(texts(91, 95));

        List<String> all = guest.take(96);
        assertThat(all.get(0)).isEqualTo("subscribed 0");
        assertThat(all.subList(1, 96)).containsExactly(texts(1, 95));
    }

    @Test
    void anEmptyHistoryHasAPosition() {
        Guest guest = guest(SubscribeOptions.fromHistory());
        publish("1");
        assertThat(guest.take(2)).containsExactly("subscribed 0", "1");
    }

    @Test
    void whoReturnsGetsWhatIsMissingOnce() {
        Guest stays = guest(SubscribeOptions.fromNow());
        Guest goes = guest(SubscribeOptions.fromNow());
        publish("1", "2");
        goes.take(3);
        Position seen = goes.subscription.position();
        goes.outlet.end();
        publish("3", "4");
        stays.take(5);

        // From what this node has heard, and from the engine.
        for (Hub at : List.of(hub, node(builder -> builder))) {
            Guest back = new Guest(at, SubscribeOptions.after(seen));
            assertThat(back.take(3)).startsWith("subscribed 2", "3", "4");
            publish("x");
            assertThat(back.take(1)).endsWith("x");
        }
    }

    @Test
    void whoReturnsTooLateIsTold() {
        publish("1");
        Position seen = await(hub.history("t", null, 1)).end();
        publish(texts(2, 200));
        Guest back = guest(SubscribeOptions.after(seen));

        List<String> all = back.take(101);
        assertThat(all.get(0)).isEqualTo("subscribed 100 TRIMMED");
        assertThat(all.subList(1, 101)).containsExactly(texts(101, 200));
        assertThat(hub.stats().lost()).isOne();
    }

    @Test
    void aPositionOfAnotherMessageIsLost() {
        Guest stays = guest(SubscribeOptions.fromNow());
        publish("1", "2");
        stays.take(3);
        Position seen = stays.subscription.position();
        Guest back = guest(SubscribeOptions.after(new Position(seen.epoch(), 1, new MessageId("another", 1))));
        assertThat(back.take(3)).containsExactly("subscribed 0 NEW_EPOCH", "1", "2");
    }

    @Test
    void whatTheEngineHasLostIsTold() {
        Guest guest = guest(SubscribeOptions.fromNow());
        publish("1");
        engine.forget();
        publish("2");
        assertThat(guest.take(4)).containsExactly("subscribed 0", "1", "lost NEW_EPOCH", "2");
        assertThat(guest.subscription.position().offset()).isEqualTo(1);
    }

    @Test
    void aLongHistoryWaitsForItsReader() {
        publish(texts(1, 100));
        TestOutlet outlet = new TestOutlet(loop);
        outlet.stopReading();
        HubConnection connection = hub.join(outlet, null);
        // Each counts 64 bytes more than its text, so 32 KiB are more than 400 of them: the queue of the connection is
        // full at once.
        for (int i = 0; i < 600; i++) {
            outlet.trySend(PreparedMessage.text("before"));
        }
        outlet.take();
        await(connection.subscribe("t", SubscribeOptions.fromHistory().slowConsumer(SlowConsumer.disconnect(1, 1))));
        loop.until("subscribed", () -> !outlet.sent().isEmpty());
        publish("101");
        assertThat(outlet.take()).containsExactly("subscribed 0");
        assertThat(outlet.close()).isNull();

        outlet.read(true);
        loop.until("all", () -> outlet.sent().size() >= 101);
        assertThat(outlet.take()).containsExactly(texts(1, 101));
    }

    // ---- those who are slow

    private Guest stuck(SlowConsumer policy) {
        Guest guest = guest(SubscribeOptions.fromNow().slowConsumer(policy));
        guest.outlet.stopReading();
        for (int i = 0; i < 600; i++) {
            guest.outlet.trySend(PreparedMessage.text("before"));
        }
        guest.outlet.take();
        return guest;
    }

    /** Publishes, and waits until a subscriber who reads has everything. */
    private void publishAndTell(int from, int to) {
        Guest reader = guest(SubscribeOptions.fromNow());
        publish(texts(from, to));
        assertThat(reader.take(2 + to - from)).endsWith(texts(from, to));
        reader.connection.leave();
        loop.run();
    }

    @Test
    void whoIsTooSlowIsDisconnectedAndNobodyElse() {
        Guest slow = stuck(SlowConsumer.disconnect(3, 1_000));
        publishAndTell(1, 3);
        assertThat(slow.outlet.close()).isNull();
        publishAndTell(4, 4);
        assertThat(slow.outlet.close()).isEqualTo("1013 too slow: 3 messages or 1000 bytes wait for this connection");
        assertThat(hub.stats().disconnected()).isOne();
        loop.run();
        assertThat(hub.stats().subscriptions()).isZero();
    }

    @Test
    void bytesBoundTheQueueToo() {
        Guest slow = stuck(SlowConsumer.disconnect(100, 10));
        publishAndTell(1, 9);
        assertThat(slow.outlet.close()).isNull();
        publishAndTell(10, 10);
        assertThat(slow.outlet.close()).startsWith("1013 ");
    }

    @Test
    void theOldestGoes() {
        Guest slow = stuck(SlowConsumer.dropOldest(3, 1_000));
        publishAndTell(1, 5);
        slow.outlet.read(true);
        loop.run();
        assertThat(slow.outlet.take()).containsExactly("dropped 2", "3", "4", "5");
        assertThat(hub.stats().dropped()).isEqualTo(2);
        publishAndTell(6, 6);
        assertThat(slow.outlet.take()).containsExactly("6");
    }

    @Test
    void theNewestGoes() {
        Guest slow = stuck(SlowConsumer.dropNewest(3, 1_000));
        publishAndTell(1, 5);
        slow.outlet.read(true);
        loop.run();
        assertThat(slow.outlet.take()).containsExactly("1", "2", "3", "dropped 2");
        publishAndTell(6, 6);
        assertThat(slow.outlet.take()).containsExactly("6");
        assertThat(slow.subscription.position().offset()).isEqualTo(6);
    }

    @Test
    void theLatestOfEachKeyStays() {
        Guest slow = stuck(SlowConsumer.latestPerKey(
                entry -> Integer.parseInt(entry.message().text()) % 2, 10, 1_000));
        publishAndTell(1, 6);
        slow.outlet.read(true);
        loop.run();
        assertThat(slow.outlet.take()).containsExactly("dropped 4", "5", "6");
    }

    @Test
    void theServerHearsOfDroppedMessages() {
        List<String> heard = new ArrayList<>();
        Guest slow = guest(SubscribeOptions.fromNow()
                .slowConsumer(SlowConsumer.dropOldest(1, 100))
                .listener(new SubscriptionListener() {
                    @Override
                    public void dropped(Subscription subscription, long messages) {
                        heard.add("dropped " + messages);
                    }

                    @Override
                    public void ended(Subscription subscription) {
                        heard.add("ended");
                    }
                }));
        slow.outlet.stopReading();
        for (int i = 0; i < 600; i++) {
            slow.outlet.trySend(PreparedMessage.text("before"));
        }
        publishAndTell(1, 3);
        slow.outlet.end();
        loop.run();
        assertThat(heard).containsExactly("dropped 2", "ended");
        assertThat(hub.stats().dropped()).isEqualTo(2);
    }

    // ---- who may, and how much

    @Test
    void theAuthorizerDecides() {
        CompletableFuture<Decision> later = new CompletableFuture<>();
        Hub strict = node(builder -> builder.authorizer(new HubAuthorizer() {
            @Override
            public CompletionStage<Decision> maySubscribe(HubConnection connection, String topic) {
                return switch (topic) {
                    case "open" -> Decision.ALLOWED.now();
                    case "later" -> later;
                    case "broken" -> throw new IllegalStateException("on purpose");
                    default ->
                        Decision.refused("not " + topic + " for " + connection.principal())
                                .now();
                };
            }

            @Override
            public CompletionStage<Decision> mayPublish(HubConnection connection, String topic, Message message) {
                return message.text().equals("later") ? later : Decision.ALLOWED.now();
            }
        }));
        HubConnection connection = strict.join(new TestOutlet(loop), "Ann");
        assertThat(await(connection.subscribe("open", SubscribeOptions.fromNow()))
                        .topic())
                .isEqualTo("open");
        assertThatThrownBy(() -> await(connection.subscribe("closed", SubscribeOptions.fromNow())))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("not closed for Ann");
        assertThat(reasonOf(connection.subscribe("broken", SubscribeOptions.fromNow())))
                .isEqualTo(Reason.REFUSED);
        CompletableFuture<Subscription> waiting =
                connection.subscribe("later", SubscribeOptions.fromNow()).toCompletableFuture();
        CompletableFuture<Position> first = connection
                .publish("open", new MessageId("p", 1), Message.text("later"))
                .toCompletableFuture();
        CompletableFuture<Position> second = connection
                .publish("open", new MessageId("p", 2), Message.text("at once"))
                .toCompletableFuture();
        assertThat(waiting).isNotDone();
        assertThat(second).isNotDone();

        later.complete(Decision.ALLOWED);

        assertThat(await(waiting).topic()).isEqualTo("later");
        assertThat(await(first).offset()).isLessThan(await(second).offset());
    }

    @Test
    void aWishThatIsTakenBackIsNotFulfilled() {
        CompletableFuture<Decision> later = new CompletableFuture<>();
        Hub strict = node(builder -> builder.authorizer(new HubAuthorizer() {
            @Override
            public CompletionStage<Decision> maySubscribe(HubConnection connection, String topic) {
                return later;
            }
        }));
        HubConnection connection = strict.join(new TestOutlet(loop), null);
        CompletionStage<Subscription> waiting = connection.subscribe("t", SubscribeOptions.fromNow());
        assertThat(connection.unsubscribe("t")).isTrue();
        later.complete(Decision.ALLOWED);
        assertThat(reasonOf(waiting)).isEqualTo(Reason.CLOSED);
        assertThat(strict.stats().subscriptions()).isZero();
    }

    @Test
    void limitsAreKept() {
        Hub small = node(builder -> builder.limits(new HubLimits(3, 4, 2, 1)).authorizer(new HubAuthorizer() {
            @Override
            public CompletionStage<Decision> mayPublish(HubConnection connection, String topic, Message message) {
                return new CompletableFuture<>();
            }
        }));
        HubConnection a = small.join(new TestOutlet(loop), null);
        HubConnection b = small.join(new TestOutlet(loop), null);
        SubscribeOptions now = SubscribeOptions.fromNow();
        assertThat(reasonOf(a.subscribe("", now))).isEqualTo(Reason.BAD_TOPIC);
        assertThat(reasonOf(a.subscribe("\u00e4\u00e4x", now))).isEqualTo(Reason.BAD_TOPIC);
        assertThat(reasonOf(a.subscribe("\ud83d", now))).isEqualTo(Reason.BAD_TOPIC);
        await(a.subscribe("\u00e4\u00e4", now));
        assertThat(reasonOf(a.subscribe("\u00e4\u00e4", now))).isEqualTo(Reason.ALREADY_SUBSCRIBED);
        await(a.subscribe("2", now));
        assertThat(reasonOf(a.subscribe("3", now))).isEqualTo(Reason.LIMIT);
        await(b.subscribe("3", now));
        assertThat(reasonOf(b.subscribe("4", now))).isEqualTo(Reason.LIMIT);
        assertThat(b.subscriptions()).hasSize(1);
        var unused = a.publish("t", new MessageId("p", 1), Message.text("waits"));
        assertThat(reasonOf(a.publish("t", new MessageId("p", 2), Message.text("too many"))))
                .isEqualTo(Reason.LIMIT);
    }

    @Test
    void noMessageOvertakesOneThatHasToBePublishedAgain() {
        FailingBackplane failing = new FailingBackplane(engine.node());
        open.add(failing);
        Hub hindered = Hub.builder().backplane(failing).build();
        open.add(0, hindered);
        HubConnection connection = hindered.join(new TestOutlet(loop), null);
        await(connection.publish("t", new MessageId("p", 1), Message.text("1")));
        failing.fail(true);
        assertThat(retryable(connection.publish("t", new MessageId("p", 2), Message.text("2"))))
                .isTrue();
        failing.fail(false);
        assertThat(retryable(connection.publish("t", new MessageId("p", 3), Message.text("3"))))
                .isTrue();
        await(connection.publish("t", new MessageId("q", 3), Message.text("another's")));
        await(connection.publish("u", new MessageId("p", 3), Message.text("elsewhere")));
        await(connection.publish("t", new MessageId("p", 1), Message.text("1")));
        await(connection.publish("t", new MessageId("p", 2), Message.text("2")));
        await(connection.publish("t", new MessageId("p", 3), Message.text("3")));
        assertThat(await(hub.history("t", null, 9)).entries())
                .extracting(entry -> entry.message().text())
                .containsExactly("1", "another's", "2", "3");
    }

    private boolean retryable(CompletionStage<?> stage) {
        CompletableFuture<?> future = stage.toCompletableFuture();
        loop.until("answered", future::isDone);
        return future.handle(
                        (answer, failure) -> failure instanceof BackplaneException refused && refused.isRetryable())
                .join();
    }

    @Test
    void theListenerHearsOfTheBeginningBeforeAnythingIsSent() {
        publish("1");
        List<Object> heard = new ArrayList<>();
        Guest guest = guest(SubscribeOptions.fromHistory().listener(new SubscriptionListener() {
            @Override
            public void began(Subscription subscription, Position from, @Nullable LossReason lost) {
                heard.add(from.offset());
                subscription.connection().outlet().trySend(PreparedMessage.text("hello"));
            }
        }));
        assertThat(guest.take(3)).containsExactly("hello", "subscribed 0", "1");
        assertThat(heard).containsExactly(0L);
    }

    // ---- who is there

    private static SubscribeOptions as(String id) {
        return SubscribeOptions.fromNow().member(new Member(id, "")).presence(true);
    }

    @Test
    void whoComesAndGoesIsTold() {
        Guest ann = guest(as("ann"));
        ann.takeUntil("ann");
        assertThat(await(hub.members("t"))).containsExactly(new Member("ann", ""));
        Guest bob = new Guest(node(builder -> builder), as("bob"));
        assertThat(ann.take(1)).containsExactly("joined bob");
        assertThat(bob.takeUntil("ann")).startsWith("subscribed 0");

        bob.connection.unsubscribe("t");
        assertThat(ann.take(1)).containsExactly("left bob");
        assertThat(await(hub.members("t"))).containsExactly(new Member("ann", ""));
    }

    @Test
    void theMembersOfADeadNodeExpire() {
        Guest ann = guest(as("ann"));
        ann.takeUntil("ann");
        Backplane backplane = engine.node();
        // This node is never closed in order: its backplane ends without a word.
        Hub dies = Hub.builder()
                .backplane(backplane)
                .format(new ToldFormat())
                .presenceExpiry(Duration.ofMillis(400))
                .build();
        new Guest(dies, as("bob"));
        assertThat(ann.take(1)).containsExactly("joined bob");
        backplane.close();
        assertThat(ann.takeUntil("left bob")).endsWith("left bob");
        dies.close();
    }

    @Test
    void aNodeSaysAgainAndAgainThatItsMembersAreThere() {
        FailingBackplane counting = new FailingBackplane(engine.node());
        open.add(counting);
        Hub other = Hub.builder()
                .backplane(counting)
                .format(new ToldFormat())
                .presenceExpiry(Duration.ofMillis(300))
                .build();
        open.add(0, other);
        new Guest(other, as("bob"));
        loop.until("said four times", () -> counting.entered() >= 4);
        await(other.members("t"));
    }

    // ---- the end

    @Test
    void aClosedHubRefuses() {
        Guest guest = guest(SubscribeOptions.fromNow());
        hub.close();
        hub.close();
        loop.run();
        assertThat(hub.stats()).satisfies(stats -> {
            assertThat(stats.connections()).isZero();
            assertThat(stats.subscriptions()).isZero();
            assertThat(stats.topics()).isZero();
        });
        assertThat(reasonOf(guest.connection.subscribe("t", SubscribeOptions.fromNow())))
                .isEqualTo(Reason.CLOSED);
        assertThatThrownBy(() -> hub.join(guest.outlet, null)).isInstanceOf(HubException.class);
        assertThat(guest.outlet.close()).isNull();
    }

    @Test
    void aHubForOneNodeNeedsNothing() {
        try (Hub simple = Hub.inMemory()) {
            TestOutlet outlet = new TestOutlet(loop);
            await(simple.join(outlet, null).subscribe("t", SubscribeOptions.fromNow()));
            loop.run();
            await(simple.publish("t", "hello"));
            loop.until("told", () -> !outlet.sent().isEmpty());
            assertThat(outlet.take()).containsExactly("hello");
        }
    }
}
