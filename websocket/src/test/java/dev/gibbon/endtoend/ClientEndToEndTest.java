package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.EventLoops;
import dev.gibbon.HandshakeException;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Ports;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client and our server, over sockets, in both styles at both ends. */
final class ClientEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private WebSocketClient.Builder client(WebSocketServer server, String target) {
        return WebSocketClient.builder("ws://127.0.0.1:" + server.port() + target)
                .eventLoops(test.loops(1));
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void echoesInTheBlockingStyle(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test));
        try (WebSocket socket = client(server, "/").build().connect()) {
            socket.send("hello");
            assertThat(socket.receive().text()).isEqualTo("hello");
            socket.send(new byte[200_000]);
            assertThat(socket.receive().size()).isEqualTo(200_000);
            socket.close();
            assertThat(socket.awaitClose(EndToEnd.PATIENCE)).hasValueSatisfying(info -> {
                assertThat(info.clean()).isTrue();
                assertThat(info.code()).isEqualTo(1000);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Style.class)
    void echoesInTheListenerStyle(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test));
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        WebSocket socket = client(server, "/")
                .build()
                .connect(test.listener(new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket) {
                        socket.send("hello");
                    }

                    @Override
                    public void onText(WebSocket socket, String text) {
                        answers.add(text);
                    }
                }))
                .get();
        assertThat(EndToEnd.next(answers, "the echo")).isEqualTo("hello");
        socket.close(4000, "enough");
        assertThat(socket.awaitClose(Duration.ofSeconds(10)))
                .hasValueSatisfying(info -> assertThat(info.code()).isEqualTo(4000));
    }

    @Test
    void aRefusalIsAnExceptionWithAllOfIt() throws Exception {
        WebSocketServer server = test.start(Style.LISTENER.echo(test));
        assertThatThrownBy(() -> client(server, "/nowhere").build().connect())
                .isInstanceOfSatisfying(HandshakeException.class, refused -> {
                    assertThat(refused.status()).isEqualTo(404);
                    assertThat(refused.response().orElseThrow().bodyText()).contains("no WebSocket endpoint");
                    assertThat(refused.getStackTrace()[0].getClassName()).startsWith("dev.gibbon.");
                });
    }

    @Test
    void nobodyThere() throws Exception {
        int port = Ports.free();
        EventLoops loops = test.loops(1);
        assertThatThrownBy(() -> WebSocketClient.builder("ws://127.0.0.1:" + port)
                        .eventLoops(loops)
                        .build()
                        .connect())
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void whatWasAskedAndAnsweredIsKnown() throws Exception {
        WebSocketServer server = test.start(dev.gibbon.Endpoint.blocking(test.handler(socket -> {
                    for (Message message : socket) {
                        socket.send(message);
                    }
                }))
                .subprotocols("chat.v1"));
        WebSocket socket = client(server, "/?a=b")
                .subprotocols("chat.v2", "chat.v1")
                .header("X-Test", "1")
                .build()
                .connect();
        assertThat(socket.subprotocol()).contains("chat.v1");
        assertThat(socket.request().path()).isEqualTo("/");
        assertThat(socket.request().query()).contains("a=b");
        assertThat(socket.request().header("x-test")).contains("1");
        assertThat(socket.request().subprotocols()).containsExactly("chat.v2", "chat.v1");
        assertThat(socket.response().orElseThrow().status()).isEqualTo(101);
        assertThat(socket.response().orElseThrow().header("upgrade")).contains("websocket");
        assertThat(socket.remoteAddress()).hasToString("/127.0.0.1:" + server.port());
        assertThat(test.opened().response()).isEmpty();
        socket.close();
    }
}
