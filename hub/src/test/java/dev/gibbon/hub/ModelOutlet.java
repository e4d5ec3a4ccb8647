package dev.gibbon.hub;

import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection on which messages are on their way until the model lets them arrive, and lost if it ends before. On the loop's thread. */
final class ModelOutlet implements Outlet {
    /** What each message counts, so that a few fill the connection. */
    private static final int BYTES = 5_000;

    private final Executor loop;
    private final Consumer<String> client;
    /** Whether a message that finds others waiting has no room. */
    private final BooleanSupplier full;

    private final ArrayDeque<String> underWay = new ArrayDeque<>();
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    private CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private volatile boolean over;

    ModelOutlet(Executor loop, Consumer<String> client, BooleanSupplier full) {
        this.loop = loop;
        this.client = client;
        this.full = full;
    }

    @Override
    public Executor executor() {
        return loop;
    }

    @Override
    public SendResult trySend(PreparedMessage message) {
        if (over) {
            return SendResult.CLOSED;
        }
        if (!underWay.isEmpty() && full.getAsBoolean()) {
            return SendResult.FULL;
        }
        underWay.add(message.message().text());
        return SendResult.ACCEPTED;
    }

    @Override
    public long bufferedBytes() {
        return (long) underWay.size() * BYTES;
    }

    @Override
    public CompletionStage<?> drained() {
        return over || underWay.isEmpty() ? CompletableFuture.completedStage(null) : drained;
    }

    @Override
    public void close(int code, String reason) {
        over = true;
    }

    @Override
    public CompletionStage<?> closed() {
        return closed;
    }

    // ---- for the model

    /** Lets at most so many messages arrive. */
    void arrive(int most) {
        for (int i = 0; i < most && !underWay.isEmpty(); i++) {
            client.accept(underWay.remove());
        }
        if (underWay.isEmpty()) {
            tellDrained();
        }
    }

    private void tellDrained() {
        CompletableFuture<@Nullable Void> told = drained;
        drained = new CompletableFuture<>();
        told.complete(null);
    }

    /** The connection is gone, with what was on its way. */
    void cut() {
        over = true;
        underWay.clear();
        closed.complete(null);
        tellDrained();
    }

    /** Whether it has ended, by whichever side. */
    boolean isOver() {
        return over;
    }
}
