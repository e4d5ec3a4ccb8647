package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.Endpoint;
import dev.gibbon.MessageWriter;
import dev.gibbon.OverflowPolicy;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages written piece by piece: fragments on the wire, whole for the peer, and nothing else between but control frames. */
class WriterEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private RawWebSocket peer;
    private WebSocket socket;

    private void connect() throws Exception {
        connect(Style.LISTENER.echo(test));
    }

    private void connect(Endpoint endpoint) throws Exception {
        peer = test.connect(test.start(endpoint));
        socket = test.opened();
    }

    @Test
    void fragmentsOnTheWire() throws Exception {
        connect();

        MessageWriter writer = socket.writer(true);
        writer.write("Hel");
        writer.flush();
        writer.flush();
        writer.write("lo");
        writer.close();
        writer.close();

        assertThat(peer.readFrame()).isEqualTo(RawFrame.text("Hel").unfinished());
        assertThat(peer.readFrame())
                .isEqualTo(RawFrame.of(RawFrame.CONTINUATION, "lo".getBytes(StandardCharsets.UTF_8)));
        peer.closeHandshake(1000);
    }

    @Test
    void messagesWithoutBytesAndBinaryOnes() throws Exception {
        connect();

        socket.writer(true).close();
        socket.writer(false).close();
        try (MessageWriter writer = socket.writer(false)) {
            for (int i = 0; i < 40_000; i++) {
                writer.write(i);
            }
        }

        assertThat(peer.readFrame()).isEqualTo(RawFrame.text(""));
        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.BINARY, new byte[0]));
        byte[] large = peer.readMessage().payload();
        assertThat(large).hasSize(40_000);
        assertThat(large[39_999]).isEqualTo((byte) 39_999);
        peer.closeHandshake(1000);
    }

    @Test
    void charactersMayBeCutButNotLeftUnfinished() throws Exception {
        connect();
        try (MessageWriter writer = socket.writer(true)) {
            writer.write("\ud83d");
            writer.flush();
            writer.write("\ude00");
            byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
            writer.write(euro, 0, 2);
            writer.flush();
            writer.write(euro, 2, 1);
        }
        assertThat(peer.readText()).isEqualTo("\ud83d\ude00€");

        MessageWriter unfinished = socket.writer(true);
        unfinished.write("a\ud83d");
        assertThatThrownBy(unfinished::close).isInstanceOf(IOException.class).hasMessageContaining("character");

        closedWith1011();
    }

    @Test
    void bytesThatAreNoUtf8() throws Exception {
        connect();
        MessageWriter writer = socket.writer(true);
        writer.write("fine");

        assertThatIllegalArgumentException().isThrownBy(() -> writer.write(0xff));

        assertThatThrownBy(() -> writer.write("more")).isInstanceOf(IOException.class);
        closedWith1011();
    }

    @Test
    void textIntoABinaryMessage() throws Exception {
        connect();
        try (MessageWriter writer = socket.writer(false)) {
            assertThatIllegalStateException().isThrownBy(() -> writer.write("text"));
            writer.write(7);
        }
        assertThat(peer.readMessage().payload()).containsExactly(7);
        peer.closeHandshake(1000);
    }

    private CloseInfo closedWith1011() throws Exception {
        RawFrame frame = peer.readFrame();
        while (frame.opcode() != RawFrame.CLOSE) {
            assertThat(frame.fin()).as("the end of a message that has none").isFalse();
            frame = peer.readFrame();
        }
        assertThat(frame.closeCode()).isEqualTo(1011);
        peer.send(RawFrame.close(1011, ""));
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        return end;
    }

    /** RFC 6455, 5.4: a message that was begun cannot be taken back without failing the connection. */
    @Test
    void givenUp() throws Exception {
        connect();
        MessageWriter writer = socket.writer(true);
        writer.write("begun");
        writer.flush();

        writer.abandon();

        assertThat(closedWith1011().sentReason()).isNotEmpty();
        assertThatThrownBy(() -> writer.write("more")).isInstanceOf(IOException.class);
    }

    @Test
    void leftOpenWithoutProgress() throws Exception {
        connect(Style.LISTENER.echo(test).options(options -> options.writerTimeout(Duration.ofMillis(300))));
        MessageWriter writer = socket.writer(true);
        writer.write("begun");
        writer.flush();
        socket.send("waits behind it");

        CloseInfo end = closedWith1011();

        assertThat(end.sentReason()).contains("writerTimeout");
        assertThat(end.bytesUnsent()).isGreaterThanOrEqualTo("waits behind it".length());
        assertThatThrownBy(() -> writer.write("more")).isInstanceOf(IOException.class);
        assertThatThrownBy(writer::close).isInstanceOf(IOException.class);
    }

    @Test
    void controlFramesPassAndMessagesWait() throws Exception {
        connect();
        MessageWriter writer = socket.writer(true);
        writer.write("one ");
        writer.flush();
        socket.send("behind");
        assertThat(socket.trySend("behind too")).isEqualTo(SendResult.ACCEPTED);
        assertThat(peer.readFrame()).isEqualTo(RawFrame.text("one ").unfinished());
        peer.send(RawFrame.of(RawFrame.PING, new byte[] {1, 2}));
        peer.sendText("echo, please");

        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, new byte[] {1, 2}));
        assertThat(socket.bufferedBytes()).isPositive();
        writer.write("two");
        writer.close();

        assertThat(peer.readFrame().text()).isEqualTo("two");
        assertThat(peer.readText()).isEqualTo("behind");
        assertThat(peer.readText()).isEqualTo("behind too");
        assertThat(peer.readText()).isEqualTo("echo, please");
        await("nothing to wait", () -> socket.bufferedBytes() == 0);
        peer.closeHandshake(1000);
    }

    @Test
    void writersTakeTurns() throws Exception {
        connect();
        MessageWriter first = socket.writer(true);
        MessageWriter second = socket.writer(true);
        socket.send("between");
        MessageWriter third = socket.writer(true);

        third.write("third");
        third.close();
        second.write("sec");
        second.flush();
        second.write("ond");
        first.write("first");
        first.close();
        second.close();

        assertThat(peer.readText()).isEqualTo("first");
        assertThat(peer.readText()).isEqualTo("second");
        assertThat(peer.readText()).isEqualTo("between");
        assertThat(peer.readText()).isEqualTo("third");
        peer.closeHandshake(1000);
    }

    @Test
    void aCloseWaitsForTheMessageToEnd() throws Exception {
        connect();
        MessageWriter writer = socket.writer(true);
        writer.write("one ");
        writer.flush();

        socket.close(4000, "after it");
        writer.write("two");
        writer.flush();
        writer.close();

        assertThat(peer.readText()).isEqualTo("one two");
        assertThat(peer.readClose().closeCode()).isEqualTo(4000);
        peer.send(RawFrame.close(4000, ""));
        peer.readEnd();
        assertThat(test.ended().clean()).isTrue();
        assertThatThrownBy(() -> socket.writer(true)).hasMessageContaining("4000");
    }

    /** RFC 6455, 5.5.1 lets an endpoint finish its message before it answers a Close, but not for ever. */
    @Test
    void thePeersCloseEndsAnOpenWriter() throws Exception {
        connect();
        MessageWriter writer = socket.writer(true);
        writer.write("one ");
        writer.flush();
        assertThat(peer.readFrame()).isEqualTo(RawFrame.text("one ").unfinished());

        peer.send(RawFrame.close(4001, ""));

        assertThat(peer.readClose().closeCode()).isEqualTo(4001);
        peer.readEnd();
        assertThat(test.ended().receivedCode()).isEqualTo(4001);
        assertThatThrownBy(() -> {
                    writer.write("more");
                    writer.flush();
                })
                .isInstanceOf(IOException.class);
    }

    /** What waits behind an open writer fills the queue's bound, but must not keep the writer from ending. */
    @Test
    void isNotStarvedByWhatWaitsBehindIt() throws Exception {
        connect(Style.LISTENER
                .echo(test)
                .options(options -> options.maxQueuedBytes(20_000)
                        .overflow(OverflowPolicy.BLOCK)
                        .writeTimeout(Duration.ofSeconds(60))));
        MessageWriter writer = socket.writer(false);
        int behind = 0;
        while (socket.trySend("behind") == SendResult.ACCEPTED) {
            behind++;
        }
        Future<?> waiting = test.async(() -> {
            socket.send("last");
            return null;
        });

        Future<?> writing = test.async(() -> {
            writer.write(new byte[300_000]);
            writer.close();
            return null;
        });

        assertThat(peer.readMessage().payload()).hasSize(300_000);
        for (int i = 0; i < behind; i++) {
            assertThat(peer.readText()).isEqualTo("behind");
        }
        assertThat(peer.readText()).isEqualTo("last");
        join(writing);
        join(waiting);
        peer.closeHandshake(1000);
    }

    /** A megabyte and more to a peer that reads slowly: the writer waits, the memory stays. */
    @Test
    void waitsForASlowPeer() throws Exception {
        Endpoint endpoint = Style.LISTENER.echo(test).options(options -> options.maxQueuedBytes(64 << 10));
        peer = test.connectSlowReader(test.start(endpoint), "/");
        socket = test.opened();
        int total = 8 << 20;
        Future<?> writing = test.async(() -> {
            try (MessageWriter writer = socket.writer(false)) {
                byte[] piece = new byte[10_000];
                for (int left = total; left > 0; left -= piece.length) {
                    writer.write(piece, 0, Math.min(left, piece.length));
                }
            }
            return null;
        });

        int got = 0;
        RawFrame frame;
        do {
            frame = peer.readFrame();
            got += frame.payload().length;
            // What gathers for the write of one event counts only once that has left some of it over.
            assertThat(socket.bufferedBytes()).isLessThanOrEqualTo(2 * (64 << 10));
        } while (!frame.fin());

        assertThat(got).isEqualTo(total);
        join(writing);
        peer.closeHandshake(1000);
    }

    @Test
    void onTheLoopsOwnThread() throws Exception {
        connect(Endpoint.listener(test.listener(WebSocketListener.onText((socket, text) -> {
            try (MessageWriter writer = socket.writer(true)) {
                writer.write("your ");
                writer.flush();
                socket.send("behind");
                writer.write(text);
            }
        }))));

        peer.sendText("text");

        assertThat(peer.readText()).isEqualTo("your text");
        assertThat(peer.readText()).isEqualTo("behind");
        peer.closeHandshake(1000);
    }
}
