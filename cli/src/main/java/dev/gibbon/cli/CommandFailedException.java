package dev.gibbon.cli;

/** The command was understood and could not be done: one line on standard error, exit 1. */
final class CommandFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A failure in words that a person can act on. */
    CommandFailedException(String message) {
        super(message);
    }

    /** A failure with what it came from, which is not shown. */
    CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
