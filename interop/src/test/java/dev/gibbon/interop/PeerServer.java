package dev.gibbon.interop;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A running server of another implementation, which echoes and obeys {@link Instruction}. Closing it ends it. */
interface PeerServer extends AutoCloseable {
    /** Where it serves, at any path. */
    URI uri();

    @Override
    void close();

    /** Starts such a server. */
    @FunctionalInterface
    interface Starter {
        /**
         * Starts a server on a free port of this machine.
         *
         * @param answer what it makes of permessage-deflate
         * @param identity what it shows by TLS, or null for none
         */
        PeerServer start(Offer answer, @Nullable Identity identity) throws Exception;
    }
}
