package dev.gibbon.hub;

import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A connection without a network, which reads only when the test lets it. Its lists are the loop's. */
final class TestOutlet implements Outlet {
    private final Executor loop;
    private final List<PreparedMessage> sent = new ArrayList<>();
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    private CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private boolean reads = true;
    private long buffered;
    private int room = Integer.MAX_VALUE;
    private @Nullable String close;

    TestOutlet(Executor loop) {
        this.loop = loop;
    }

    @Override
    public Executor executor() {
        return loop;
    }

    @Override
    public SendResult trySend(PreparedMessage message) {
        if (close != null) {
            return SendResult.CLOSED;
        }
        if (room == 0) {
            return SendResult.FULL;
        }
        room--;
        sent.add(message);
        if (!reads) {
            buffered += message.message().size() + 64;
        }
        return SendResult.ACCEPTED;
    }

    @Override
    public long bufferedBytes() {
        return buffered;
    }

    @Override
    public CompletionStage<?> drained() {
        if (buffered == 0 || closed.isDone()) {
            return CompletableFuture.completedStage(null);
        }
        return drained;
    }

    @Override
    public void close(int code, String reason) {
        close = code + " " + reason;
    }

    @Override
    public CompletionStage<?> closed() {
        return closed;
    }

    // ---- for tests

    /** The peer reads no more. What is sent from now on waits. */
    void stopReading() {
        reads = false;
    }

    /** The peer reads no more, and there is room for so many messages only. */
    void stopReading(int messages) {
        reads = false;
        room = messages;
    }

    /** The peer reads once what waits, and goes on or not. */
    void read(boolean goesOn) {
        reads = goesOn;
        room = Integer.MAX_VALUE;
        buffered = 0;
        CompletableFuture<@Nullable Void> told = drained;
        drained = new CompletableFuture<>();
        told.complete(null);
    }

    /** The connection ends. */
    void end() {
        close = "1006";
        closed.complete(null);
        drained.complete(null);
    }

    /** Takes what was sent. */
    List<String> take() {
        List<String> texts = new ArrayList<>();
        sent.forEach(message -> texts.add(message.message().text()));
        sent.clear();
        return texts;
    }

    /** What was sent and not taken. */
    List<PreparedMessage> sent() {
        return sent;
    }

    /** How the hub closed it; null if it did not. */
    @Nullable
    String close() {
        return close;
    }
}
