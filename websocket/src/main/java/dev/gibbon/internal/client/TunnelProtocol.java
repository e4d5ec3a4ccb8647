package dev.gibbon.internal.client;

import dev.gibbon.ProxyException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * How a proxy is asked for a tunnel: bytes in, bytes out. Resumable at any byte; holds a bounded number of them. Used once, by one
 * thread.
 */
interface TunnelProtocol {
    /** The first bytes to send. */
    byte[] request();

    /**
     * Takes what belongs to the proxy's answer; once the tunnel is open what is left is the target's.
     *
     * @return the next bytes to send, often none
     * @throws ProxyException if the proxy refuses or its answer is wrong
     */
    byte[] take(ByteBuffer in) throws ProxyException;

    /** Whether the tunnel is open. */
    boolean isOpen();

    /** The proxy has refused, and only its reasons are still on their way: not worth a long wait. Null if it has not. */
    default @Nullable ProxyException refusal() {
        return null;
    }

    /** The proxy's stream has ended before the tunnel was open: what that means. */
    ProxyException ended();

    /** After a failure: whether only this address of the target is to blame, so that another may do. */
    default boolean isTargetUnreachable() {
        return false;
    }
}
