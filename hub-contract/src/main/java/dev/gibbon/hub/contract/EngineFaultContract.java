package dev.gibbon.hub.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a {@link Backplane} on an engine of its own promises when that engine goes and comes back: what was acknowledged is told once and in
 * order, what waits is stored or refused. The engine of the test keeps what it has acknowledged over all of this, and 1,000 entries or more.
 */
public abstract class EngineFaultContract extends ContractNodes {
    /**
     * Joins a node to the engine, which runs.
     *
     * @return a new node, of which {@link #mostWaiting} messages may wait for the engine
     */
    @Override
    protected abstract Backplane join() throws Exception;

    /**
     * How many messages of a node may wait while the engine is away.
     *
     * @return 50 to 1,000
     */
    protected abstract int mostWaiting();

    /** Makes sure that the engine runs; at the beginning of each test, and after {@link #stopEngine} and {@link #killEngine}. */
    protected abstract void startEngine() throws Exception;

    /** Ends the engine as its operator does, and returns when it has ended. */
    protected abstract void stopEngine() throws Exception;

    /** Ends the engine with SIGKILL, and returns when it has ended. */
    protected abstract void killEngine() throws Exception;

    @BeforeEach
    final void startTheEngine() throws Exception {
        startEngine();
    }

    private List<CompletionStage<Position>> sendAll(Backplane node, String producer, int from, int to) {
        List<CompletionStage<Position>> stored = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            stored.add(send(node, producer, i));
        }
        return stored;
    }

    private static void awaitAll(List<CompletionStage<Position>> stored) throws Exception {
        for (CompletionStage<Position> one : stored) {
            await(one);
        }
    }

    private static void assertGrowing(List<CompletionStage<Position>> stored) throws Exception {
        long before = 0;
        for (CompletionStage<Position> one : stored) {
            long offset = await(one).offset();
            assertThat(offset).isGreaterThan(before);
            before = offset;
        }
    }

    /** An end of the engine. */
    @FunctionalInterface
    private interface End {
        void happens() throws Exception;
    }

    @Test
    void whatWaitsWhileTheEngineIsStoppedIsToldOnceAndInOrder() throws Exception {
        whatWaitsIsToldOnceAndInOrder(this::stopEngine);
    }

    @Test
    void whatWaitsWhileTheEngineIsKilledIsToldOnceAndInOrder() throws Exception {
        whatWaitsIsToldOnceAndInOrder(this::killEngine);
    }

    private void whatWaitsIsToldOnceAndInOrder(End end) throws Exception {
        Backplane a = node();
        Backplane b = node();
        var atA = new Told();
        var atB = new Told();
        await(a.subscribe(topic, null, atA).started());
        await(b.subscribe(topic, null, atB).started());
        awaitAll(sendAll(a, "p", 1, 10));

        end.happens();
        assertThat(atA.nextState()).isEqualTo("away");
        assertThat(atB.nextState()).isEqualTo("away");
        List<CompletionStage<Position>> waiting = sendAll(a, "p", 11, 30);
        // The same again, as a publisher does that has lost its connection meanwhile.
        List<CompletionStage<Position>> again = sendAll(a, "p", 11, 30);
        startEngine();

        awaitAll(waiting);
        awaitAll(again);
        assertGrowing(waiting);
        for (int i = 0; i < waiting.size(); i++) {
            assertThat(await(again.get(i))).isEqualTo(await(waiting.get(i)));
        }
        assertThat(atA.nextState()).isEqualTo("back");
        assertThat(atB.nextState()).isEqualTo("back");
        awaitAll(sendAll(b, "q", 1, 1));
        assertThat(atB.texts(30)).containsExactly(texts("p", 1, 30));
        assertThat(atA.texts(30)).containsExactly(texts("p", 1, 30));
        assertThat(atA.texts(1)).containsExactly("q1");
        assertThat(atB.texts(1)).containsExactly("q1");
    }

    @Test
    void whatIsUnderWayWhenTheEngineIsKilledIsStoredOnce() throws Exception {
        Backplane a = node();
        Backplane b = node();
        var told = new Told();
        await(b.subscribe(topic, null, told).started());
        var enough = new AtomicBoolean();
        // One after the other, so that the kill comes between any two steps; a failure is asked again under the same
        // id.
        CompletableFuture<Integer> publisher = CompletableFuture.supplyAsync(() -> {
            int sequence = 0;
            while (!enough.get() || sequence < 40) {
                sequence++;
                untilStored(a, sequence);
            }
            return sequence;
        });
        told.next();
        killEngine();
        assertThat(told.nextState()).isEqualTo("away");
        startEngine();
        assertThat(told.nextState()).isEqualTo("back");
        enough.set(true);

        int last = publisher.get(MOST_SECONDS, TimeUnit.SECONDS);
        assertThat(told.texts(last - 1)).containsExactly(texts("p", 2, last));
    }

    private void untilStored(Backplane node, int sequence) {
        for (int attempt = 1; ; attempt++) {
            try {
                publish(node, "p", sequence);
                return;
            } catch (Exception e) {
                boolean retryable = e.getCause() instanceof BackplaneException failure && failure.isRetryable();
                if (!retryable || attempt == 100) {
                    throw new AssertionError("sequence " + sequence + ", attempt " + attempt, e);
                }
            }
        }
    }

    @Test
    void whatIsBeyondTheBoundIsRefusedAndMayBeAskedAgain() throws Exception {
        Backplane a = node();
        var told = new Told();
        await(a.subscribe(topic, null, told).started());
        publish(a, "p", 1);
        stopEngine();
        assertThat(told.nextState()).isEqualTo("away");

        int most = mostWaiting();
        List<CompletionStage<Position>> waiting = sendAll(a, "p", 2, 1 + most);
        CompletionStage<Position> beyond = send(a, "p", 2 + most);
        assertThat(beyond.handle((position, failure) -> failure).toCompletableFuture())
                .succeedsWithin(MOST_SECONDS, TimeUnit.SECONDS);
        try {
            await(beyond);
            throw new AssertionError("more than " + most + " messages wait");
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                            BackplaneException.class,
                            refusal -> assertThat(refusal.isRetryable()).isTrue());
        }
        assertThat(waiting).noneMatch(one -> one.toCompletableFuture().isDone());

        startEngine();
        awaitAll(waiting);
        publish(a, "p", 2 + most);
        assertThat(told.texts(2 + most)).containsExactly(texts("p", 1, 2 + most));
    }

    @Test
    void aPositionIsGoodAfterTheEngineHasComeBack() throws Exception {
        Backplane a = node();
        awaitAll(sendAll(a, "p", 1, 5));
        History first = await(a.read(topic, null, 3));
        Position seen = first.end();
        a.close();
        killEngine();
        startEngine();

        Backplane b = node();
        History read = await(b.read(topic, seen, 1_000));
        assertThat(read.lost()).isNull();
        assertThat(read.entries().stream().map(entry -> entry.message().text())).containsExactly(texts("p", 4, 5));
        assertThat(publish(b, "p", 5).offset()).isEqualTo(read.end().offset());
        var told = new Told();
        await(b.subscribe(topic, seen, told).started());
        publish(b, "p", 6);
        assertThat(told.texts(3)).containsExactly(texts("p", 4, 6));
        assertThat(await(b.read(topic, null, 1_000)).entries().stream().map(Entry::id))
                .doesNotHaveDuplicates()
                .hasSize(6);
    }

    @Test
    void whoWaitsWhenTheNodeIsClosedIsToldSo() throws Exception {
        Backplane a = node();
        var told = new Told();
        await(a.subscribe(topic, null, told).started());
        stopEngine();
        assertThat(told.nextState()).isEqualTo("away");
        List<CompletionStage<Position>> waiting = sendAll(a, "p", 1, 5);
        CompletionStage<Position> starting =
                a.subscribe(topic, null, new Told()).started();
        a.close();

        waiting.add(starting);
        for (CompletionStage<Position> one : waiting) {
            Throwable failure = await(one.handle((position, thrown) -> thrown));
            assertThat(failure).isInstanceOf(BackplaneException.class);
        }
        startEngine();
        assertThat(publish(node(), "p", 6).id()).isEqualTo(new MessageId("p", 6));
    }
}
