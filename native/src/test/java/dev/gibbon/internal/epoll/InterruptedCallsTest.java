package dev.gibbon.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Signals interrupt calls; nobody above may notice. */
class InterruptedCallsTest {
    /** The JVM's own, with which it stops threads; it ignores one that it did not send. */
    private static final int SIGUSR2 = 12;

    private static final MethodHandle GETTID = link("gettid");
    private static final MethodHandle TGKILL =
            link("tgkill", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, ValueLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find(name).orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
    }

    @Test
    void aSignalEndsAWaitWithoutAnError() throws Throwable {
        EpollPoller poller = new EpollPoller();
        CompletableFuture<Integer> thread = new CompletableFuture<>();
        CompletableFuture<String> outcome = new CompletableFuture<>();
        AtomicInteger polls = new AtomicInteger();
        Thread waiting = new Thread(() -> {
            try {
                thread.complete((int) GETTID.invokeExact());
                while (polls.incrementAndGet() < 20) {
                    poller.poll(TimeUnit.MINUTES.toNanos(1));
                }
                outcome.complete("fine");
            } catch (Throwable e) {
                outcome.completeExceptionally(e);
            }
        });
        waiting.start();
        int id = thread.get(20, TimeUnit.SECONDS);
        int process = (int) ProcessHandle.current().pid();
        while (!outcome.isDone()) {
            int failed = (int) TGKILL.invokeExact(process, id, SIGUSR2);
            assertThat(failed == 0 || outcome.isDone() || polls.get() == 20).isTrue();
            Thread.onSpinWait();
        }
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo("fine");
        waiting.join();
        closeQuietly(poller);
    }

    private static void closeQuietly(EpollPoller poller) throws IOException {
        poller.close();
    }
}
