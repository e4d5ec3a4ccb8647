package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.protocol.CloseState;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Failure;
import dev.gibbon.protocol.Role;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ProtocolException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How a connection comes to its one end, whoever begins it: the closing handshake, a fault of the peer, a deadline, a lost
 * stream, an abort. All ways meet in {@link #tell}, once, and in {@link #finish}, once. Only for the loop's thread.
 */
final class Ending {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** The phases of a connection, in order. */
    private enum Phase {
        /** Messages go both ways; the closing handshake may have begun. */
        OPEN,
        /** The application was told; what still comes is thrown away until the peer ends its stream too. */
        TOLD,
        /** Nothing is left. */
        OVER
    }

    private final Connection connection;
    private Phase phase = Phase.OPEN;
    private boolean streamEnded;
    /** The stream ended without a Close, and the application has answered what came before. */
    private boolean answered;

    /** The application threw: it is asked nothing more, but for the end. */
    private boolean applicationFailed;

    private @Nullable CloseRecord record;
    private @Nullable Runnable owed;

    Ending(Connection connection) {
        this.connection = connection;
    }

    private Engine engine() {
        return connection.engine();
    }

    private Receiver receiver() {
        return connection.receiver();
    }

    // ---- how it begins

    /** The peer's Close came. */
    void closeCame() {
        record().begunBy(Initiator.PEER, null);
        record().received(engine().closeCode(), engine().closeReason());
        connection.deadlines().expectEnd();
        if (engine().state().maySendClose()) {
            owe(() -> connection.sending().closeAtOnce(engine().closeCode(), ""));
        }
    }

    /** The peer broke a rule. */
    void peerFailed() {
        Failure failure = engine().failure();
        if (failure == null) {
            throw new IllegalStateException("failed without a failure");
        }
        connection.socket().tapFailed();
        // The engine has one limit on a message; it is the one on streams where that was set apart.
        ConnectionSettings settings = connection.settings();
        String reason = settings.limits.maxMessageBytes() != settings.maxMessageBytes
                ? failure.reason().replace("maxMessageBytes", "maxStreamBytes")
                : failure.reason();
        fail(failure.code(), reason, null);
    }

    /** Fails the connection: Close with this code, then the end without waiting for more from the peer. */
    void fail(int code, String reason, @Nullable Throwable cause) {
        if (phase != Phase.OPEN) {
            return;
        }
        record().begunBy(Initiator.LIBRARY, cause);
        connection.deadlines().expectEnd();
        if (engine().state() == CloseState.FAILED) {
            owe(() -> closeFor(code, reason));
        } else {
            closeFor(code, reason);
        }
        // A pause of the application's would keep the peer's Close from being seen.
        connection.resume(Connection.BY_APPLICATION);
    }

    private void closeFor(int code, String reason) {
        connection.sending().closeAtOnce(code, reason);
        if (!record().hasSent(code)) {
            // A Close of the application's went before, so the record is the only place that tells why.
            record().begunBy(Initiator.LIBRARY, new ProtocolException(code + " " + reason));
        }
    }

    /** The application wants the end. */
    void close(int code, String reason, @Nullable Throwable cause) {
        if (payOwed()) {
            // The peer has ended the conversation already, or broken it: that is the story to tell.
            return;
        }
        beginClose(Initiator.APPLICATION, code, reason, cause);
    }

    /** The server wants the end. */
    void goAway(String reason) {
        if (!payOwed()) {
            beginClose(Initiator.LIBRARY, 1001, reason, null);
        }
    }

    private void beginClose(Initiator who, int code, String reason, @Nullable Throwable cause) {
        if (phase == Phase.OPEN
                && engine().state().maySendClose()
                && !connection.sending().closeWaits()) {
            record().begunBy(who, cause);
            if (cause == null) {
                connection.sending().close(code, reason);
            } else {
                // Who threw finishes nothing any more.
                connection.sending().closeAtOnce(code, reason);
            }
            connection.deadlines().expectEnd();
            // A pause of the application's would keep the peer's Close from being seen.
            connection.resume(Connection.BY_APPLICATION);
        }
    }

    /** Our Close goes without the open writer that it waits for. False if it waits for none. */
    boolean giveWriterUp() {
        if (phase != Phase.OPEN || !connection.sending().closeWaits()) {
            return false;
        }
        connection.sending().closeAtOnce(1011, "a message was not finished before closeTimeout");
        return true;
    }

    /** The application threw. */
    void threw(Throwable cause) {
        // Sending on a connection that has just closed is the ordinary way to learn of it.
        if (!(cause instanceof WebSocketClosedException) && phase == Phase.OPEN) {
            applicationFailed = true;
            LOG.log(Level.WARNING, receiver().describe() + " threw; the connection is closed with 1011", cause);
            close(1011, "the handler failed", cause);
        }
    }

    /** Our Close is due as soon as the application has answered what came before; at the deadline it goes without that. */
    private void owe(Runnable close) {
        owed = close;
        receiver().inputEnded(connection, this::payOwed);
        if (owed != null) {
            connection.deadlines().expectAnswers(receiver().answerNanos());
        }
    }

    /** Sends our Close if it was only waiting for the application. */
    boolean payOwed() {
        Runnable due = owed;
        if (due == null || phase != Phase.OPEN) {
            return false;
        }
        owed = null;
        if (engine().state().maySendClose()) {
            due.run();
        }
        return true;
    }

    /** Our Close was written. */
    void closeSent(int code, String reason) {
        record().sent(code, reason);
        connection.socket().markClosing();
    }

    // ---- how it goes on

    /** Ends in peace once all that is owed is written. */
    void afterWriting(Outgoing outgoing) {
        if (isComplete() && outgoing.isEmpty()) {
            linger();
        }
    }

    /** Whether everything was said, on both sides; only the bytes may still have to be written. */
    private boolean isComplete() {
        return phase == Phase.OPEN && record != null && (engine().state() == CloseState.CLOSED || answered);
    }

    /** Whether our direction ends as soon as the bytes are written. */
    boolean endsOnceWritten() {
        return isComplete() && connection.settings().role == Role.SERVER;
    }

    /**
     * RFC 6455, 7.1.1: "The underlying TCP connection, in most normal cases, SHOULD be closed first by the server, so that it holds
     * the TIME_WAIT state and not the client". Reading on until the peer ends its stream too keeps the system from answering late
     * bytes with a reset, which would eat our Close.
     */
    private void linger() {
        tell();
        connection.dropInput();
        if (connection.settings().role == Role.SERVER) {
            connection.link().shutdownOutput();
        }
        if (streamEnded) {
            finish();
        } else {
            connection.deadlines().expectEndAnew();
            connection.deadlines().schedule();
            connection.updateInterest();
        }
    }

    /** The peer had its time to end its stream. */
    void lingered() {
        finish();
    }

    /** The peer ended its stream. It may still read, so what it sent before is answered. */
    void streamEnded() {
        if (phase == Phase.TOLD) {
            finish();
            return;
        }
        if (streamEnded) {
            return;
        }
        streamEnded = true;
        engine().endOfStream();
        if (engine().state() == CloseState.FAILED && owed == null) {
            record().begunBy(Initiator.NETWORK, null);
            connection.deadlines().expectEnd();
            receiver().inputEnded(connection, () -> {
                // Its last answers may still wait for the loop.
                connection.sending().run();
                answered = true;
            });
        }
    }

    /** The stream is broken. */
    void lost(IOException cause) {
        if (phase == Phase.OPEN) {
            // A peer that has said Close need not read our answer; it may be gone, or have ended TLS in both
            // directions.
            record().begunBy(Initiator.NETWORK, record().hasReceived() ? null : cause);
            tell();
        }
        finish();
    }

    /** Cuts the connection for a deadline of ours. */
    void overdue(String what) {
        record().begunBy(Initiator.LIBRARY, new TimeoutException(what));
        tell();
        connection.link().reset();
        finish();
    }

    /** The application cuts the connection. */
    void abort() {
        cut(Initiator.APPLICATION, null);
    }

    /** Cuts the connection. */
    void cut(Initiator who, @Nullable Throwable cause) {
        if (phase == Phase.OPEN) {
            record().begunBy(who, cause);
            tell();
        }
        connection.link().reset();
        finish();
    }

    // ---- how it is over

    /** The one terminal event. */
    private void tell() {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.TOLD;
        connection.outgoing().reclaim();
        owed = null;
        connection.sending().ended();
        CloseInfo info = record().info(connection.outgoing().unwritten()
                + connection.submissions().cost());
        ConnectionEvents.closed(connection, info);
        connection.owner().connectionEnded(connection, info);
        connection.socket().endedBeforeTelling(info);
        try {
            receiver().closed(connection, info);
        } catch (Throwable e) {
            LOG.log(Level.WARNING, receiver().describe() + " threw in onClose", e);
        }
        connection.socket().ended(info);
    }

    private void finish() {
        if (phase == Phase.OVER) {
            return;
        }
        phase = Phase.OVER;
        connection.outgoing().reclaim();
        connection.dropInput();
        connection.outgoing().end();
        connection.outgoing().release();
        connection.link().close();
        connection.loop().dismiss(connection);
        connection.owner().linkClosed(connection);
    }

    /** Whether the application may still hear and say something. */
    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /** Whether the application is to be given what comes. */
    boolean isHeard() {
        return phase == Phase.OPEN && !applicationFailed;
    }

    /** Whether the application was told, and only the stream has to end. */
    boolean isTold() {
        return phase == Phase.TOLD;
    }

    /** Whether nothing is left. */
    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** Whether the peer has ended its stream. */
    boolean isStreamEnded() {
        return streamEnded;
    }

    private CloseRecord record() {
        CloseRecord present = record;
        if (present == null) {
            present = new CloseRecord();
            record = present;
        }
        return present;
    }
}
