package dev.gibbon.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One command that was run in this JVM, with what it wrote.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
record Run(int code, String out, String err) {
    /** Runs {@code gibbon} with nothing on its input. */
    static Run gibbon(String... arguments) {
        return gibbon(InputStream.nullInputStream(), arguments);
    }

    /** Runs {@code gibbon} with these bytes on its input. */
    static Run gibbon(byte[] input, String... arguments) {
        return gibbon(new ByteArrayInputStream(input), arguments);
    }

    /** Runs {@code gibbon} with an input. */
    static Run gibbon(InputStream input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        int code = Gibbon.run(List.of(arguments), new Console(input, out, errors));
        return new Run(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
