package dev.gibbon.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes lines to standard output, gathered, in UTF-8. A reader that has gone ({@code | head}) is {@link ClosedPipeException},
 * not a failure.
 */
final class TextOutput {
    private static final int GATHERED = 16 << 10;

    private final OutputStream out;
    private final StringBuilder waiting = new StringBuilder();

    TextOutput(OutputStream out) {
        this.out = out;
    }

    /** The reader of the output wants no more of it. */
    static final class ClosedPipeException extends IOException {
        private static final long serialVersionUID = 1L;

        ClosedPipeException(IOException cause) {
            super("the output's reader has gone", cause);
        }
    }

    /** Adds a line; what has gathered is written when there is much of it. */
    void line(String text) throws IOException {
        waiting.append(text).append('\n');
        if (waiting.length() >= GATHERED) {
            flush();
        }
    }

    /** Writes what has gathered. */
    void flush() throws IOException {
        if (waiting.isEmpty()) {
            return;
        }
        byte[] bytes = waiting.toString().getBytes(StandardCharsets.UTF_8);
        waiting.setLength(0);
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException failure) {
            // The JDK has no type for EPIPE; its message is the system's.
            if (String.valueOf(failure.getMessage()).contains("Broken pipe")) {
                throw new ClosedPipeException(failure);
            }
            throw new IOException("cannot write the output: " + failure.getMessage(), failure);
        }
    }
}
