package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Subscribing, unsubscribing, leaving and publishing from many threads at once, on real loops: whoever is subscribed hears consecutive entries from
 * where it began, whoever is not hears nothing, and nothing is left over. What each thread does is seeded.
 */
class HubStressTest {
    private static final int LOOPS = 3;
    private static final int CHURNING = 4;
    private static final int PUBLISHING = 2;
    private static final int ROUNDS = 150;
    private static final int MESSAGES = 3_000;
    private static final long MOST_SECONDS = 60;

    private final MemoryEngine engine = new MemoryEngine(new HistoryBounds(100_000, 64 << 20, Duration.ofHours(1)));
    private final List<ExecutorService> loops = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Hub> hubs = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        hubs.forEach(Hub::close);
        engine.close();
        threads.shutdownNow();
        for (ExecutorService loop : loops) {
            loop.shutdown();
            assertThat(loop.awaitTermination(MOST_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Takes everything, and judges it. On its loop. */
    private static final class Judge implements Outlet {
        private final ExecutorService loop;
        private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        private final List<String> faults = new ArrayList<>();
        /** The offset behind which the next entry has to be; -1 while there is no subscription. */
        private long at = -1;

        private long heard;

        Judge(ExecutorService loop) {
            this.loop = loop;
        }

        @Override
        public ExecutorService executor() {
            return loop;
        }

        @Override
        public SendResult trySend(PreparedMessage message) {
            String[] words = message.message().text().split(" ", -1);
            if (words[0].equals("subscribed")) {
                at = Long.parseLong(words[2]);
            } else if (words[0].equals("entry")) {
                long offset = Long.parseLong(words[2]);
                if (at < 0 || offset != at + 1) {
                    faults.add(offset + " after " + at);
                }
                at = offset;
                heard++;
            } else {
                faults.add(message.message().text());
            }
            return SendResult.ACCEPTED;
        }

        @Override
        public long bufferedBytes() {
            return 0;
        }

        @Override
        public CompletionStage<?> drained() {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void close(int code, String reason) {
            faults.add("closed with " + code + " " + reason);
        }

        @Override
        public CompletionStage<?> closed() {
            return closed;
        }

        <T> T onLoop(Callable<T> question) throws Exception {
            return loop.submit(question).get(MOST_SECONDS, TimeUnit.SECONDS);
        }

        /** What it has been told from the tasks that its loop has now; then nothing may come. */
        void endSubscription() throws Exception {
            onLoop(() -> at = -1);
        }
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
    }

    private static void until(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
                throw new AssertionError("in vain: until " + what);
            }
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void whoIsSubscribedHearsEverythingAndWhoIsNotHearsNothing(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 2; i++) {
            hubs.add(Hub.builder()
                    .backplane(engine.node())
                    .format(new ModelFormat())
                    .build());
        }
        for (int i = 0; i < LOOPS; i++) {
            loops.add(Executors.newSingleThreadExecutor());
        }
        List<Judge> staying = new ArrayList<>();
        for (Hub hub : hubs) {
            for (ExecutorService loop : loops) {
                var judge = new Judge(loop);
                staying.add(judge);
                await(hub.join(judge, null).subscribe(ModelTopic.NAME, SubscribeOptions.fromNow()));
            }
        }
        var published = new AtomicBoolean();
        List<Future<?>> churning = new ArrayList<>();
        for (int i = 0; i < CHURNING; i++) {
            SplittableRandom own = random.split();
            churning.add(threads.submit(() -> churn(own, published)));
        }
        List<Future<?>> publishing = new ArrayList<>();
        for (int i = 0; i < PUBLISHING; i++) {
            String producer = "p" + i;
            SplittableRandom own = random.split();
            publishing.add(threads.submit(() -> publish(producer, own)));
        }
        for (Future<?> each : publishing) {
            each.get(MOST_SECONDS, TimeUnit.SECONDS);
        }
        published.set(true);
        for (Future<?> each : churning) {
            each.get(MOST_SECONDS, TimeUnit.SECONDS);
        }

        long end = (long) PUBLISHING * MESSAGES;
        for (Judge judge : staying) {
            until("all is heard", () -> {
                try {
                    return judge.onLoop(() -> judge.at) == end;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(judge.onLoop(() -> judge.faults)).isEmpty();
            assertThat(judge.onLoop(() -> judge.heard)).isEqualTo(end);
            judge.closed.complete(null);
        }
        for (Hub hub : hubs) {
            assertThat(hub.stats().connections()).isZero();
            assertThat(hub.stats().subscriptions()).isZero();
            assertThat(hub.stats().lost()).isZero();
        }
    }

    private @Nullable Void publish(String producer, SplittableRandom random) throws Exception {
        HubConnection connection = hubs.get(random.nextInt(hubs.size())).join(new Judge(loops.get(0)), null);
        List<CompletionStage<Position>> underWay = new ArrayList<>();
        for (int i = 1; i <= MESSAGES; i++) {
            underWay.add(
                    connection.publish(ModelTopic.NAME, new MessageId(producer, i), Message.text(producer + "-" + i)));
            if (underWay.size() > random.nextInt(100)) {
                for (CompletionStage<Position> one : underWay) {
                    await(one);
                }
                underWay.clear();
            }
        }
        for (CompletionStage<Position> one : underWay) {
            await(one);
        }
        connection.leave();
        return null;
    }

    private @Nullable Void churn(SplittableRandom random, AtomicBoolean published) throws Exception {
        Position seen = null;
        for (int round = 0; round < ROUNDS || !published.get(); round++) {
            Judge judge = new Judge(loops.get(random.nextInt(LOOPS)));
            HubConnection connection = hubs.get(random.nextInt(hubs.size())).join(judge, null);
            for (int times = random.nextInt(3); times >= 0; times--) {
                SubscribeOptions options = seen == null || random.nextInt(4) == 0
                        ? SubscribeOptions.fromNow()
                        : SubscribeOptions.after(seen);
                CompletionStage<Subscription> asked = connection.subscribe(ModelTopic.NAME, options);
                if (random.nextInt(4) > 0) {
                    Subscription subscription = await(asked);
                    if (random.nextBoolean()) {
                        until("something is heard", () -> subscription.position() != null || published.get());
                    }
                    Position position = subscription.position();
                    seen = position == null || random.nextInt(3) == 0 ? seen : position;
                }
                if (times == 0) {
                    // Also while it is still being subscribed.
                    judge.closed.complete(null);
                } else {
                    connection.unsubscribe(ModelTopic.NAME);
                }
                judge.endSubscription();
            }
            assertThat(connection.subscriptions()).isEmpty();
            assertThat(judge.onLoop(() -> List.copyOf(judge.faults))).isEmpty();
        }
        return null;
    }
}
