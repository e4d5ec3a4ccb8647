package dev.gibbon.benchmarks.bench;

/** The command line cannot be understood: one line on standard error, exit 2. */
final class BadArgumentException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A fault in words that name the option. */
    BadArgumentException(String message) {
        super(message);
    }
}
