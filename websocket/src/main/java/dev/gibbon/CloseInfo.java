package dev.gibbon;

import dev.gibbon.internal.connection.CloseRecord;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended: the one terminal record.
 *
 * @param initiator who began the end
 * @param sentCode the code of the Close we sent: 1005 if it had none, 1006 if none was sent
 * @param sentReason the reason we sent, or ""
 * @param receivedCode the code of the Close that came: 1005 if it had none, 1006 if none came
 * @param receivedReason the reason that came, or ""
 * @param cause what was thrown, or null
 * @param bytesUnsent bytes that had been taken for sending and were dropped
 */
public record CloseInfo(
        Initiator initiator,
        int sentCode,
        String sentReason,
        int receivedCode,
        String receivedReason,
        @Nullable Throwable cause,
        long bytesUnsent) {

    /** Who began the end of a connection. */
    public enum Initiator {
        /** This application, by {@code close}, {@code abort}, or by returning from or throwing in its handler. */
        APPLICATION,
        /** The peer, by its Close. */
        PEER,
        /**
         * The library, for a fault of the peer, a deadline, a bound, or because the server closes; the sent code and reason, or the
         * cause, say which.
         */
        LIBRARY,
        /** The connection was lost: end of stream or reset without a Close. */
        NETWORK
    }

    /**
     * The code that tells the story in one number: the peer's if its Close came, else ours if we failed the connection,
     * else 1006.
     *
     * @return a close code of RFC 6455, 7.4
     */
    public int code() {
        if (receivedCode != 1006) {
            return receivedCode;
        }
        return initiator == Initiator.LIBRARY && sentCode != 1006 ? sentCode : 1006;
    }

    /**
     * The reason that goes with {@link #code()}.
     *
     * @return the reason, or ""
     */
    public String reason() {
        if (receivedCode != 1006) {
            return receivedReason;
        }
        return code() == 1006 ? "" : sentReason;
    }

    /**
     * For logs: the reasons with control characters escaped, since the peer chose one of them.
     *
     * @return all components
     */
    @Override
    public String toString() {
        return "CloseInfo[initiator=" + initiator + ", sentCode=" + sentCode + ", sentReason="
                + CloseRecord.printable(sentReason) + ", receivedCode=" + receivedCode + ", receivedReason="
                + CloseRecord.printable(receivedReason) + ", cause=" + cause + ", bytesUnsent=" + bytesUnsent + ']';
    }

    /**
     * Whether both Close frames passed (RFC 6455, 7.1.4).
     *
     * @return true if the closing handshake was completed
     */
    public boolean clean() {
        return receivedCode != 1006 && sentCode != 1006;
    }
}
