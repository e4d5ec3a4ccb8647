package dev.gibbon.benchmarks.bench;

import java.io.IOException;

/** A measured server or the generator did not do its part: it never got ready, said something else, or died. */
final class ServerFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What it did, in words. */
    ServerFailedException(String message) {
        super(message);
    }
}
