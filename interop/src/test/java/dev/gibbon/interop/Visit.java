package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.ConnectionStats;

/**
 * What our end of a connection knows of it afterwards.
 *
 * @param isServer whether we were the server
 * @param frames the data frames on the wire
 * @param received bytes of the messages that came, inflated
 * @param stats of the connection
 * @param end how it ended
 */
record Visit(boolean isServer, Frames frames, long received, ConnectionStats stats, CloseInfo end) {

    /** Holds the end against what was said. */
    void verifyEnd(Farewell farewell) {
        boolean byUs = farewell.byServer() == isServer;
        assertThat(end.clean()).as("clean: " + end).isTrue();
        assertThat(end.initiator()).isEqualTo(byUs ? CloseInfo.Initiator.APPLICATION : CloseInfo.Initiator.PEER);
        assertThat(end.sentCode()).as("sent: " + end).isEqualTo(farewell.code());
        assertThat(end.receivedCode()).as("received: " + end).isEqualTo(farewell.code());
        assertThat(byUs ? end.sentReason() : end.receivedReason()).isEqualTo(farewell.reason());
        assertThat(end.cause()).as("cause").isNull();
        assertThat(end.bytesUnsent()).as("unsent").isZero();
    }

    /** Holds what was on the wire against what was agreed. */
    void verifyFrames(Agreement agreed, Scenario scenario) {
        if (!agreed.deflates()) {
            assertThat(frames.in.deflated).as("frames with RSV1 in").hasValue(0);
            assertThat(frames.out.deflated).as("frames with RSV1 out").hasValue(0);
            return;
        }
        assertThat(stats.deflate().messagesInflated()).isEqualTo(frames.in.deflated.get());
        assertThat(stats.deflate().messagesDeflated()).isEqualTo(frames.out.deflated.get());
        assertThat(stats.deflate().nativeBytes()).as("native memory at the end").isZero();
        if (scenario.hasMuchToCompress()) {
            verifyCompressed("in", frames.in);
            verifyCompressed("out", frames.out);
        }
    }

    private void verifyCompressed(String which, Frames.Way way) {
        assertThat(way.deflated.get()).as("frames with RSV1 " + which).isPositive();
        assertThat(way.payloadBytes.get())
                .as("bytes on the wire, " + which + ", of " + received)
                .isLessThan(received * 3 / 4);
    }
}
