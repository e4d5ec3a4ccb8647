package dev.gibbon.cli;

import dev.gibbon.CloseInfo;
import org.jspecify.annotations.Nullable;

/** How a connection ended, in words, and whether that is a good end. */
final class ShownEnd {
    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    private static final int NONE = 1005;
    private static final int LOST = 1006;
    private static final int FIRST_OF_APPLICATIONS = 3000;

    private ShownEnd() {}

    /** Whether the peer's Close says that nothing went wrong: 1000, 1001, no code, or one that an application chose. */
    static boolean isGood(CloseInfo info) {
        int code = info.receivedCode();
        return code == NORMAL || code == GOING_AWAY || code == NONE || code >= FIRST_OF_APPLICATIONS;
    }

    /** On one line, for the middle of a sentence. */
    static String inWords(@Nullable CloseInfo info) {
        if (info == null) {
            return "the connection is closing";
        }
        if (info.receivedCode() != LOST) {
            return "the peer closed with " + code(info.receivedCode(), info.receivedReason());
        }
        String cause = cause(info.cause());
        if (info.initiator() == CloseInfo.Initiator.LIBRARY && info.sentCode() != LOST && cause.isEmpty()) {
            return "the connection was failed with " + code(info.sentCode(), info.sentReason());
        }
        boolean unanswered = info.initiator() == CloseInfo.Initiator.APPLICATION && info.cause() == null;
        return unanswered ? "the peer did not answer the Close" : "the connection was lost" + cause;
    }

    private static String code(int code, String reason) {
        if (code == NONE) {
            return "no code";
        }
        return reason.isEmpty() ? Integer.toString(code) : code + " " + VisibleText.quoted(reason);
    }

    private static String cause(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message == null ? "" : ": " + VisibleText.of(message);
    }
}
