package dev.gibbon.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes to decode. Before it waits for more of them it shows what has been decoded, so that a live stream can be watched.
 * For one thread.
 */
final class LiveInput extends FilterInputStream {
    private final TextOutput output;

    LiveInput(InputStream in, TextOutput output) {
        super(in);
        this.output = output;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (in.available() == 0) {
            output.flush();
        }
        return in.read(target, offset, length);
    }
}
