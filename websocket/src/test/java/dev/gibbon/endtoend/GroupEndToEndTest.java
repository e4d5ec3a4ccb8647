package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.PreparedMessage;
import dev.gibbon.SocketGroup;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sending to many: everybody gets everything in order, and a slow member harms itself only. */
class GroupEndToEndTest {
    private static final int MEMBERS = 500;
    private static final int MESSAGES = 150;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private final SocketGroup group = new SocketGroup();

    private Endpoint joining() {
        return Endpoint.listener(test.listener(new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket) {
                        group.add(socket);
                    }
                }))
                .options(options -> options.maxQueuedBytes(60_000)
                        .closeTimeout(Duration.ofSeconds(60))
                        .writeTimeout(Duration.ofSeconds(60)));
    }

    @Test
    void fiveHundredMembersAndASlowOne() throws Exception {
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(2).sendBufferBytes(8 << 10).webSocket("/", joining()));
        List<RawWebSocket> peers = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            peers.add(test.connect(server));
        }
        RawWebSocket slow = test.connectSlowReader(server, "/");
        await("all to have joined", () -> group.size() == MEMBERS + 1);

        for (int i = 0; i < MESSAGES; i++) {
            group.send(PreparedMessage.text(i + " " + "x".repeat(2000)));
            if (i % 10 == 9) {
                for (RawWebSocket peer : peers) {
                    for (int k = i - 9; k <= i; k++) {
                        assertThat(peer.readText()).startsWith(k + " ").hasSizeGreaterThan(2000);
                    }
                }
            }
        }

        // More than its queue and the buffers of both systems hold.
        int got = 0;
        RawFrame frame = slow.readFrame();
        while (frame.opcode() == RawFrame.TEXT) {
            assertThat(frame.text()).startsWith(got + " ");
            got++;
            frame = slow.readFrame();
        }
        assertThat(got).isLessThan(MESSAGES);
        assertThat(frame.closeCode()).isEqualTo(1013);
        slow.close();
        assertThat(test.ended().sentCode()).isEqualTo(1013);
        await("the slow one to have left", () -> group.size() == MEMBERS);
        for (RawWebSocket peer : peers) {
            peer.closeHandshake(1000);
        }
        await("the group to be empty", () -> group.size() == 0);
    }

    @Test
    void joiningAndLeaving() throws Exception {
        WebSocketServer server =
                test.start(WebSocketServer.builder().loops(2).webSocket("/", Style.LISTENER.echo(test)));
        RawWebSocket one = test.connect(server);
        WebSocket first = test.opened();
        RawWebSocket two = test.connect(server);
        WebSocket second = test.opened();

        assertThat(group.add(first)).isTrue();
        assertThat(group.add(first)).isFalse();
        assertThat(group.add(second)).isTrue();
        assertThat(group.size()).isEqualTo(2);
        group.send(PreparedMessage.text("both"));
        assertThat(group.remove(second)).isTrue();
        assertThat(group.remove(second)).isFalse();
        group.send(PreparedMessage.text("first only"));
        assertThat(group.add(second)).isTrue();
        group.send(PreparedMessage.text("both again"));

        assertThat(one.readText()).isEqualTo("both");
        assertThat(one.readText()).isEqualTo("first only");
        assertThat(one.readText()).isEqualTo("both again");
        assertThat(two.readText()).isEqualTo("both");
        assertThat(two.readText()).isEqualTo("both again");

        one.closeHandshake(1000);
        await("the closed one to have left", () -> group.size() == 1);
        assertThat(group.add(first)).isFalse();
        group.send(PreparedMessage.text("second only"));
        assertThat(two.readText()).isEqualTo("second only");
        two.closeHandshake(1000);
        await("the group to be empty", () -> group.size() == 0);
        group.send(PreparedMessage.text("nobody"));
    }
}
