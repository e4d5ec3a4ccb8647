package dev.gibbon.hub.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.hub.BackplaneException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is offered while the backplane closes is answered, too. */
class OutboxTest {
    @Test
    void failsWhatComesWhileItCloses() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 300; round++) {
                ExecutorService thread = Executors.newSingleThreadExecutor();
                var outbox = new Outbox(thread, 1_000, 1_000);
                var calls = new ArrayList<CompletableFuture<List<Object>>>();
                var start = new CyclicBarrier(2);
                Future<?> offering = two.submit(() -> {
                    start.await();
                    for (int i = 0; i < 50; i++) {
                        var answer = new CompletableFuture<List<Object>>();
                        calls.add(answer);
                        outbox.offer(new Outbox.Call(Script.READ, new byte[0][], new byte[0][], 0, answer));
                    }
                    return null;
                });
                Future<?> closing = two.submit(() -> {
                    start.await();
                    thread.submit(outbox::close).get(30, TimeUnit.SECONDS);
                    thread.shutdownNow();
                    return null;
                });
                offering.get(30, TimeUnit.SECONDS);
                closing.get(30, TimeUnit.SECONDS);
                assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
                for (CompletableFuture<List<Object>> call : calls) {
                    assertThat(call)
                            .failsWithin(0, TimeUnit.SECONDS)
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(BackplaneException.class);
                }
            }
        } finally {
            two.shutdownNow();
        }
    }
}
