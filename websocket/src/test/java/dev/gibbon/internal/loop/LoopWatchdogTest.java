package dev.gibbon.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.MemoryTransport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LoopWatchdogTest {
    private static final Logger LOGGER = Logger.getLogger("dev.gibbon");

    private final List<String> logged = new ArrayList<>();
    private final List<String> stacks = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord log) {
            logged.add(log.getMessage());
            stacks.add(Arrays.toString(log.getThrown().getStackTrace()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void stop() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }

    @Test
    void aCallbackThatIsSeenTwiceIsLoggedOnceWithItsPlace() throws Exception {
        EventLoop loop = new EventLoop(new MemoryTransport(1024).openPoller(), System::nanoTime);
        LoopWatchdog watchdog = new LoopWatchdog(List.of(loop));
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            loop.turn(0);
            loop.enterCallback();
            theSlowCallback(within, leave);
            loop.leaveCallback();
        });
        thread.start();
        within.await();
        watchdog.look();
        assertThat(logged).as("seen once, it may have just begun").isEmpty();
        watchdog.look();
        watchdog.look();
        assertThat(logged).hasSize(1);
        assertThat(logged.get(0)).contains("100 ms");
        assertThat(stacks.get(0)).contains("theSlowCallback");
        leave.countDown();
        thread.join();
        watchdog.look();
        watchdog.look();
        assertThat(logged).hasSize(1);
        loop.end();
    }

    private static void theSlowCallback(CountDownLatch within, CountDownLatch leave) {
        within.countDown();
        try {
            leave.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void manyShortCallbacksAreNotOneLongOne() throws Exception {
        EventLoop loop = new EventLoop(new MemoryTransport(1024).openPoller(), System::nanoTime);
        LoopWatchdog watchdog = new LoopWatchdog(List.of(loop));
        for (int i = 0; i < 5; i++) {
            loop.enterCallback();
            watchdog.look();
            loop.leaveCallback();
        }
        watchdog.look();
        assertThat(logged).isEmpty();
        loop.end();
    }
}
