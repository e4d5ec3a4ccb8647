package dev.gibbon.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/**
 * The three standard streams of a command: the process's own, or a test's.
 *
 * @param in bytes, not buffered
 * @param out bytes, not buffered; text in it is UTF-8 whatever the locale
 * @param err for single lines that say what went wrong
 * @param terminal whether input and output are a terminal; asked only where it matters, since the answer takes a while
 */
record Console(InputStream in, OutputStream out, PrintStream err, BooleanSupplier terminal) {
    /** Streams that are no terminal. */
    Console(InputStream in, OutputStream out, PrintStream err) {
        this(in, out, err, () -> false);
    }
}
