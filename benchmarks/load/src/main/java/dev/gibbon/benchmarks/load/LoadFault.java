package dev.gibbon.benchmarks.load;

import java.io.IOException;

/** What the server did wrong, in words; its connection is given up. */
final class LoadFault extends IOException {

    private static final long serialVersionUID = 1L;

    LoadFault(String message) {
        super(message);
    }

    /** Made as often as a broken server likes, and never looked at. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
