package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import org.jspecify.annotations.Nullable;

/** What is known of a connection's end while it is ending. The first to begin the end is its initiator. */
final class CloseRecord {
    private static final int NONE = 1006;

    private @Nullable Initiator initiator;
    private @Nullable Throwable cause;
    private int sentCode = NONE;
    private String sentReason = "";
    private int receivedCode = NONE;
    private String receivedReason = "";

    void begunBy(Initiator who, @Nullable Throwable why) {
        if (initiator == null) {
            initiator = who;
            cause = why;
        } else if (cause == null) {
            cause = why;
        }
    }

    void sent(int code, String reason) {
        sentCode = code;
        sentReason = reason;
    }

    void received(int code, String reason) {
        receivedCode = code;
        receivedReason = reason;
    }

    CloseInfo info(long bytesUnsent) {
        Initiator who = initiator == null ? Initiator.NETWORK : initiator;
        return new CloseInfo(who, sentCode, sentReason, receivedCode, receivedReason, cause, bytesUnsent);
    }
}
