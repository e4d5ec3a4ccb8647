package dev.gibbon.cli.soak;

import java.util.concurrent.TimeUnit;

/**
 * When the engine was away, so that a client whose connection was cut meanwhile is counted where it belongs: it could recover only when the
 * engine was back. For any thread.
 */
final class Outages {
    private final Recoveries recoveries = new Recoveries();
    private Fault.Row last = Fault.Row.ENGINE_STOPPED;
    private long back;
    private boolean any;

    /** The engine answers again. */
    synchronized void engineIsBack(Fault.Row row) {
        last = row;
        back = System.nanoTime();
        any = true;
    }

    /** A client has everything again, after a trouble that it could recover from since then. */
    synchronized void recovered(Fault.Row row, long since) {
        boolean engineToo = any && back - since > 0;
        long took = System.nanoTime() - (engineToo ? back : since);
        recoveries.add(engineToo ? last : row, Math.max(0, TimeUnit.NANOSECONDS.toMillis(took)));
    }

    Recoveries recoveries() {
        return recoveries;
    }
}
