package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Endpoint;
import dev.gibbon.TappedFrame;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is beside the plain server on a TCP port: channels of others, Unix-domain sockets, the flight recorder, taps. */
@Timeout(60)
final class GuestEndToEndTest {
    private static final byte[] HI = Hex.bytes("81 82 00000000 6869");

    private static WebSocketServer.Builder echo() {
        return WebSocketServer.builder()
                .loops(1)
                .webSocket("/", WebSocketListener.onText((socket, text) -> socket.send(text)));
    }

    private static String readUntil(SocketChannel channel, String end) throws IOException {
        StringBuilder all = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (!all.toString().endsWith(end) && channel.read(one.clear()) > 0) {
            all.append((char) (one.get(0) & 0xff));
        }
        return all.toString();
    }

    @Test
    void aConnectedChannelAndTheBytesAlreadyReadAreHandedOver() throws Exception {
        try (WebSocketServer server = echo().start();
                ServerSocketChannel others =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel peer = SocketChannel.open(others.getLocalAddress())) {
            SocketChannel accepted = others.accept();
            byte[] request = RawWebSocket.request("localhost", "/");
            // All of the head was read by the other server, and the first half of the first frame.
            byte[] read = java.util.Arrays.copyOf(request, request.length + 4);
            System.arraycopy(HI, 0, read, request.length, 4);
            ByteBuffer already = ByteBuffer.wrap(read);
            server.adopt(accepted, already);
            peer.write(ByteBuffer.wrap(HI, 4, HI.length - 4));
            assertThat(readUntil(peer, "\r\n\r\n")).startsWith("HTTP/1.1 101 ");
            assertThat(readUntil(peer, "hi")).endsWith("\u0081\u0002hi");
            assertThat(server.stats().webSockets()).isEqualTo(1);
        }
    }

    @Test
    void aClosedServerTakesNoChannel() throws Exception {
        WebSocketServer server = echo().start();
        server.close(Duration.ZERO);
        try (ServerSocketChannel others =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel peer = SocketChannel.open(others.getLocalAddress());
                SocketChannel accepted = others.accept()) {
            assertThatThrownBy(() -> server.adopt(accepted, ByteBuffer.allocate(0)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(peer.isConnected()).isTrue();
            assertThat(accepted.isOpen()).isTrue();
        }
    }

    @Test
    void aUnixDomainSocketIsServedAndItsFileDeleted(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("gibbon.sock");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file);
        WebSocketServer server = echo().unixDomain(address).start();
        try (SocketChannel peer = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            peer.connect(address);
            peer.write(ByteBuffer.wrap(RawWebSocket.request("localhost", "/")));
            assertThat(readUntil(peer, "\r\n\r\n")).startsWith("HTTP/1.1 101 ");
            peer.write(ByteBuffer.wrap(HI));
            assertThat(readUntil(peer, "hi")).endsWith("\u0081\u0002hi");
            assertThatThrownBy(() -> echo().unixDomain(address).start())
                    .as("the file exists")
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("gibbon.sock");
            assertThat(file).exists();
        }
        server.close(Duration.ofSeconds(1));
        assertThat(file).doesNotExist();
        // Somebody else may have deleted it meanwhile.
        WebSocketServer again = echo().unixDomain(address).start();
        Files.delete(file);
        again.close(Duration.ofSeconds(1));
    }

    @Test
    void theFlightRecorderSeesAConnectionOpenAndClose(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.gibbon.ConnectionOpened");
            recording.enable("dev.gibbon.ConnectionClosed");
            recording.start();
            try (WebSocketServer server = echo().start();
                    RawWebSocket peer = RawWebSocket.connect(server.port(), "/")) {
                peer.sendText("hi");
                assertThat(peer.readText()).isEqualTo("hi");
                peer.closeHandshake(4001);
            }
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(events)
                .extracting(event -> event.getEventType().getName())
                .containsExactly("dev.gibbon.ConnectionOpened", "dev.gibbon.ConnectionClosed");
        RecordedEvent closed = events.get(1);
        assertThat(closed.getString("initiator")).isEqualTo("PEER");
        assertThat(closed.getInt("receivedCode")).isEqualTo(4001);
        assertThat(closed.getLong("bytesReceived")).isEqualTo(8 + 8);
    }

    @Test
    void aTapSeesFramesOfBothDirectionsAsTheyWereOnTheWire() throws Exception {
        List<TappedFrame> frames = new CopyOnWriteArrayList<>();
        WebSocketListener tapped = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                socket.tap(frames::add);
            }

            @Override
            public void onMessage(WebSocket socket, dev.gibbon.Message message) {
                socket.send(message);
            }
        };
        try (WebSocketServer server = WebSocketServer.builder()
                        .loops(1)
                        .webSocket("/", Endpoint.listener(tapped))
                        .start();
                RawWebSocket peer = RawWebSocket.connect(server.port(), "/")) {
            byte[] large = new byte[200_000];
            large[0] = 7;
            peer.sendBinary(large);
            assertThat(peer.readMessage().payload()).isEqualTo(large);
            RawFrame close = peer.closeHandshake(1000);
            assertThat(close.payload()).hasSize(2);
        }
        assertThat(frames).extracting(TappedFrame::incoming).containsExactly(true, false, true, false);
        TappedFrame in = frames.get(0);
        assertThat(in.masked()).isTrue();
        assertThat(in.payloadLength()).isEqualTo(200_000);
        assertThat(in.lengthBits()).isEqualTo(64);
        assertThat(in.key()).isEqualTo(RawWebSocket.KEY);
        assertThat(in.plain()[0]).isEqualTo((byte) 7);
        assertThat(in.wire()[0]).isEqualTo((byte) (7 ^ (RawWebSocket.KEY >>> 24)));
        TappedFrame out = frames.get(1);
        assertThat(out.masked()).isFalse();
        assertThat(out.plain()).isEqualTo(out.wire());
        assertThat(frames.get(3).opcode()).isEqualTo(8);
    }
}
