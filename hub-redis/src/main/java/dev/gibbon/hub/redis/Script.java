package dev.gibbon.hub.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** The scripts that Redis runs; each as a whole, so that nobody sees half of what it does. */
enum Script {
    PUBLISH,
    READ,
    MEMBERS;

    // Nobody changes it.
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] source = load(name().toLowerCase(Locale.ROOT) + ".lua");

    /** The text; the caller does not change it. */
    byte[] source() {
        return source;
    }

    private static byte[] load(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
