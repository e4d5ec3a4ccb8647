package dev.gibbon.internal.loop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Starts the threads in which blocking handlers run: virtual ones where the JDK has them (21+), else daemon platform threads. */
public final class HandlerThreads {
    /** {@code Thread.startVirtualThread(Runnable)}, or null on a JDK without it. */
    private static final @Nullable MethodHandle START_VIRTUAL = find();

    private HandlerThreads() {}

    private static @Nullable MethodHandle find() {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }

    /** Whether handlers run in virtual threads. */
    public static boolean virtual() {
        return START_VIRTUAL != null;
    }

    /** Starts a thread. */
    public static Thread start(Runnable task) {
        MethodHandle startVirtual = START_VIRTUAL;
        if (startVirtual == null) {
            Thread thread = new Thread(task, "gibbon-handler");
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
        try {
            return (Thread) startVirtual.invokeExact(task);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("starting a virtual thread", e);
        }
    }

    /** An executor that starts a thread for each task. */
    public static Executor executor() {
        return HandlerThreads::start;
    }
}
