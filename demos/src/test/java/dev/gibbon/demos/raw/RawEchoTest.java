package dev.gibbon.demos.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawEchoTest {
    private static final int PAGE_PORT = 8080;

    private ServerSocket server;
    private Thread accepting;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        accepting = new Thread(() -> {
            try {
                RawEcho.serve(server, "http", PAGE_PORT);
            } catch (IOException e) {
                // closed
            }
        });
        accepting.setDaemon(true);
        accepting.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        accepting.join();
    }

    private RawWebSocket connect(String... fields) throws IOException {
        return RawWebSocket.connect(server.getLocalPort(), "/", fields);
    }

    @Test
    void echoesTextAndBinary() throws IOException {
        try (RawWebSocket client = connect()) {
            client.sendText("grüezi");
            assertThat(client.readText()).isEqualTo("grüezi");
            byte[] large = new byte[1 << 20]; // the limit
            large[large.length - 1] = 1;
            client.sendBinary(large);
            assertThat(client.readMessage()).isEqualTo(RawFrame.of(RawFrame.BINARY, large));
            assertThat(client.closeHandshake(1000).closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void joinsFragmentsAndAnswersPingsBetweenThem() throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(
                    RawFrame.text("Hel").unfinished(),
                    RawFrame.of(RawFrame.PING, Hex.bytes("01 02")),
                    RawFrame.of(RawFrame.PONG, Hex.bytes("03")),
                    RawFrame.of(RawFrame.CONTINUATION, Hex.bytes("6c 6f")));
            assertThat(client.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, Hex.bytes("01 02")));
            assertThat(client.readFrame()).isEqualTo(RawFrame.text("Hello"));
        }
    }

    @Test
    void answersACloseWithTheSameAndEndsTheStream() throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(RawFrame.text("last"), RawFrame.close(4321, "enough"), RawFrame.text("too late"));
            assertThat(client.readText()).isEqualTo("last");
            assertThat(client.readFrame()).isEqualTo(RawFrame.close(4321, "enough"));
            client.readEnd();
        }
    }

    @Test
    void answersACloseWithoutACodeWithoutOne() throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(RawFrame.of(RawFrame.CLOSE, new byte[0]));
            assertThat(client.readFrame()).isEqualTo(RawFrame.of(RawFrame.CLOSE, new byte[0]));
            client.readEnd();
        }
    }

    @Test
    void failsAFrameWithoutMaskWith1002() throws IOException {
        try (RawWebSocket client = connect()) {
            client.socket().send(RawFrame.text("bare").bytes());
            assertThat(client.readClose().closeCode()).isEqualTo(1002);
            client.readEnd();
        }
    }

    @Test
    void failsWrongUtf8With1007() throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(RawFrame.of(RawFrame.TEXT, Hex.bytes("c0 80")));
            assertThat(client.readClose().closeCode()).isEqualTo(1007);
            client.readEnd();
        }
    }

    @Test
    void failsALongerMessageWith1009BeforeItComes() throws IOException {
        try (RawWebSocket client = connect()) {
            client.send(RawFrame.of(RawFrame.BINARY, new byte[8]).claiming((1 << 20) + 1));
            assertThat(client.readClose().closeCode()).isEqualTo(1009);
            client.readEnd();
        }
    }

    @Test
    void takesAHandshakeOneByteAtATime() throws IOException {
        try (RawSocket socket = RawSocket.connect(server.getLocalPort())) {
            socket.dribble(RawWebSocket.request("localhost", "/"));
            try (RawWebSocket client = RawWebSocket.open(socket)) {
                client.sendText("slow");
                assertThat(client.readText()).isEqualTo("slow");
            }
        }
    }

    @Test
    void takesFramesInTheSameSegmentAsTheHandshake() throws IOException {
        var all = new ByteArrayOutputStream();
        all.writeBytes(RawWebSocket.request("localhost", "/"));
        all.writeBytes(RawFrame.text("early").masked(RawWebSocket.KEY).bytes());
        try (RawSocket socket = RawSocket.connect(server.getLocalPort())) {
            socket.send(all.toByteArray());
            try (RawWebSocket client = RawWebSocket.open(socket)) {
                assertThat(client.readText()).isEqualTo("early");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:" + PAGE_PORT, "http://LOCALHOST:" + PAGE_PORT})
    void servesTheDemosPage(String origin) throws IOException {
        try (RawWebSocket client = connect("Origin: " + origin)) {
            client.sendText("page");
            assertThat(client.readText()).isEqualTo("page");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example:" + PAGE_PORT,
                "http://localhost:9999",
                "https://localhost:" + PAGE_PORT,
                "null"
            })
    void refusesOtherPages(String origin) throws IOException {
        try (RawSocket socket = RawSocket.connect(server.getLocalPort())) {
            socket.send(RawWebSocket.request("localhost:" + server.getLocalPort(), "/", "Origin: " + origin));
            assertThat(socket.readResponse(true).status()).isEqualTo(403);
            assertThat(socket.readToEnd()).isEmpty();
        }
    }

    @Test
    void refusesPlainRequests() throws IOException {
        try (RawSocket socket = RawSocket.connect(server.getLocalPort())) {
            socket.sendLines("GET / HTTP/1.1\nHost: localhost\n\n");
            RawResponse response = socket.readResponse(true);
            assertThat(response.status()).isEqualTo(426);
            assertThat(response.header("Upgrade")).hasValue("websocket");
            assertThat(socket.readToEnd()).isEmpty();
        }
        try (RawSocket socket = RawSocket.connect(server.getLocalPort())) {
            socket.sendLines("HEAD / HTTP/1.1\nHost: localhost\n\n");
            assertThat(socket.readResponse(false).status()).isEqualTo(426);
            assertThat(socket.readToEnd()).isEmpty();
        }
    }

    @Test
    void refusesWhatIsNotHttp() throws IOException {
        try (RawSocket socket = RawSocket.connect(server.getLocalPort())) {
            socket.sendLines("hello\n\n");
            assertThat(socket.readResponse(true).status()).isEqualTo(400);
        }
    }

    @Test
    void cutsConnectionsBeyond64() throws IOException {
        List<RawWebSocket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                clients.add(connect());
            }
            try (RawSocket one = RawSocket.connect(server.getLocalPort())) {
                assertThat(one.readToEnd()).isEmpty();
            }
            clients.get(63).sendText("still here");
            assertThat(clients.get(63).readText()).isEqualTo("still here");
        } finally {
            clients.forEach(RawWebSocket::close);
        }
    }

    @Test
    void endsItsConnectionsWithTheServerSocket() throws Exception {
        try (RawWebSocket client = connect()) {
            client.sendText("a");
            assertThat(client.readText()).isEqualTo("a");
            server.close();
            accepting.join();
            client.readEnd();
        }
    }
}
