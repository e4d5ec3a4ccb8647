package dev.gibbon.internal.transport;

import java.io.IOException;

/**
 * A transport that comes in a module of its own, found by {@link java.util.ServiceLoader}. Made on any thread, perhaps several
 * times; must not load anything that the JDK or the system may lack before {@link #open} is called.
 */
public interface TransportProvider {
    /**
     * Opens the transport.
     *
     * @param asked whether somebody asked for this one by name; otherwise what the JDK would warn of is an obstacle
     * @throws IOException if it cannot be used here; the message says why, and what would help
     */
    Transport open(boolean asked) throws IOException;
}
