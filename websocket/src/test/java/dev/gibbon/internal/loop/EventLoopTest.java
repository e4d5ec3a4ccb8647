package dev.gibbon.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.MemoryTransport;
import java.lang.reflect.Proxy;
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
}
