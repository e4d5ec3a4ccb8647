package dev.gibbon.demos.echo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The echo and its wire over real sockets, without a browser. */
class EchoTest {
    private static final String ID = "00112233445566778899aabbccddeeff";
    private static final String OTHER_ID = "ffeeddccbbaa99887766554433221100";

    private WebSocketServer server;

    @BeforeEach
    void start() throws IOException {
        var echo = new Echo();
        server = WebSocketServer.builder()
                .loops(2)
                .webSocket("/echo", echo.echo())
                .webSocket("/wire", echo.wire())
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawWebSocket connect(String target) throws IOException {
        return RawWebSocket.connect(server.port(), target);
    }

    private RawWebSocket wire(String id) throws IOException {
        RawWebSocket wire = connect("/wire?id=" + id);
        assertThat(wire.readText()).isEqualTo("ready");
        return wire;
    }

    @Test
    void echoesWithoutAWire() throws IOException {
        try (RawWebSocket echo = connect("/echo")) {
            echo.sendText("grüezi");
            assertThat(echo.readText()).isEqualTo("grüezi");
            echo.sendBinary(Hex.bytes("00 ff"));
            assertThat(echo.readFrame()).isEqualTo(RawFrame.of(RawFrame.BINARY, Hex.bytes("00 ff")));
            assertThat(echo.closeHandshake(1000).closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void showsTheFramesOfBothWays() throws IOException {
        try (RawWebSocket wire = wire(ID);
                RawWebSocket echo = connect("/echo?id=" + ID)) {
            echo.sendText("Hello");
            assertThat(echo.readText()).isEqualTo("Hello");
            assertThat(wire.readText())
                    .contains("\"in\":true,")
                    .contains(
                            "\"fin\":true,\"rsv\":0,\"opcode\":1,\"masked\":true,\"key\":\"37fa213d\",\"lengthBits\":7,")
                    .contains(
                            "\"length\":5,\"header\":\"818537fa213d\",\"wire\":\"7f9f4d5158\",\"plain\":\"48656c6c6f\"")
                    .endsWith(",\"missed\":0}");
            assertThat(wire.readText())
                    .contains("\"in\":false,")
                    .contains("\"fin\":true,\"rsv\":0,\"opcode\":1,\"masked\":false,\"key\":\"\",\"lengthBits\":7,")
                    .contains("\"length\":5,\"header\":\"8105\",\"wire\":\"48656c6c6f\",\"plain\":\"48656c6c6f\"");
        }
    }

    @Test
    void showsControlFramesAndFragmentsAndEndsBehindTheClose() throws IOException {
        try (RawWebSocket wire = wire(ID);
                RawWebSocket echo = connect("/echo?id=" + ID)) {
            echo.send(
                    RawFrame.text("a").unfinished(),
                    RawFrame.of(RawFrame.PING, Hex.bytes("07")),
                    RawFrame.of(RawFrame.CONTINUATION, Hex.bytes("62")),
                    RawFrame.close(3210, "bye"));
            assertThat(echo.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, Hex.bytes("07")));
            assertThat(echo.readText()).isEqualTo("ab");
            assertThat(echo.readClose().closeCode()).isEqualTo(3210);
            echo.readEnd();

            assertThat(wire.readText()).contains("\"in\":true,", "\"fin\":false,\"rsv\":0,\"opcode\":1,");
            assertThat(wire.readText()).contains("\"in\":true,", "\"opcode\":9,");
            assertThat(wire.readText()).contains("\"in\":false,", "\"opcode\":10,", "\"plain\":\"07\"");
            assertThat(wire.readText()).contains("\"in\":true,", "\"fin\":true,\"rsv\":0,\"opcode\":0,");
            assertThat(wire.readText()).contains("\"in\":false,", "\"opcode\":1,", "\"plain\":\"6162\"");
            assertThat(wire.readText()).contains("\"in\":true,", "\"opcode\":8,", "\"plain\":\"0c8a627965\"");
            assertThat(wire.readText()).contains("\"in\":false,", "\"opcode\":8,", "\"plain\":\"0c8a");
            assertThat(wire.readFrame()).isEqualTo(RawFrame.close(1000, ""));
        }
    }

    @Test
    void showsFramesThatCameWithTheHandshake() throws IOException {
        try (RawWebSocket wire = wire(ID);
                RawSocket socket = RawSocket.connect(server.port())) {
            var all = new ByteArrayOutputStream();
            all.writeBytes(RawWebSocket.request("localhost:" + server.port(), "/echo?id=" + ID));
            all.writeBytes(RawFrame.text("early").masked(RawWebSocket.KEY).bytes());
            socket.send(all.toByteArray());
            try (RawWebSocket echo = RawWebSocket.open(socket)) {
                assertThat(echo.readText()).isEqualTo("early");
                assertThat(wire.readText()).contains("\"in\":true,", "\"plain\":\"6561726c79\"");
            }
        }
    }

    @Test
    void tellsTheLengthOfALongFrameAndItsFirstBytes() throws IOException {
        try (RawWebSocket wire = wire(ID);
                RawWebSocket echo = connect("/echo?id=" + ID)) {
            echo.sendBinary(new byte[70_000]);
            assertThat(echo.readMessage().payload()).hasSize(70_000);
            assertThat(wire.readText())
                    .contains("\"lengthBits\":64,\"length\":70000,\"header\":\"82ff000000000001117037fa213d\",")
                    .contains("\"plain\":\"" + "00".repeat(64) + "\"");
        }
    }

    @Test
    void aWireSeesOnlyTheConnectionOfItsId() throws IOException {
        try (RawWebSocket wire = wire(ID);
                RawWebSocket stranger = wire(OTHER_ID);
                RawWebSocket plain = connect("/echo");
                RawWebSocket echo = connect("/echo?id=" + ID)) {
            plain.sendText("not tapped");
            assertThat(plain.readText()).isEqualTo("not tapped");
            echo.sendText("mine");
            assertThat(echo.readText()).isEqualTo("mine");
            assertThat(wire.readText()).contains("\"plain\":\"6d696e65\"");
            assertThat(wire.readText()).contains("\"plain\":\"6d696e65\"");
            // What comes first on the other wire is the answer to its own Close.
            assertThat(stranger.closeHandshake(1000).closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void refusesASecondWireOfTheSameIdAndKeepsTheFirst() throws IOException {
        try (RawWebSocket wire = wire(ID)) {
            try (RawWebSocket second = connect("/wire?id=" + ID)) {
                assertThat(second.readClose().closeCode()).isEqualTo(1008);
                second.send(RawFrame.close(1008, ""));
                second.readEnd();
            }
            try (RawWebSocket echo = connect("/echo?id=" + ID)) {
                echo.sendText("x");
                assertThat(wire.readText()).contains("\"plain\":\"78\"");
            }
        }
    }

    @Test
    void anIdIsFreeAgainWhenItsWireIsGone() throws IOException {
        try (RawWebSocket wire = wire(ID)) {
            wire.closeHandshake(1000);
        }
        wire(ID).close();
    }

    @Test
    void theEchoGoesOnWhenItsWireIsGone() throws IOException {
        try (RawWebSocket wire = wire(ID);
                RawWebSocket echo = connect("/echo?id=" + ID)) {
            wire.closeHandshake(1000);
            echo.sendText("still here");
            assertThat(echo.readText()).isEqualTo("still here");
        }
    }

    @Test
    void aWireThatDoesNotReadMissesFramesAndHoldsNobodyUp() throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        try (RawSocket slow = RawSocket.connect(address, 4096)) {
            slow.send(RawWebSocket.request("localhost:" + server.port(), "/wire?id=" + ID));
            try (RawWebSocket wire = RawWebSocket.open(slow);
                    RawWebSocket echo = connect("/echo?id=" + ID)) {
                assertThat(wire.readText()).isEqualTo("ready");
                // 20,000 frames, about 450 bytes of JSON each: more than the queue and the sockets' buffers hold.
                int batches = 100;
                RawFrame[] batch =
                        Collections.nCopies(100, RawFrame.text("x".repeat(64))).toArray(RawFrame[]::new);
                for (int i = 0; i < batches; i++) {
                    echo.send(batch);
                    for (RawFrame sent : batch) {
                        assertThat(echo.readFrame()).isEqualTo(sent);
                    }
                }
                echo.closeHandshake(1000);

                long shown = 0;
                long missed = 0;
                RawFrame frame = wire.readFrame();
                for (; frame.opcode() == RawFrame.TEXT; frame = wire.readFrame()) {
                    shown++;
                    missed += Long.parseLong(frame.text().replaceAll(".*\"missed\":(\\d+)}", "$1"));
                }
                assertThat(frame.closeCode()).isEqualTo(1000);
                missed += Long.parseLong("0" + frame.closeReason().replaceAll("\\D", ""));
                assertThat(missed).isPositive();
                assertThat(shown + missed).isEqualTo(2L * batches * batch.length + 2);
            }
        }
    }

    @Test
    void closesAWireThatTalks() throws IOException {
        try (RawWebSocket wire = wire(ID)) {
            wire.sendText("?");
            assertThat(wire.readClose().closeCode()).isEqualTo(1003);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/wire",
                "/wire?id=",
                "/wire?id=1234",
                "/wire?id=" + ID + "0",
                "/wire?id=GG112233445566778899aabbccddeeff"
            })
    void refusesAWireWithoutAProperId(String target) throws IOException {
        try (RawSocket socket = RawSocket.connect(server.port())) {
            socket.send(RawWebSocket.request("localhost:" + server.port(), target));
            assertThat(socket.readResponse(true).status()).isEqualTo(400);
        }
    }
}
