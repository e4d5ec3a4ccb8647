package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TlsEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    @TempDir
    Path files;

    @Test
    void anotherClientTalksToUs() throws Exception {
        TestCertificates authority = TestCertificates.authority();
        TestCertificates.Issued issued = authority.issue("localhost", "127.0.0.1");
        ServerTls tls =
                ServerTls.pem(issued.writeChain(files.resolve("chain.pem")), issued.writeKey(files.resolve("key.pem")));
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .tls(tls)
                .webSocket(
                        "/",
                        Endpoint.listener(WebSocketListener.onText(
                                (s, text) -> s.send(text + " " + s.request().secure() + " "
                                        + s.request().sslSession().get().getProtocol())))));
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        WebSocket socket = HttpClient.newBuilder()
                .sslContext(TestContexts.trusting(authority.root()))
                .build()
                .newWebSocketBuilder()
                .buildAsync(URI.create("wss://localhost:" + server.port() + "/"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket w, CharSequence text, boolean last) {
                        got.add(text.toString());
                        w.request(1);
                        return null;
                    }
                })
                .get(10, TimeUnit.SECONDS);
        socket.sendText("hello", true);
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("hello true TLSv1.3");
        socket.sendClose(1000, "").get();
    }
}
