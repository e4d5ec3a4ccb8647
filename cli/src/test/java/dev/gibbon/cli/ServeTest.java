package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gibbon serve} as a process of its own. */
class ServeTest {
    private static final String READY = "listening on ws://127.0.0.1:";
    /** A stop closes within 3 seconds; the rest is for a machine that is busy. */
    private static final Duration STOP = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"listener", "blocking"})
    void echoesAtAnyPathWhateverTheOrigin(String style) throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0", "--style", style)) {
            int port = port(serve);
            for (String path : List.of("/", "/echo", "/a/b/c?d=e", "/broadcasts", "/broadcast/")) {
                try (RawWebSocket socket = RawWebSocket.connect(port, path, "Origin: http://evil.example")) {
                    socket.send(RawFrame.text("κόσμε"), RawFrame.of(RawFrame.BINARY, new byte[] {0, -1}));
                    assertThat(socket.readMessage()).isEqualTo(RawFrame.text("κόσμε"));
                    assertThat(socket.readMessage()).isEqualTo(RawFrame.of(RawFrame.BINARY, new byte[] {0, -1}));
                    assertThat(socket.closeHandshake(1000).closeCode()).isEqualTo(1000);
                }
            }
            stop(serve, "TERM");
        }
    }

    @Test
    void speaksTls(@TempDir Path files) throws Exception {
        TestCertificates authority = TestCertificates.authority();
        TestCertificates.Issued own = authority.issue("localhost");
        Path chain = own.writeChain(files.resolve("chain.pem"));
        Path key = own.writeKey(files.resolve("key.pem"));
        try (ChildProcess serve = ChildProcess.gibbon(
                "serve", "--port", "0", "--tls-cert", chain.toString(), "--tls-key", key.toString())) {
            String line = serve.line();
            String ready = "listening on wss://127.0.0.1:";
            assertThat(line).startsWith(ready);
            int port = Integer.parseInt(String.valueOf(line).substring(ready.length()));
            RawSocket socket = RawSocket.connectTls(port, TestContexts.trusting(authority.root()));
            socket.send(RawWebSocket.request("localhost:" + port, "/"));
            try (RawWebSocket echo = RawWebSocket.open(socket)) {
                echo.sendText("hello");
                assertThat(echo.readText()).isEqualTo("hello");
            }
            stop(serve, "TERM");
        }
        Path other = authority.issue("localhost").writeKey(files.resolve("other.pem"));
        Run run = Run.gibbon("serve", "--tls-cert", chain.toString(), "--tls-key", other.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1).contains("other.pem", "does not belong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"listener", "blocking"})
    void echoesTheLongestMessageAndSeveralInARow(String style) throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0", "--style", style)) {
            byte[] longest = new byte[32 << 20];
            new Random(1).nextBytes(longest);
            byte[] half = new byte[16 << 20];
            try (RawWebSocket socket = RawWebSocket.connect(port(serve), "/")) {
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                    try {
                        for (byte[] message : List.of(longest, half, half, half, longest)) {
                            socket.sendBinary(message);
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                assertThat(socket.readMessage().payload()).isEqualTo(longest);
                for (int i = 0; i < 3; i++) {
                    assertThat(socket.readMessage().payload()).isEqualTo(half);
                }
                assertThat(socket.readMessage().payload()).isEqualTo(longest);
                sent.join();
                assertThat(socket.closeHandshake(1000).closeCode()).isEqualTo(1000);
            }
            stop(serve, "TERM");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--deflate"})
    void compressesIfTheClientOffersIt(String option) throws Exception {
        List<String> line = new ArrayList<>(List.of("serve", "--port", "0"));
        if (!option.isEmpty()) {
            line.add(option);
        }
        try (ChildProcess serve = ChildProcess.gibbon(line.toArray(String[]::new))) {
            byte[] message = "compressible ".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            try (RawWebSocket socket = RawWebSocket.connectDeflating(port(serve), "/", "permessage-deflate")) {
                socket.sendDeflated(RawFrame.TEXT, message);
                RawFrame echo = socket.readFrame();
                assertThat(echo.rsv()).isEqualTo(RawWebSocket.RSV1);
                assertThat(echo.payload()).hasSizeLessThan(message.length / 10);
                assertThat(socket.deflate().inflate(echo.payload())).isEqualTo(message);
                assertThat(socket.closeHandshake(1000).closeCode()).isEqualTo(1000);
            }
            stop(serve, "TERM");
        }
    }

    @Test
    void doesNotCompressWhenToldSo() throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0", "--no-deflate")) {
            try (RawWebSocket socket =
                    RawWebSocket.connect(port(serve), "/", "Sec-WebSocket-Extensions: permessage-deflate")) {
                assertThat(socket.response().header("Sec-WebSocket-Extensions")).isEmpty();
                socket.sendText("plain ".repeat(1000));
                assertThat(socket.readFrame()).isEqualTo(RawFrame.text("plain ".repeat(1000)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000", "1KiB, 1024"})
    void refusesAMessageAboveTheLimit(String option, int limit) throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0", "--max-message", option)) {
            try (RawWebSocket socket = RawWebSocket.connect(port(serve), "/")) {
                socket.sendBinary(new byte[limit - 1]);
                socket.sendBinary(new byte[limit]);
                socket.sendBinary(new byte[limit + 1]);
                assertThat(socket.readMessage().payload()).hasSize(limit - 1);
                assertThat(socket.readMessage().payload()).hasSize(limit);
                assertThat(socket.readClose().closeCode()).isEqualTo(1009);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"listener", "blocking"})
    void broadcastsToAllConnectionsOnThePath(String style) throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0", "--style", style)) {
            int port = port(serve);
            List<RawWebSocket> sockets = new ArrayList<>();
            try (RawWebSocket apart = RawWebSocket.connect(port, "/")) {
                for (int i = 0; i < 3; i++) {
                    RawWebSocket socket = RawWebSocket.connect(port, "/broadcast");
                    sockets.add(socket);
                    // Whoever hears itself is a member.
                    socket.sendText("joined " + i);
                    readUntil(socket, RawFrame.text("joined " + i));
                }
                sockets.get(0).sendBinary(new byte[] {1, 2, 3});
                sockets.get(0).sendText("to all");
                for (RawWebSocket socket : sockets) {
                    readUntil(socket, RawFrame.of(RawFrame.BINARY, new byte[] {1, 2, 3}));
                    assertThat(socket.readText()).isEqualTo("to all");
                }
                sockets.remove(0).close();
                sockets.get(0).sendText("to the rest");
                for (RawWebSocket socket : sockets) {
                    assertThat(socket.readText()).isEqualTo("to the rest");
                }
                apart.sendText("only an echo");
                assertThat(apart.readText()).isEqualTo("only an echo");
                for (RawWebSocket socket : sockets) {
                    assertThat(socket.closeHandshake(1000).closeCode()).isEqualTo(1000);
                }
            } finally {
                sockets.forEach(RawWebSocket::close);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalClosesEverythingInGoodOrder(String signal) throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0")) {
            int port = port(serve);
            try (RawWebSocket one = RawWebSocket.connect(port, "/");
                    RawWebSocket two = RawWebSocket.connect(port, "/broadcast")) {
                serve.signal(signal);
                for (RawWebSocket socket : List.of(one, two)) {
                    RawFrame close = socket.readClose();
                    assertThat(close.closeCode()).isEqualTo(1001);
                    socket.send(RawFrame.close(1001, ""));
                    socket.readEnd();
                }
                assertThat(serve.exitCode(STOP)).isZero();
            }
            assertThat(serve.restOfOutput()).isEmpty();
            assertThat(serve.failures()).isEmpty();
        }
    }

    @Test
    void aPeerThatDoesNotAnswerCannotHoldUpTheEnd() throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0")) {
            int port = port(serve);
            try (RawWebSocket mute = RawWebSocket.connect(port, "/");
                    RawSocket unfinished = RawSocket.connect(port)) {
                unfinished.send("GET / HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                serve.signal("TERM");
                assertThat(mute.readClose().closeCode()).isEqualTo(1001);
                assertThat(serve.exitCode(STOP)).isZero();
            }
            assertThat(serve.failures()).isEmpty();
        }
    }

    @Test
    void closesAnIdleConnection() throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0", "--idle", "1")) {
            try (RawWebSocket socket = RawWebSocket.connect(port(serve), "/")) {
                assertThat(socket.readClose().closeCode()).isEqualTo(1001);
            }
        }
    }

    @Test
    void refusesWhatIsNoUpgrade() throws Exception {
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0")) {
            try (RawSocket socket = RawSocket.connect(port(serve))) {
                socket.sendLines("GET / HTTP/1.1\nHost: localhost\n\n");
                RawResponse response = socket.readResponse(true);
                assertThat(response.status()).isEqualTo(426);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 127.0.0.1, 127.0.0.1",
        "localhost, localhost, 127.0.0.1",
        "::1, [::1], ::1",
        "[::1], [::1], ::1",
        "::, [::1], ::1",
    })
    void printsAHostThatCanBeUsed(String host, String shown, String address) throws Exception {
        assumeTrue(!host.contains(":") || hasIpv6(), "this machine has no IPv6");
        try (ChildProcess serve = ChildProcess.gibbon("serve", "--port", "0", "--host", host)) {
            String line = serve.line();
            assertThat(line).matches("listening on ws://" + java.util.regex.Pattern.quote(shown) + ":\\d+");
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            try (RawSocket socket = RawSocket.connect(new InetSocketAddress(address, port), 0)) {
                socket.send(RawWebSocket.request(shown + ":" + port, "/"));
                assertThat(socket.readResponse(true).status()).isEqualTo(101);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "demo"})
    void aTakenPortIsOneLineAndExit1(String command) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                ChildProcess serve = ChildProcess.gibbon(command, "--port", Integer.toString(taken.getLocalPort()))) {
            assertThat(serve.exitCode()).isEqualTo(1);
            assertThat(serve.restOfOutput()).isEmpty();
            assertThat(serve.errors())
                    .containsExactly("gibbon " + command + ": cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + ": the port is taken (--port chooses another, --port 0 a free one)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no.such.host.invalid | cannot listen on no.such.host.invalid:0: --host is unknown",
                "192.0.2.1            | cannot listen on 192.0.2.1:0: --host is no address of this machine",
                "300.1.2.3            | cannot listen on 300.1.2.3:0: --host is unknown",
                "a b                  | cannot listen on a b:0: --host is unknown",
                "2001:db8::1          | cannot listen on [2001:db8::1]:0: --host is no address of this machine",
            })
    void aHostThatCannotBeUsedIsOneLineAndExit1(String host, String message) {
        assumeTrue(!host.contains(":") || hasIpv6(), "this machine has no IPv6");
        for (String command : List.of("serve", "demo")) {
            Run run = Run.gibbon(command, "--port", "0", "--host", host);
            assertThat(run.err()).isEqualTo("gibbon " + command + ": " + message + "\n");
            assertThat(run.out()).isEmpty();
            assertThat(run.code()).isEqualTo(1);
        }
    }

    private static boolean hasIpv6() {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(loopback))) {
            return socket.isBound();
        } catch (IOException none) {
            return false;
        }
    }

    private static int port(ChildProcess serve) throws InterruptedException {
        String line = serve.line();
        assertThat(line).as(() -> "the ready line").matches(READY + "\\d+");
        return Integer.parseInt(line.substring(READY.length()));
    }

    /** Stops a server whose connections have ended; it has said nothing but its one line. */
    private static void stop(ChildProcess serve, String signal) throws IOException, InterruptedException {
        serve.signal(signal);
        assertThat(serve.exitCode(STOP)).isZero();
        assertThat(serve.restOfOutput()).isEmpty();
        assertThat(serve.failures()).isEmpty();
    }

    private static void readUntil(RawWebSocket socket, RawFrame wanted) throws IOException {
        RawFrame message = socket.readMessage();
        while (!message.equals(wanted)) {
            message = socket.readMessage();
        }
    }
}
