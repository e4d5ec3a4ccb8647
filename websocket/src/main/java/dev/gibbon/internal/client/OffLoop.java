package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.EventLoop;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A question that may take its time: asked in another thread, answered on the loop. Given up, the answer is dropped when it
 * comes, and a question that nobody has begun to ask is not asked any more.
 */
final class OffLoop<T> implements Dialing, Runnable {
    private final EventLoop loop;
    private final Executor threads;
    private final Callable<T> question;
    /** Touched by the loop only, and gone after the answer. */
    private @Nullable Consumer<T> answered;

    private @Nullable Consumer<IOException> failed;
    private volatile boolean begun;
    private volatile boolean over;

    private OffLoop(
            EventLoop loop,
            Executor threads,
            Callable<T> question,
            Consumer<T> answered,
            Consumer<IOException> failed) {
        this.loop = loop;
        this.threads = threads;
        this.question = question;
        this.answered = answered;
        this.failed = failed;
    }

    /** Asks. One of the two is called on the loop, never from inside. */
    static <T> OffLoop<T> ask(
            EventLoop loop,
            Executor threads,
            Callable<T> question,
            Consumer<T> answered,
            Consumer<IOException> failed) {
        OffLoop<T> asking = new OffLoop<>(loop, threads, question, answered, failed);
        try {
            threads.execute(asking);
        } catch (RejectedExecutionException e) {
            asking.reply(null, new IOException("no thread for a lookup", e));
        }
        return asking;
    }

    @Override
    public void run() {
        begun = true;
        if (over) {
            return;
        }
        try {
            T answer = question.call();
            reply(answer, null);
        } catch (IOException e) {
            reply(null, e);
        } catch (Throwable e) {
            // Also errors, such as no memory for a thread: the loop must hear of them, or it waits for its deadline.
            reply(null, new IOException(e.toString(), e));
        }
    }

    private void reply(@Nullable T answer, @Nullable IOException cause) {
        if (over) {
            return;
        }
        try {
            loop.execute(() -> deliver(answer, cause));
        } catch (RejectedExecutionException e) {
            // The loop has ended, and has told whoever waited on it.
            over = true;
        }
    }

    private void deliver(@Nullable T answer, @Nullable IOException cause) {
        Consumer<T> good = answered;
        Consumer<IOException> bad = failed;
        if (over || good == null || bad == null) {
            return;
        }
        cancel();
        if (cause != null) {
            bad.accept(cause);
        } else if (answer != null) {
            good.accept(answer);
        } else {
            bad.accept(new IOException("a lookup answered nothing"));
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            answered = null;
            failed = null;
            if (!begun && threads instanceof ThreadPoolExecutor pool) {
                pool.remove(this);
            }
        }
    }
}
