package dev.gibbon.testkit.autobahn;

import java.util.List;

/** One line of a case's script. Immutable. */
public sealed interface Step {

    /**
     * Sends frames.
     *
     * @param frames in order
     * @param cut {@link #JOINED}, {@link #APART}, or into pieces of so many octets, anew for each frame
     */
    record Send(List<Frame> frames, int cut) implements Step {
        /** In one piece, together with joined neighbours. */
        static final int JOINED = 0;
        /** Each frame is a piece. */
        static final int APART = -1;
    }

    /**
     * The very next thing to come.
     *
     * @param event a message or a pong
     */
    record Expect(Event event) implements Step {}

    /** Nothing may have come, and the connection is open. */
    record Quiet() implements Step {}

    /**
     * The subject's Close is the next thing to come, and its last. If ours has not been sent, it is now; then the subject,
     * when it is a server, ends the connection.
     *
     * @param code the code of its Close, or {@link Event.Close#NO_CODE}
     * @param closeSent whether the case has sent its own Close before
     */
    record End(int code, boolean closeSent) implements Step {}
}
