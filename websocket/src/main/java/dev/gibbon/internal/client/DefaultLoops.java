package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.LoopGroup;

/**
 * The loops of clients that were given none: one group for the whole JVM, made when the first of them connects, of few daemon
 * threads, never closed.
 */
public final class DefaultLoops {
    /** More loops than this serve servers, not clients. */
    private static final int MOST = 4;

    private DefaultLoops() {}

    /** The group. For any thread. */
    public static LoopGroup group() {
        return Holder.GROUP;
    }

    /** Made by the class loader, once, when it is first asked for. */
    private static final class Holder {
        static final LoopGroup GROUP =
                LoopGroup.start(Math.min(MOST, Runtime.getRuntime().availableProcessors()), true);
    }
}
