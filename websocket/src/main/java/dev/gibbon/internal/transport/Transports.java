package dev.gibbon.internal.transport;

import dev.gibbon.TransportChoice;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Makes the transport that was chosen. For any thread. */
public final class Transports {
    /** Decides where the application has not. */
    static final String PROPERTY = "gibbon.transport";

    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** Why AUTO took NIO, each reason once in the life of the JVM. */
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private Transports() {}

    /**
     * Makes a transport.
     *
     * @throws UnsupportedOperationException if the native one was asked for and cannot be used, or the property is malformed
     */
    public static Transport of(TransportChoice choice) {
        TransportChoice decided = choice == TransportChoice.AUTO ? byProperty(System.getProperty(PROPERTY)) : choice;
        return switch (decided) {
            case NIO -> new NioTransport();
            case NATIVE -> asked();
            case AUTO -> automatic();
        };
    }

    static TransportChoice byProperty(@Nullable String value) {
        if (value == null) {
            return TransportChoice.AUTO;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "auto" -> TransportChoice.AUTO;
            case "nio" -> TransportChoice.NIO;
            case "native" -> TransportChoice.NATIVE;
            default ->
                throw new UnsupportedOperationException(
                        "the system property " + PROPERTY + " is " + value + ": expected auto, nio or native");
        };
    }

    private static Transport asked() {
        @Nullable Transport found;
        try {
            found = open(true);
        } catch (IOException e) {
            throw new UnsupportedOperationException(
                    "the native transport was asked for and cannot be used: " + e.getMessage(), e);
        }
        if (found == null) {
            throw new UnsupportedOperationException("the native transport was asked for and is not there: expected the"
                    + " artifact gibbon-native beside gibbon");
        }
        return found;
    }

    private static Transport automatic() {
        try {
            @Nullable Transport found = open(false);
            if (found != null) {
                return found;
            }
        } catch (IOException e) {
            if (TOLD.add(String.valueOf(e.getMessage()))) {
                LOG.log(Level.INFO, "the native transport is not used: {0}", e.getMessage());
                LOG.log(Level.DEBUG, "why the native transport is not used", e);
            }
        }
        return new NioTransport();
    }

    /** The transport of the first provider; null if there is none. */
    private static @Nullable Transport open(boolean asked) throws IOException {
        try {
            ServiceLoader<TransportProvider> providers =
                    ServiceLoader.load(TransportProvider.class, Transports.class.getClassLoader());
            for (TransportProvider provider : providers) {
                return provider.open(asked);
            }
            return null;
        } catch (UnsupportedClassVersionError e) {
            throw new IOException(
                    "it needs JDK 22 or newer, and this is " + Runtime.version().feature(), e);
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new IOException(e.toString(), e);
        }
    }
}
