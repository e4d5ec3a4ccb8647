package dev.gibbon.cli.soak;

/** The test could not be done, so that it says nothing: no engine, a node that does not start, clients that cannot enter. */
public final class SoakFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    SoakFailedException(String message) {
        super(message);
    }

    SoakFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
