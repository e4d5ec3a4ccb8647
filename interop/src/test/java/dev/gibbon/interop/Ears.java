package dev.gibbon.interop;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a connection has heard and nobody has asked for yet. Any thread may add; one takes. */
final class Ears {
    /** The longest wait for what should come at once; only a failing test waits so long. */
    static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

    void hear(Heard one) {
        heard.add(one);
    }

    /** The next, waiting for it in bounded time. */
    Heard next() throws InterruptedException {
        Heard next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing was heard for " + PATIENCE_SECONDS + " s");
        }
        return next;
    }
}
