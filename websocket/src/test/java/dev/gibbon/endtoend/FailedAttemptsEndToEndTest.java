package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.gibbon.EventLoops;
import dev.gibbon.HandshakeException;
import dev.gibbon.ProxyException;
import dev.gibbon.ProxySettings;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Ports;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A thousand attempts that come to nothing, each in another way, leave nothing. */
final class FailedAttemptsEndToEndTest {
    private static final int ROUNDS = 150;
    private static final int WARM_UP = 4;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    /** Answers everybody with the same bytes at once, and waits until they go. */
    private final class Answering implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        private final Future<?> serving;

        Answering(byte[] answer, boolean waits) throws IOException {
            serving = test.async(() -> {
                while (true) {
                    try (Socket socket = listening.accept()) {
                        socket.getOutputStream().write(answer);
                        while (waits && socket.getInputStream().read() >= 0) {
                            // Until the other end goes.
                        }
                    } catch (IOException e) {
                        if (listening.isClosed()) {
                            return null;
                        }
                    }
                }
            });
        }

        String at(String scheme) {
            return scheme + "://127.0.0.1:" + listening.getLocalPort();
        }

        @Override
        public void close() throws Exception {
            listening.close();
            EndToEnd.join(serving);
        }
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    @Test
    void noDescriptorNoTimerNoThread() throws Exception {
        assumeTrue(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean);
        EventLoops loops = test.loops(2);
        // On the same loops, so that its counts of buffers and timers are the clients' too.
        WebSocketServer server =
                test.start(WebSocketServer.builder().eventLoops(loops).webSocket("/", Style.LISTENER.echo(test)));
        TestCertificates authority = TestCertificates.authority();
        WebSocketServer secure = test.start(WebSocketServer.builder()
                .eventLoops(loops)
                .tls(ServerTls.of(TestContexts.of(authority.issue("127.0.0.1"), authority.root())))
                .webSocket("/", Style.LISTENER.echo(test)));
        Answering closing = test.peer(new Answering(new byte[0], false));
        Answering refusing = test.peer(new Answering(Hex.bytes("05 ff"), true));
        Answering forbidding =
                test.peer(new Answering(Hex.bytes("'HTTP/1.1 403 No' 0d0a 'Content-Length: 2' 0d0a0d0a 'no'"), true));
        Answering silent = test.peer(new Answering(new byte[0], true));
        int nobody = Ports.free();
        String target = "ws://127.0.0.1:" + server.port();
        String tls = "wss://127.0.0.1:" + secure.port();
        long before = 0;
        int threads = 0;
        for (int round = 0; round < ROUNDS; round++) {
            if (round == WARM_UP) {
                // The first rounds load classes and make what is made once.
                before = descriptors();
                threads = EndToEnd.libraryThreads().size();
            }
            fails(client("ws://127.0.0.1:" + nobody, ProxySettings.none(), loops), IOException.class);
            fails(client(closing.at("ws"), ProxySettings.none(), loops), IOException.class);
            fails(client(target + "/nowhere", ProxySettings.none(), loops), HandshakeException.class);
            fails(client(target, ProxySettings.of(refusing.at("socks5")), loops), ProxyException.class);
            fails(client(target, ProxySettings.of(forbidding.at("http")), loops), ProxyException.class);
            cancel(client(target, ProxySettings.of(silent.at("socks5h")), loops), round);
            cancel(client(silent.at("ws"), ProxySettings.none(), loops), round);
            if (round % 3 == 0) {
                fails(client(tls, ProxySettings.none(), loops), SSLException.class);
                fails(client(silent.at("wss"), ProxySettings.of(forbidding.at("https")), loops), IOException.class);
                cancel(client(tls, ProxySettings.none(), loops), round);
                cancel(client(silent.at("wss"), ProxySettings.none(), loops), round);
            }
        }
        long allowed = before + 5;
        EndToEnd.await("the descriptors to be closed", () -> descriptors() <= allowed);
        EndToEnd.await("the timers to be disarmed", () -> loops.timers() == 0);
        assertThat(EndToEnd.libraryThreads()).hasSizeLessThanOrEqualTo(threads + 1);
    }

    private static WebSocketClient client(String uri, ProxySettings proxy, EventLoops loops) {
        return WebSocketClient.builder(uri).proxy(proxy).eventLoops(loops).build();
    }

    private static void fails(WebSocketClient client, Class<? extends IOException> how) {
        assertThatThrownBy(client::connect).isInstanceOf(how);
    }

    /** At once, a moment later, or when it certainly has connected. */
    private static void cancel(WebSocketClient client, int round) throws Exception {
        CompletableFuture<WebSocket> opening = client.open();
        for (int i = 0; i < (round % 3) * 50; i++) {
            Thread.onSpinWait();
        }
        opening.cancel(true);
        assertThatThrownBy(opening::get).isInstanceOf(CancellationException.class);
    }
}
