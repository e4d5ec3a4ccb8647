package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each limit at one less, at itself and at one more: there the right code, and a reason that names the setting. */
class LimitsEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    @ParameterizedTest
    @CsvSource({
        "LISTENER, 1, 1000",
        "LISTENER, 3, 1000",
        "LISTENER, 1, 300000",
        "BLOCKING, 1, 1000",
        "BLOCKING, 3, 1000",
        "BLOCKING, 1, 300000"
    })
    void messageBytes(Style style, int frames, int limit) throws Exception {
        WebSocketServer server = test.start(style.echo(test).options(options -> options.maxMessageBytes(limit)));

        accepted(server, pieces(limit - 1, frames));
        accepted(server, pieces(limit, frames));
        refused(server, pieces(limit + 1, frames), 1009, "maxMessageBytes");
    }

    @ParameterizedTest
    @EnumSource
    void frameBytes(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test)
                .options(options -> options.maxMessageBytes(10_000).maxFrameBytes(1000)));

        accepted(server, pieces(999, 1));
        accepted(server, pieces(3000, 3));
        refused(server, pieces(1001, 1), 1009, "maxFrameBytes");
    }

    @ParameterizedTest
    @EnumSource
    void framesPerMessage(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test).options(options -> options.maxFramesPerMessage(50)));

        accepted(server, pieces(100, 49));
        accepted(server, pieces(100, 50));
        // Counted by message, not by connection.
        refused(server, pieces(100, 51), 1008, "maxFramesPerMessage");
        refused(server, pieces(0, 51), 1008, "maxFramesPerMessage");
    }

    @ParameterizedTest
    @EnumSource
    void theDefaults(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test));

        accepted(server, pieces(1 << 20, 1));
        refused(server, pieces((1 << 20) + 1, 1), 1009, "maxMessageBytes");
    }

    /** The claim alone is enough: nothing is waited for, nothing is reserved. */
    @ParameterizedTest
    @EnumSource
    void aClaimBeyondTheLimitFailsBeforeItsPayload(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test));
        RawWebSocket peer = test.connect(server);

        peer.send(RawFrame.of(RawFrame.BINARY, new byte[0]).claiming(Long.MAX_VALUE));

        assertThat(peer.readClose().closeCode()).isEqualTo(1009);
        peer.readEnd();
        assertThat(server.stats().pooledBytes()).isZero();
    }

    /** What came whole before the fault is answered first. */
    @ParameterizedTest
    @EnumSource
    void whatCameBeforeIsAnswered(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test).options(options -> options.maxMessageBytes(10)));
        RawWebSocket peer = test.connect(server);

        peer.send(RawFrame.text("one"), RawFrame.text("two"), RawFrame.text("much too long"), RawFrame.text("never"));

        assertThat(peer.readText()).isEqualTo("one");
        assertThat(peer.readText()).isEqualTo("two");
        assertThat(peer.readClose().closeCode()).isEqualTo(1009);
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        assertThat(end.sentCode()).isEqualTo(1009);
        assertThat(end.receivedCode()).isEqualTo(1006);
        assertThat(end.code()).isEqualTo(1009);
    }

    private void accepted(WebSocketServer server, List<RawFrame> frames) throws Exception {
        RawWebSocket peer = test.connect(server);
        Future<?> sending = test.async(() -> {
            peer.send(frames.toArray(new RawFrame[0]));
            return null;
        });
        int length = frames.stream().mapToInt(frame -> frame.payload().length).sum();
        assertThat(peer.readMessage().payload()).hasSize(length);
        join(sending);
        peer.closeHandshake(1000);
        assertThat(test.ended().clean()).isTrue();
    }

    private void refused(WebSocketServer server, List<RawFrame> frames, int code, String setting) throws Exception {
        RawWebSocket peer = test.connect(server);
        peer.send(frames.toArray(new RawFrame[0]));
        RawFrame close = peer.readClose();
        assertThat(close.closeCode()).isEqualTo(code);
        assertThat(close.closeReason()).contains(setting);
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        assertThat(end.code()).isEqualTo(code);
        assertThat(end.reason()).contains(setting);
        assertThat(end.clean()).isFalse();
    }

    /** A binary message of so many bytes in so many frames. */
    private static List<RawFrame> pieces(int length, int count) {
        List<RawFrame> frames = new ArrayList<>();
        int left = length;
        for (int i = 0; i < count; i++) {
            int size = i == count - 1 ? left : length / count;
            left -= size;
            RawFrame frame = RawFrame.of(i == 0 ? RawFrame.BINARY : RawFrame.CONTINUATION, new byte[size]);
            frames.add(i == count - 1 ? frame : frame.unfinished());
        }
        return frames;
    }
}
