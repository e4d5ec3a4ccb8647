package dev.gibbon.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.MemoryTransport;
import java.lang.reflect.Proxy;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class EventLoopTest {
    /** Has something to write again whenever it has written, as onDrain of a listener with a fast peer can make it. */
    private static final class Eager extends LoopTenant {
        int flushes;

        Eager(EventLoop loop) {
            super(loop, (Link) Proxy.newProxyInstance(
                    Link.class.getClassLoader(), new Class<?>[] {Link.class}, (proxy, method, arguments) -> null));
        }

        @Override
        protected void flush() {
            flushes++;
            loop().flushLater(this);
        }

        @Override
        public Object owner() {
            return this;
        }

        @Override
        public void cut(@Nullable Throwable cause) {}

        @Override
        protected void crashed(Throwable cause) {}

        @Override
        protected void onReadable() {}

        @Override
        protected void onWritable() {}

        @Override
        protected void onTimer(long now) {}

        @Override
        public long queuedBytes() {
            return 0;
        }
    }

    @Test
    @Timeout(20)
    void whoAlwaysHasMoreToWriteGetsOneFlushATurnAndTheLoopDoesNotSleep() {
        EventLoop loop = new EventLoop(new MemoryTransport(1024).openPoller(), System::nanoTime);
        Eager eager = new Eager(loop);
        loop.flushLater(eager);
        for (int i = 1; i <= 3; i++) {
            // Would wait for ever if the loop did not know that something is left to do.
            loop.turn(Long.MAX_VALUE);
            assertThat(eager.flushes).isEqualTo(i);
        }
        loop.end();
    }

    @Test
    @Timeout(20)
    void whatTheLastActionsOfALoopAskForIsDone() {
        EventLoop loop = new EventLoop(new MemoryTransport(1024).openPoller(), System::nanoTime);
        loop.turn(0);
        AtomicInteger done = new AtomicInteger();
        Runnable last = () -> loop.execute(done::incrementAndGet);
        loop.whenEnding(() -> loop.execute(() -> loop.whenEnding(last)));
        loop.end();
        assertThat(done).hasValue(1);
    }

    @Test
    @Timeout(60)
    void aTaskIsRunOrRefusedHoweverLateItComes() throws Exception {
        for (int i = 0; i < 100; i++) {
            EventLoop loop = new EventLoop(new MemoryTransport(1024).openPoller(), System::nanoTime);
            AtomicInteger taken = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            Thread late = new Thread(() -> {
                try {
                    while (true) {
                        loop.execute(done::incrementAndGet);
                        taken.incrementAndGet();
                    }
                } catch (RejectedExecutionException e) {
                    // The end of it.
                }
            });
            late.start();
            loop.turn(0);
            loop.end();
            late.join();
            assertThat(done).hasValue(taken.get());
        }
    }
}
