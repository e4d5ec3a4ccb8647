package dev.gibbon;

import dev.gibbon.internal.loop.HandlerThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Decides over an opening handshake before it is answered. Called on the event loop after the library's own checks
 * (protocol, Origin); it must not block, and may answer later. The handshake's deadline goes on meanwhile. A hook that
 * fails is answered with 500 and logged.
 */
@FunctionalInterface
public interface HandshakeHook {
    /**
     * Decides over one request.
     *
     * @param request the request
     * @return completes with the decision
     * @throws Exception is answered with 500
     */
    CompletionStage<HandshakeDecision> decide(HandshakeRequest request) throws Exception;

    /**
     * A hook that answers at once and does not block.
     *
     * @param decision makes the decision
     * @return the hook
     */
    static HandshakeHook of(Function<HandshakeRequest, HandshakeDecision> decision) {
        return request -> CompletableFuture.completedFuture(decision.apply(request));
    }

    /**
     * A hook that may block: runs off the loop, in a thread of its own (a virtual thread where the JDK has them).
     *
     * @param decision makes the decision
     * @return the hook
     */
    static HandshakeHook blocking(Function<HandshakeRequest, HandshakeDecision> decision) {
        return request -> CompletableFuture.supplyAsync(() -> decision.apply(request), HandlerThreads.executor());
    }
}
