package dev.gibbon.internal.client;

import java.io.IOException;
import java.util.List;

/** Says which proxy leads to a target. For any thread. */
public interface ProxyChoice {
    /** Never a proxy. */
    ProxyChoice NONE = target -> List.of(ProxyServer.DIRECT);

    /**
     * The proxies to try in turn, {@link ProxyServer#DIRECT} among them where that is allowed.
     *
     * @throws IOException if the choice is one that is not supported, or none
     */
    List<ProxyServer> choose(DialTarget target) throws IOException;

    /** Whether {@link #choose} may take its time, so that it must not be called on a loop. */
    default boolean mayWait() {
        return false;
    }

    /** Whether one of the proxies is spoken to over TLS. */
    default boolean speaksTls() {
        return false;
    }

    /** A proxy of {@link #choose} could not be reached. Called where it may take its time. */
    default void unreachable(DialTarget target, ProxyServer proxy, IOException cause) {}
}
