package dev.gibbon.hub;

import dev.gibbon.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides who may subscribe and publish to what. Asked for each subscription and each message of a connection, on the thread that asks the
 * hub, mostly an event loop's: it must not block, and may answer later. What it throws, or completes with, other than a decision refuses, and is logged.
 */
public interface HubAuthorizer {
    /** Allows everything. */
    HubAuthorizer ALLOW_ALL = new HubAuthorizer() {};

    /**
     * Whether a connection may subscribe.
     *
     * @param connection who asks; {@link HubConnection#principal} tells who it is
     * @param topic its name, within the limits
     * @return completes with the decision
     */
    default CompletionStage<Decision> maySubscribe(HubConnection connection, String topic) {
        return Decision.ALLOWED.now();
    }

    /**
     * Whether a connection may publish. Messages of one connection are published in their order, so a late answer keeps those behind it.
     *
     * @param connection who asks
     * @param topic its name, within the limits
     * @param message what is to be published, valid until the answer has come
     * @return completes with the decision
     */
    default CompletionStage<Decision> mayPublish(HubConnection connection, String topic, Message message) {
        return Decision.ALLOWED.now();
    }

    /**
     * Yes, or no and why.
     *
     * @param allowed whether it may
     * @param reason fit to be shown to the one who asked; empty if allowed
     */
    record Decision(boolean allowed, String reason) {
        /** It may. */
        public static final Decision ALLOWED = new Decision(true, "");

        /**
         * It may not.
         *
         * @param reason why, fit to be shown to the one who asked
         * @return the decision
         */
        public static Decision refused(String reason) {
            return new Decision(false, reason);
        }

        /**
         * This decision as an answer that is there at once.
         *
         * @return a completed stage
         */
        public CompletionStage<Decision> now() {
            return CompletableFuture.completedStage(this);
        }
    }
}
