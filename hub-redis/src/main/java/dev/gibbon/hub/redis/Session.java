package dev.gibbon.hub.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis, for as long as it lasts. Commands, answers and messages of channels share it (RESP3), so they come in one order:
 * what an answer does not know of yet is told behind it. Belongs to the thread of its backplane; answers and messages come there.
 */
// What becomes of a command is seen by who waits for its answer, or by the end of the session.
@SuppressWarnings("FutureReturnValueIgnored")
final class Session {
    /**
     * So many questions go without an answer. Each answer may be a page: Redis cuts a listening connection for which more than 32 MB wait
     * (client-output-buffer-limit), and would again when all is asked again.
     */
    private static final int QUESTIONS = 16;
    /** So many bytes of channels wait for the thread at most. */
    private static final long MOST_HEARD_BYTES = 16L << 20;

    private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private final Executor thread;
    private final BiConsumer<Session, Throwable> broken;
    private final Map<Script, String> digests = new EnumMap<>(Script.class);
    private final long beganNanos = System.nanoTime();
    private volatile long heardNanos = System.nanoTime();
    private final AtomicLong heardBytes = new AtomicLong();
    private final AtomicBoolean missed = new AtomicBoolean();
    private final ArrayDeque<Runnable> questions = new ArrayDeque<>();
    private int asked;
    private int unanswered;
    private boolean flushing;
    private boolean ended;

    Session(
            StatefulRedisPubSubConnection<byte[], byte[]> connection,
            Executor thread,
            BiConsumer<byte[], byte[]> messages,
            Consumer<Session> missing,
            BiConsumer<Session, Throwable> broken) {
        this.connection = connection;
        this.thread = thread;
        this.broken = broken;
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] channel, byte[] body) {
                heardNanos = System.nanoTime();
                if (heardBytes.getAndAdd(body.length) > MOST_HEARD_BYTES) {
                    // The listeners are slower than Redis. It is dropped, and behind what waits they read what they
                    // have missed.
                    heardBytes.addAndGet(-body.length);
                    if (missed.compareAndSet(false, true)) {
                        thread.execute(() -> {
                            missed.set(false);
                            if (!ended) {
                                missing.accept(Session.this);
                            }
                        });
                    }
                    return;
                }
                thread.execute(() -> {
                    heardBytes.addAndGet(-body.length);
                    if (!ended) {
                        messages.accept(channel, body);
                    }
                });
            }
        });
        // What is written in one turn of the thread leaves together.
        connection.setAutoFlushCommands(false);
    }

    /** Makes the scripts known to Redis, which forgets them when it restarts. */
    CompletionStage<?> load() {
        CompletableFuture<?> loaded = CompletableFuture.completedFuture(null);
        for (Script script : Script.values()) {
            loaded = answered(connection.async().scriptLoad(script.source()))
                    .thenAccept(digest -> digests.put(script, digest))
                    .thenCombine(loaded, (one, all) -> null);
        }
        return loaded;
    }

    /**
     * Runs a script; the answer comes on the thread of the backplane, and never if the session ends before. What only asks may wait for its
     * turn here.
     */
    void run(
            Script script,
            byte[][] keys,
            byte[][] values,
            BiConsumer<@Nullable List<Object>, @Nullable Throwable> then) {
        String digest = digests.get(script);
        if (digest == null) {
            throw new IllegalStateException("scripts are not loaded");
        }
        if (script == Script.PUBLISH) {
            send(digest, keys, values, then);
            return;
        }
        questions.add(() -> {
            asked++;
            send(digest, keys, values, (answer, failure) -> {
                asked--;
                then.accept(answer, failure);
                askMore();
            });
        });
        askMore();
    }

    /** Runs a task when all that was asked before is on its way. */
    void behindQuestions(Runnable task) {
        questions.add(task);
        askMore();
    }

    private void askMore() {
        while (!ended && asked < QUESTIONS && !questions.isEmpty()) {
            questions.remove().run();
        }
    }

    private void send(
            String digest,
            byte[][] keys,
            byte[][] values,
            BiConsumer<@Nullable List<Object>, @Nullable Throwable> then) {
        this.<List<Object>>answered(connection.async().evalsha(digest, ScriptOutputType.MULTI, keys, values))
                .whenComplete((answer, failure) -> then.accept(answer, failure));
    }

    /** Listens to a channel. Without it a node would not hear of messages, so a session that may not is of no use. */
    void subscribe(byte[] channel) {
        answered(connection.async().subscribe(channel)).whenComplete((ignored, failure) -> {
            if (failure != null) {
                broken.accept(this, failure);
            }
        });
    }

    void unsubscribe(byte[] channel) {
        answered(connection.async().unsubscribe(channel));
    }

    void ping() {
        answered(connection.async().ping());
    }

    int unanswered() {
        return unanswered;
    }

    /** How long nothing has come from Redis. */
    long silentNanos() {
        return System.nanoTime() - heardNanos;
    }

    long ageNanos() {
        return System.nanoTime() - beganNanos;
    }

    /** Closes the connection; nothing is called from now on. */
    void end() {
        if (!ended) {
            ended = true;
            close(connection);
        }
    }

    static void close(StatefulConnection<?, ?> connection) {
        // Lettuce has closed what was cut, and warns of a second time.
        if (connection.isOpen()) {
            connection.closeAsync();
        }
    }

    /** The same answer, on the thread of the backplane, and only while the session lasts. */
    private <T> CompletableFuture<T> answered(CompletionStage<T> answer) {
        var here = new CompletableFuture<T>();
        unanswered++;
        answer.whenComplete((value, failure) -> {
            heardNanos = System.nanoTime();
            thread.execute(() -> {
                unanswered--;
                if (ended) {
                    return;
                }
                if (failure == null) {
                    here.complete(value);
                } else if (isOfTheCommand(failure)) {
                    here.completeExceptionally(failure);
                } else {
                    broken.accept(this, failure);
                }
            });
        });
        flushSoon();
        return here;
    }

    /** Whether Redis refused this very command; else it would refuse any, or nobody knows whether it came. */
    private static boolean isOfTheCommand(Throwable failure) {
        return failure instanceof RedisCommandExecutionException
                && !(failure instanceof RedisNoScriptException)
                && !(failure instanceof RedisReadOnlyException)
                && !(failure instanceof RedisLoadingException)
                && !String.valueOf(failure.getMessage()).startsWith("MASTERDOWN");
    }

    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            thread.execute(() -> {
                flushing = false;
                connection.flushCommands();
            });
        }
    }
}
