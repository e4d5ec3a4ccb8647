package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.Message;
import dev.gibbon.Origins;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Ports;
import dev.gibbon.testkit.tls.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code gibbon connect} in a pipe, against servers of this JVM. */
class ConnectTest {
    private WebSocketServer server;

    @BeforeEach
    void start() throws IOException {
        server = WebSocketServer.builder()
                .loops(1)
                .webSocket(
                        "/",
                        Endpoint.listener(WebSocketListener.onMessage(WebSocket::send))
                                .origins(Origins.anyEvenHostileOnes()))
                .webSocket("/say/{code}", ConnectTest::sayAndClose)
                .webSocket("/close/{code}", socket -> socket.close(code(socket), "the reason"))
                .webSocket("/binary", socket -> {
                    socket.send(new byte[0]);
                    socket.send(new byte[] {0, 1, 'A', (byte) 0xff});
                    socket.send(new byte[20]);
                })
                .webSocket("/drop", socket -> {
                    socket.send("last words");
                    socket.receive();
                    // What the client has not read by then may be lost with the connection; a pong says that it has.
                    socket.ping().toCompletableFuture().join();
                    socket.abort();
                })
                .webSocket("/mute", WebSocketListener.onText((socket, text) -> {}))
                .webSocket("/flood", socket -> {
                    // Without end: a million of these take less than a second.
                    for (long i = 0; socket.closeInfo() == null; i++) {
                        socket.send("line " + i);
                    }
                })
                .webSocket(
                        "/fields",
                        Endpoint.blocking(socket -> socket.send(socket.request().headers("X-One") + " "
                                        + socket.subprotocol().orElse("none")))
                                .subprotocols("b", "c"))
                .webSocket(
                        "/refused",
                        Endpoint.blocking(socket -> {})
                                .handshake(request -> CompletableFuture.completedFuture(
                                        HandshakeDecision.refuse(403, "go\u001b[2J away"))))
                .start();
    }

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
    }

    private static int code(WebSocket socket) {
        return Integer.parseInt(socket.request().pathParameter("code").orElseThrow());
    }

    private static void sayAndClose(WebSocket socket) {
        socket.send("one");
        socket.send("two");
        socket.close(code(socket), "");
    }

    private Run connect(String path, String... arguments) {
        return connect(InputStream.nullInputStream(), path, arguments);
    }

    private Run connect(InputStream input, String path, String... arguments) {
        String[] all = Arrays.copyOf(new String[] {"connect", url(path)}, 2 + arguments.length);
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Run.gibbon(input, all);
    }

    private String url(String path) {
        return "ws://127.0.0.1:" + server.port() + path;
    }

    private static void isDone(Run run, String... lines) {
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).containsExactly(lines);
        assertThat(run.code()).isZero();
    }

    private static void isFailure(Run run, String message, String... lines) {
        assertThat(run.err()).isEqualTo("gibbon connect: " + message + "\n");
        assertThat(run.out().lines()).containsExactly(lines);
        assertThat(run.code()).isEqualTo(1);
    }

    // ---- sending and receiving

    @Test
    void sendsEachTextAndPrintsWhatComesBack() {
        isDone(
                connect("/", "--send", "one", "--send", "", "--send=--three", "--send", "κόσμε"),
                "one",
                "",
                "--three",
                "κόσμε");
    }

    @Test
    void sendsEachLineOfItsInput() {
        byte[] input = "one\r\n\n{\"a\":\"x\\ny\"}\nno end".getBytes(StandardCharsets.UTF_8);
        isDone(Run.gibbon(input, "connect", url("/")), "one", "", "{\"a\":\"x\\ny\"}", "no end");
        isDone(connect("/"));
    }

    @Test
    void doesNotReadItsInputWhenTextsAreGiven() {
        InputStream never = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("the input was read");
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return read();
            }
        };
        isDone(connect(never, "/", "--send", "a"), "a");
    }

    @Test
    void closesAfterSoManyMessages() {
        isDone(connect("/flood", "--send", "a", "--receive", "3"), "line 0", "line 1", "line 2");
        isDone(connect("/", "--send", "a", "--send", "b", "--receive", "2"), "a", "b");
        isDone(connect("/", "--send", "a", "--receive", "0"));
    }

    @Test
    void countedMessagesDoNotWaitForTheInput() throws Exception {
        try (PipedOutputStream open = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(open)) {
            open.write("hello\n".getBytes(StandardCharsets.UTF_8));
            isDone(connect(input, "/", "--receive", "1"), "hello");
        }
    }

    @Test
    void binaryIsAHexDump() {
        isDone(
                connect("/binary", "--until-close"),
                "00000000",
                "00000000  00 01 41 ff                                      |..A.|",
                "00000000  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  |................|",
                "00000010  00 00 00 00                                      |....|");
    }

    @Test
    void nothingThatATerminalObeysIsPrinted() {
        isDone(
                connect("/", "--send", "\u001b[2J\n\r\u0007\u202e\u009b1m", "--send", "back\\slash"),
                "\\u{1b}[2J\\n\\r\\u{7}\\u{202e}\\u{9b}1m",
                "back\\slash");
    }

    @Test
    void headersAndSubprotocols() {
        isDone(
                connect(
                        "/fields",
                        "--receive",
                        "1",
                        "--header",
                        "X-One: a",
                        "--header",
                        "X-One:b",
                        "--subprotocol",
                        "c",
                        "--subprotocol",
                        "b"),
                "[a, b] b");
        isDone(connect("/fields", "--receive", "1"), "[] none");
    }

    @Test
    void theLongestMessage() {
        String text = "x".repeat(1000);
        isDone(connect("/", "--send", text, "--max-message", "1000"), text);
        Run run = connect("/", "--send", text, "--max-message", "999");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("gibbon connect: the connection was ")
                .contains(" 1009 ", "maxMessageBytes")
                .hasLineCount(1);
        isDone(connect("/", "--send", "y".repeat(1 << 20)), "y".repeat(1 << 20));
    }

    // ---- until the peer closes

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 3000, 4999})
    void aGoodCloseAfterAMessageIsDone(int code) {
        isDone(connect("/say/" + code, "--until-close"), "one", "two");
    }

    @ParameterizedTest
    @ValueSource(ints = {1002, 1003, 1007, 1011, 1013})
    void aBadCloseIsAFailure(int code) {
        isFailure(connect("/say/" + code, "--until-close"), "the peer closed with " + code, "one", "two");
    }

    @Test
    void noMessageAtAllIsAFailure() {
        isFailure(
                connect("/close/1000", "--until-close"),
                "the peer closed with 1000 'the reason' before any message came");
    }

    @Test
    void aLostConnectionIsAFailure() {
        Run run = connect("/drop", "--until-close", "--send", "go");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("gibbon connect: the connection was lost")
                .hasLineCount(1);
        assertThat(run.out()).isEqualTo("last words\n");
    }

    @Test
    void aPeerThatClosesTooEarlyIsAFailure() {
        isFailure(
                connect("/say/1000", "--receive", "3"),
                "the peer closed with 1000 after 2 of 3 messages",
                "one",
                "two");
        isFailure(
                connect("/close/1011", "--receive", "1"),
                "the peer closed with 1011 'the reason' after 0 of 1 message");
    }

    @Test
    void aPeerThatClosesBeforeTheInputEndsIsAFailure() throws Exception {
        try (PipedOutputStream open = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(open)) {
            isFailure(
                    connect(input, "/say/1000"), "the peer closed with 1000 before everything was sent", "one", "two");
        }
    }

    // ---- time

    @Test
    void theTimeRunsOutWhileReceiving() {
        isFailure(
                connect("/mute", "--send", "a", "--receive", "1", "--timeout", "1"),
                "not done within 1 second (--timeout): 0 of 1 message came");
        isFailure(
                connect("/mute", "--send", "a", "--until-close", "--timeout", "1"),
                "not done within 1 second (--timeout): the peer has not closed");
    }

    @Test
    void theTimeRunsOutInAFlood() {
        Run run = connect("/flood", "--until-close", "--timeout", "1");
        assertThat(run.err())
                .isEqualTo("gibbon connect: not done within 1 second (--timeout): the peer has not closed\n");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void theTimeRunsOutWhileTheInputWaits() throws Exception {
        try (PipedOutputStream open = new PipedOutputStream();
                PipedInputStream input = new PipedInputStream(open)) {
            isFailure(
                    connect(input, "/", "--timeout", "1"),
                    "not done within 1 second (--timeout): not everything is sent");
        }
    }

    @Test
    void theTimeRunsOutWhileConnecting() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Run run = Run.gibbon("connect", "ws://127.0.0.1:" + silent.getLocalPort() + "/", "--timeout", "1");
            isFailure(run, "not done within 1 second (--timeout): still connecting");
        }
    }

    // ---- failures

    @Test
    void aRefusalIsOneLineWithoutControls() {
        Run run = connect("/refused", "--send", "a");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("gibbon connect: ").contains("403").hasLineCount(1);
        assertThat(run.err().strip()).matches("[^\\p{Cntrl}]*");
        assertThat(connect("/nothing").err()).contains("404").hasLineCount(1);
    }

    @Test
    void nobodyThere() throws Exception {
        int port = Ports.free();
        Run run = Run.gibbon("connect", "ws://127.0.0.1:" + port + "/");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("gibbon connect: ")
                .contains("127.0.0.1:" + port, "refused")
                .hasLineCount(1);
        Run unknown = Run.gibbon("connect", "ws://no.such.host.invalid/");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("no.such.host.invalid").hasLineCount(1);
    }

    @Test
    void anInputThatIsNotUtf8() {
        isFailure(
                Run.gibbon(new byte[] {'o', 'k', '\n', (byte) 0xc0, '\n'}, "connect", url("/mute")),
                "standard input is not UTF-8");
    }

    @Test
    void anOutputThatCannotBeWritten() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Gibbon.run(
                List.of("connect", url("/"), "--send", "a"),
                new Console(InputStream.nullInputStream(), full, new PrintStream(err, true, StandardCharsets.UTF_8)));
        assertThat(code).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("gibbon connect: cannot write the output: No space left on device\n");
    }

    // ---- TLS and proxies

    @Test
    void tlsWithTheRightAuthorityWithNoneAndUnchecked(@TempDir Path folder) throws Exception {
        TestCertificates authority = TestCertificates.authority();
        TestCertificates.Issued issued = authority.issue("localhost");
        Path chain = issued.writeChain(folder.resolve("chain.pem"));
        Path root = authority.writeRoot(folder.resolve("root.pem"));
        Path other = TestCertificates.authority().writeRoot(folder.resolve("other.pem"));
        try (WebSocketServer secure = WebSocketServer.builder()
                .loops(1)
                .tls(ServerTls.pem(chain, issued.writeKey(folder.resolve("key.pem"))))
                .webSocket("/", WebSocketListener.onMessage(WebSocket::send))
                .start()) {
            String named = "wss://localhost:" + secure.port() + "/";
            String unnamed = "wss://127.0.0.1:" + secure.port() + "/";
            isDone(Run.gibbon("connect", named, "--send", "a", "--ca", root.toString()), "a");
            isDone(Run.gibbon("connect", unnamed, "--send", "a", "--insecure"), "a");
            for (Run run : List.of(
                    Run.gibbon("connect", named, "--send", "a"),
                    Run.gibbon("connect", named, "--send", "a", "--ca", other.toString()),
                    Run.gibbon("connect", unnamed, "--send", "a", "--ca", root.toString()))) {
                assertThat(run.code()).isEqualTo(1);
                assertThat(run.out()).isEmpty();
                assertThat(run.err()).startsWith("gibbon connect: ").hasLineCount(1);
            }
        }
    }

    @Test
    void aFileOfAuthoritiesThatIsNone(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "hello");
        isFailure(
                Run.gibbon("connect", "wss://a", "--ca", folder.resolve("no").toString()),
                "--ca " + VisibleText.quoted(folder.resolve("no").toString()) + ": no such file");
        Run run = Run.gibbon("connect", "wss://a", "--ca", text.toString());
        assertThat(run.err()).contains("--ca ", "certificate").hasLineCount(1);
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void aProxyThatIsNotThereOrNone() throws Exception {
        int port = Ports.free();
        for (String scheme : List.of("http", "socks5")) {
            Run run = connect("/", "--send", "a", "--proxy", scheme + "://127.0.0.1:" + port);
            assertThat(run.err())
                    .startsWith("gibbon connect: ")
                    .contains("127.0.0.1:" + port)
                    .hasLineCount(1);
            assertThat(run.code()).isEqualTo(1);
        }
        Run run = connect("/", "--proxy", "gopher://a");
        assertThat(run.err())
                .startsWith("gibbon connect: --proxy 'gopher://a': ")
                .hasLineCount(1);
        assertThat(run.code()).isEqualTo(2);
    }

    // ---- as a process

    @Test
    void aReaderThatGoesIsNoFailure() throws Exception {
        try (ChildProcess gibbon = ChildProcess.gibbon("connect", url("/flood"), "--until-close", "--timeout", "40")) {
            assertThat(gibbon.line()).isEqualTo("line 0");
            gibbon.closeOutput();
            assertThat(gibbon.exitCode(Duration.ofSeconds(30))).isZero();
            assertThat(gibbon.failures()).isEmpty();
        }
    }

    @Test
    void linesAreSentAndShownAsTheyCome() throws Exception {
        try (ChildProcess gibbon = ChildProcess.gibbon("connect", url("/"))) {
            for (int i = 0; i < 5; i++) {
                gibbon.input().write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
                gibbon.input().flush();
                assertThat(gibbon.line()).isEqualTo("line " + i);
            }
            gibbon.input().close();
            assertThat(gibbon.exitCode()).isZero();
            assertThat(gibbon.restOfOutput()).isEmpty();
            assertThat(gibbon.errors()).isEmpty();
        }
    }

    @Test
    void theCloseIs1000() throws Exception {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        try (WebSocketServer noting = WebSocketServer.builder()
                .loops(1)
                .webSocket("/", socket -> {
                    for (Message message : socket) {
                        socket.send(message);
                    }
                    code.complete(socket.closeInfo().receivedCode());
                })
                .start()) {
            isDone(Run.gibbon("connect", "ws://localhost:" + noting.port(), "--send", "a"), "a");
            assertThat(code.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connect | URL is missing: ws://HOST[:PORT][/PATH][?QUERY] or wss://...",
                "connect ws://a ws://b | unexpected argument 'ws://b'",
                "connect ws://a --receive x | --receive 'x': expected a whole number from 0 to 1000000000",
                "connect ws://a --receive -1 | --receive '-1': expected a whole number from 0 to 1000000000",
                "connect ws://a --receive 1 --until-close | --receive and --until-close cannot go together",
                "connect ws://a --receive 1 --receive 2 | --receive is given more than once",
                "connect ws://a --timeout 1s | --timeout '1s': expected a whole number from 0 to 1000000000",
                "connect ws://a --max-message 0 | --max-message '0': expected 1 to 2147483639 bytes, plain or as KiB, MiB, GiB",
                "connect ws://a --header X | --header 'X': expected 'NAME: VALUE'",
                "connect ws://a --header :x | --header ':x': expected 'NAME: VALUE'",
                "connect ws://a --send | --send needs a value: TEXT",
                "connect ws://a --insecure | --insecure belongs to a wss:// URL",
                "connect ws://a --ca x | --ca belongs to a wss:// URL",
                "connect wss://a --ca x --insecure | --ca and --insecure cannot go together",
                "connect ws://a --nope | unknown option '--nope'; --help shows the options",
            })
    void aBadCommandLineIsOneLineAndExit2(String line, String message) {
        Run run = Run.gibbon(line.split(" "));
        assertThat(run.err()).isEqualTo("gibbon connect: " + message + "\n");
        assertThat(run.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a",
                "a",
                "",
                "ws:",
                "ws://",
                "ws://a/#b",
                "ws://a:0",
                "ws://a:65536",
                "ws://a/\n",
                "wsss://a"
            })
    void aBadUrlIsOneLineAndExit2(String url) {
        Run run = Run.gibbon("connect", url);
        assertThat(run.err()).startsWith("gibbon connect: URL '").hasLineCount(1);
        assertThat(run.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "--header, Host: x",
        "--header, Upgrade: x",
        "--header, 'a b: c'",
        "--header, 'a: b\nc: d'",
        "--subprotocol, a b",
        "--subprotocol, ''"
    })
    void whatCannotBeSentIsOneLineAndExit2(String option, String value) {
        Run run = Run.gibbon("connect", "ws://a", option, value);
        assertThat(run.err()).startsWith("gibbon connect: " + option + " '").hasLineCount(1);
        assertThat(run.code()).isEqualTo(2);
    }
}
