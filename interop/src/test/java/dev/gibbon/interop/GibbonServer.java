package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.Resource;
import dev.gibbon.ServerStats;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocketServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Gibbon as the server of clients of others. Each of {@link Ours} is a path, with
 * TLS and without; one client at a time. */
final class GibbonServer implements AutoCloseable {
    /** For a browser, whose sockets need a page. */
    private static final byte[] PAGE =
            "<!doctype html><title>Interoperability</title>".getBytes(StandardCharsets.UTF_8);

    private final WebSocketServer server;
    private final BlockingQueue<Visit> visits = new LinkedBlockingQueue<>();

    private GibbonServer(WebSocketServer.Builder builder) throws IOException {
        for (Ours ours : Ours.values()) {
            Endpoint endpoint = Endpoint.listenerPerConnection(() -> new ObedientListener(visits::add))
                    .options(ours.options());
            builder.webSocket("/" + ours, endpoint);
        }
        server = builder.get("/page", Resource.of("text/html", PAGE)).start();
    }

    static GibbonServer start() throws IOException {
        return new GibbonServer(WebSocketServer.builder()
                .tls(ServerTls.pem(Identity.OURS.chain(), Identity.OURS.key()))
                .plainPort(0));
    }

    URI uri(Ours ours, boolean secure) {
        String authority = secure ? "wss://127.0.0.1:" + server.port() : "ws://127.0.0.1:" + server.plainPort();
        return URI.create(authority + '/' + ours);
    }

    /** Forgets connections of a test that failed before it asked for them. */
    void forget() {
        visits.clear();
    }

    /** The connection that has ended, or ends now. */
    Visit visit() throws InterruptedException {
        Visit visit = visits.poll(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(visit).as("a connection that ended").isNotNull();
        return visit;
    }

    /** Stops the server, and asserts that nothing is left over. */
    @Override
    public void close() {
        server.close(Duration.ofSeconds(1));
        ServerStats left = server.stats();
        assertThat(Stream.of(left.connections(), left.webSockets(), left.timers()))
                .as("left over: " + left)
                .allMatch(count -> count == 0);
        assertThat(left.queuedBytes() + left.pooledBytes())
                .as("left over: " + left)
                .isZero();
    }
}
