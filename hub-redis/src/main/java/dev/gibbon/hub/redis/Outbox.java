package dev.gibbon.hub.redis;

import dev.gibbon.hub.BackplaneException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The calls of this node that wait for Redis, bounded in number and bytes, and in order. They go to each new session again until it has
 * answered them, so a call must be one that may run twice. {@link #offer} is for any thread; the rest belongs to the thread of the
 * backplane.
 */
final class Outbox {
    /** So many go without an answer; the others wait here and not in the buffers of the connection. */
    private static final int WINDOW = 1_024;

    private final Executor thread;
    private final long mostCalls;
    private final long mostBytes;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Call> arrived = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private final ArrayDeque<Call> sent = new ArrayDeque<>();
    private @Nullable Session session;
    private volatile boolean closed;
    private volatile @Nullable Throwable away = new IllegalStateException("not connected yet");

    Outbox(Executor thread, long mostCalls, long mostBytes) {
        this.thread = thread;
        this.mostCalls = mostCalls;
        this.mostBytes = mostBytes;
    }

    /** One run of a script, and who waits for it. The future completes on the thread of the backplane. */
    record Call(Script script, byte[][] keys, byte[][] values, int size, CompletableFuture<List<Object>> answer) {}

    /** Takes a call, or fails its future at once if there is no room. */
    void offer(Call call) {
        if (closed) {
            call.answer.completeExceptionally(BackplaneException.closed());
            return;
        }
        if (call.size > mostBytes) {
            call.answer.completeExceptionally(BackplaneException.refused(
                    "a message of " + call.size + " bytes is larger than all that may wait (pending): " + mostBytes));
            return;
        }
        // Both are counted before either is judged, so that a refusal takes back both.
        boolean many = calls.incrementAndGet() > mostCalls;
        boolean large = bytes.addAndGet(call.size) > mostBytes;
        if (many || large) {
            refuse(call);
            return;
        }
        arrived.add(call);
        if (closed) {
            // It may have come too late for the one who closes.
            failArrived();
            return;
        }
        if (awake.compareAndSet(false, true)) {
            try {
                thread.execute(this::send);
            } catch (RejectedExecutionException e) {
                failArrived();
            }
        }
    }

    private void failArrived() {
        Call call;
        while ((call = arrived.poll()) != null) {
            call.answer.completeExceptionally(BackplaneException.closed());
        }
    }

    void up(Session fresh) {
        session = fresh;
        away = null;
        send();
    }

    /** What the session has not answered goes first to the next one. */
    void down(Throwable cause) {
        session = null;
        away = cause;
        while (!sent.isEmpty()) {
            waiting.addFirst(sent.removeLast());
        }
    }

    void close() {
        closed = true;
        session = null;
        failArrived();
        BackplaneException failure = BackplaneException.closed();
        sent.forEach(call -> call.answer.completeExceptionally(failure));
        waiting.forEach(call -> call.answer.completeExceptionally(failure));
        sent.clear();
        waiting.clear();
    }

    private void refuse(Call call) {
        calls.decrementAndGet();
        bytes.addAndGet(-call.size);
        Throwable cause = away;
        String state = cause == null ? "Redis is slower than what is sent to it" : "Redis is away";
        call.answer.completeExceptionally(BackplaneException.full(
                state + ", and " + mostCalls + " messages or " + mostBytes + " bytes wait (pending)"));
    }

    private void take() {
        awake.set(false);
        Call call;
        while ((call = arrived.poll()) != null) {
            waiting.addLast(call);
        }
    }

    private void send() {
        take();
        if (closed) {
            close();
            return;
        }
        Session current = session;
        while (current != null && sent.size() < WINDOW && !waiting.isEmpty()) {
            Call call = waiting.removeFirst();
            sent.addLast(call);
            current.run(call.script, call.keys, call.values, (answer, failure) -> answered(call, answer, failure));
        }
    }

    private void answered(Call call, @Nullable List<Object> answer, @Nullable Throwable failure) {
        // Answers come in order.
        sent.removeFirstOccurrence(call);
        calls.decrementAndGet();
        bytes.addAndGet(-call.size);
        if (!waiting.isEmpty()) {
            send();
        }
        if (failure != null || answer == null) {
            call.answer.completeExceptionally(
                    BackplaneException.failed("Redis has refused a script: " + failure, failure));
        } else {
            call.answer.complete(answer);
        }
    }
}
