package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import org.jspecify.annotations.Nullable;

/** What is known of a connection's end while it is ending. The first to begin the end is its initiator. */
public final class CloseRecord {
    private static final int NONE = 1006;

    private @Nullable Initiator initiator;
    private @Nullable Throwable cause;
    private int sentCode = NONE;
    private String sentReason = "";
    private int receivedCode = NONE;
    private String receivedReason = "";

    CloseRecord() {}

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

    boolean hasSent(int code) {
        return sentCode == code;
    }

    void received(int code, String reason) {
        receivedCode = code;
        receivedReason = reason;
    }

    /** Whether the peer's Close came. */
    boolean hasReceived() {
        return receivedCode != NONE;
    }

    /** A reason for messages and logs: the peer chose it, so control characters are escaped. */
    public static String printable(String reason) {
        if (reason.chars().noneMatch(CloseRecord::isUnprintable)) {
            return reason;
        }
        StringBuilder shown = new StringBuilder(reason.length() + 20);
        reason.chars()
                .forEach(c -> shown.append(isUnprintable(c) ? String.format("\\u%04x", c) : String.valueOf((char) c)));
        return shown.toString();
    }

    private static boolean isUnprintable(int c) {
        // Controls, line separators, and what turns the direction of the text around.
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    }

    CloseInfo info(long bytesUnsent) {
        Initiator who = initiator == null ? Initiator.NETWORK : initiator;
        return new CloseInfo(who, sentCode, sentReason, receivedCode, receivedReason, cause, bytesUnsent);
    }
}
