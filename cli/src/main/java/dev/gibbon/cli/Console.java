package dev.gibbon.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * The three standard streams of a command: the process's own, or a test's.
 *
 * @param in bytes, not buffered
 * @param out bytes, not buffered; text in it is UTF-8 whatever the locale
 * @param err for single lines that say what went wrong
 */
record Console(InputStream in, OutputStream out, PrintStream err) {}
