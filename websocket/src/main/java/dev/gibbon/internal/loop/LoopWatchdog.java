package dev.gibbon.internal.loop;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds callbacks that hold an event loop: looks at each loop of a group every 100 ms, and logs where a callback stands that it
 * saw the last time too. A place is logged once. Looking from outside costs the callbacks nothing and tells the line.
 */
final class LoopWatchdog implements Runnable {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** A callback may hold the loop this long. */
    static final long LOOK_MILLIS = 100;

    /** Places that are remembered; a program with more has more urgent faults. */
    private static final int MOST_PLACES = 64;

    private final List<EventLoop> loops;
    private final int[] seen;
    private final Set<String> reported = new HashSet<>();

    LoopWatchdog(List<EventLoop> loops) {
        this.loops = List.copyOf(loops);
        this.seen = new int[loops.size()];
    }

    /** Starts a daemon thread, which ends with the loops, at once if it is interrupted. */
    static Thread watch(List<EventLoop> loops, String name) {
        Thread thread = new Thread(new LoopWatchdog(loops), name + "-watchdog");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void run() {
        try {
            while (!loops.stream().allMatch(EventLoop::isClosed)) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                look();
            }
        } catch (InterruptedException e) {
            // Somebody wants this thread to end; nothing depends on it.
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at each loop once. */
    void look() {
        for (int i = 0; i < seen.length; i++) {
            EventLoop loop = loops.get(i);
            int callbacks = loop.callbacks();
            boolean within = (callbacks & 1) != 0;
            if (within && callbacks == seen[i]) {
                report(loop.thread(), loop, callbacks);
            }
            seen[i] = callbacks;
        }
    }

    private void report(@Nullable Thread thread, EventLoop loop, int callbacks) {
        if (thread == null || reported.size() >= MOST_PLACES) {
            return;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        String place = place(stack);
        if (loop.callbacks() == callbacks && reported.add(place)) {
            Throwable where = new Throwable("this is where it stands");
            where.setStackTrace(stack);
            LOG.log(
                    Level.WARNING,
                    "a callback has held the event loop " + thread.getName() + " for more than " + LOOK_MILLIS
                            + " ms, at " + place
                            + "; callbacks must not block: use the blocking style, or another thread (a place is logged"
                            + " once)",
                    where);
        }
    }

    /** Whether a class is one of those that call the application. */
    private static boolean isLibrary(String name) {
        return name.startsWith("dev.gibbon.internal.connection.")
                // Its defaults and adapters stand between the library and the application's own.
                || name.startsWith("dev.gibbon.WebSocketListener")
                || name.startsWith("dev.gibbon.internal.http.")
                || name.startsWith("dev.gibbon.internal.client.")
                || name.startsWith(LoopGroup.class.getName());
    }

    /** The callback: the last frame before the library's own. */
    private static String place(StackTraceElement[] stack) {
        String place = Arrays.toString(Arrays.copyOf(stack, Math.min(1, stack.length)));
        for (StackTraceElement frame : stack) {
            if (isLibrary(frame.getClassName())) {
                break;
            }
            place = frame.getClassName() + '.' + frame.getMethodName();
        }
        return place;
    }
}
