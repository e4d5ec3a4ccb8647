package dev.gibbon.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The texts to send, one after the other: those of the command line, or the lines of an input. For one thread. */
interface TextSource {
    /**
     * The next text, or null at the end. May wait for it.
     *
     * @throws IOException if the input cannot be read
     */
    @Nullable
    String next() throws IOException;

    /** Whether it certainly comes to an end, so that one can wait for that. */
    boolean isFinite();

    /** These. */
    static TextSource of(List<String> texts) {
        Iterator<String> iterator = texts.iterator();
        return new TextSource() {
            @Override
            public @Nullable String next() {
                return iterator.hasNext() ? iterator.next() : null;
            }

            @Override
            public boolean isFinite() {
                return true;
            }
        };
    }

    /** The lines of an input, without their ends. */
    static TextSource lines(InputStream in) {
        // Strict: what a peer gets must be what was written, not replacement characters.
        BufferedReader reader = new BufferedReader(new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        return new TextSource() {
            @Override
            public @Nullable String next() throws IOException {
                try {
                    return reader.readLine();
                } catch (CharacterCodingException broken) {
                    throw new IOException("standard input is not UTF-8", broken);
                } catch (IOException failure) {
                    throw new IOException("cannot read standard input: " + failure.getMessage(), failure);
                }
            }

            @Override
            public boolean isFinite() {
                return false;
            }
        };
    }
}
