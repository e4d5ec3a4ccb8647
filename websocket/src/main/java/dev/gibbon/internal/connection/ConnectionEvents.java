package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import dev.gibbon.DeflateStats;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The events that a flight recording shows. They cost a check each while nothing is recorded. */
final class ConnectionEvents {
    /** A shorter stall is the ordinary breathing of a socket. */
    private static final long SLOW_NANOS = 100_000_000L;

    private ConnectionEvents() {}

    /** A connection's handshake is complete. */
    @Name("dev.gibbon.ConnectionOpened")
    @Label("WebSocket Opened")
    @Category({"Gibbon"})
    @StackTrace(false)
    static final class Opened extends Event {
        @Label("Path")
        String path = "";

        @Label("Remote Address")
        String remoteAddress = "";

        @Label("Subprotocol")
        String subprotocol = "";
    }

    /** A connection has ended. */
    @Name("dev.gibbon.ConnectionClosed")
    @Label("WebSocket Closed")
    @Category({"Gibbon"})
    @StackTrace(false)
    static final class Closed extends Event {
        @Label("Path")
        String path = "";

        @Label("Remote Address")
        String remoteAddress = "";

        @Label("Initiator")
        String initiator = "";

        @Label("Sent Code")
        int sentCode;

        @Label("Received Code")
        int receivedCode;

        @Label("Reason")
        String reason = "";

        @Label("Cause")
        String cause = "";

        @Label("Bytes Received")
        @DataAmount
        long bytesReceived;

        @Label("Bytes Sent")
        @DataAmount
        long bytesSent;

        @Label("Bytes Unsent")
        @DataAmount
        long bytesUnsent;

        @Label("Extensions")
        String extensions = "";

        @Label("Sent Before Compressing")
        @Description("Payloads of the messages that were sent compressed, before that")
        @DataAmount
        long sentBeforeDeflate;

        @Label("Sent After Compressing")
        @DataAmount
        long sentAfterDeflate;

        @Label("Received Before Inflating")
        @Description("Payloads of the messages that came compressed, as they came")
        @DataAmount
        long receivedBeforeInflate;

        @Label("Received After Inflating")
        @DataAmount
        long receivedAfterInflate;
    }

    /** A write did not get through for a while. */
    @Name("dev.gibbon.SlowSend")
    @Label("WebSocket Slow Send")
    @Description("The socket took no more bytes for at least 100 ms")
    @Category({"Gibbon"})
    @StackTrace(false)
    static final class SlowSend extends Event {
        @Label("Remote Address")
        String remoteAddress = "";

        @Label("Stalled")
        @Timespan(Timespan.NANOSECONDS)
        long stalled;

        @Label("Queued Bytes")
        @DataAmount
        long queuedBytes;
    }

    /** A message was dropped by policy. */
    @Name("dev.gibbon.MessageDropped")
    @Label("WebSocket Message Dropped")
    @Category({"Gibbon"})
    @StackTrace(false)
    static final class Dropped extends Event {
        @Label("Remote Address")
        String remoteAddress = "";

        @Label("Message Cost")
        @DataAmount
        long cost;
    }

    /**
     * Whether anybody may be recording. While nobody is, not even the event classes are loaded: loading the first one starts the
     * flight recorder's machinery, which would hold the loop for hundreds of milliseconds.
     */
    private static boolean isRecording() {
        return FlightRecorder.isInitialized();
    }

    static void opened(Connection connection) {
        if (!isRecording()) {
            return;
        }
        Opened event = new Opened();
        if (event.isEnabled()) {
            event.path = connection.socket().request().path();
            event.remoteAddress = connection.remoteAddress().toString();
            event.subprotocol = connection.socket().subprotocol().orElse("");
            event.commit();
        }
    }

    static void closed(Connection connection, CloseInfo info) {
        if (!isRecording()) {
            return;
        }
        Closed event = new Closed();
        if (event.isEnabled()) {
            event.path = connection.socket().request().path();
            event.remoteAddress = connection.remoteAddress().toString();
            event.initiator = info.initiator().name();
            event.sentCode = info.sentCode();
            event.receivedCode = info.receivedCode();
            event.reason = info.reason();
            Throwable cause = info.cause();
            event.cause = cause == null ? "" : cause.toString();
            event.bytesReceived = connection.received();
            event.bytesSent = connection.outgoing().written();
            event.bytesUnsent = info.bytesUnsent();
            event.extensions = connection.extensions().field();
            DeflateStats deflate = connection.deflateStats();
            event.sentBeforeDeflate = deflate.sentBytes();
            event.sentAfterDeflate = deflate.deflatedBytes();
            event.receivedBeforeInflate = deflate.receivedBytes();
            event.receivedAfterInflate = deflate.inflatedBytes();
            event.commit();
        }
    }

    /** A stall is over, or was ended by its deadline. */
    static void sentAfter(Connection connection, long stalledNanos) {
        if (stalledNanos < SLOW_NANOS || !isRecording()) {
            return;
        }
        SlowSend event = new SlowSend();
        if (event.isEnabled()) {
            event.remoteAddress = connection.remoteAddress().toString();
            event.stalled = stalledNanos;
            event.queuedBytes = connection.outgoing().queuedCost();
            event.commit();
        }
    }

    static void dropped(Connection connection, long cost) {
        if (!isRecording()) {
            return;
        }
        Dropped event = new Dropped();
        if (event.isEnabled()) {
            event.remoteAddress = connection.remoteAddress().toString();
            event.cost = cost;
            event.commit();
        }
    }
}
