package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.Resource;
import dev.gibbon.ServerStats;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Gibbon as the server of clients of others. Serves the paths of {@link Path}; one client at a time. */
final class GibbonServer implements AutoCloseable {
    private static final long MAX_MESSAGE_BYTES = 4 << 20;

    /** The paths, each with its own settings. */
    enum Path {
        /** No extension. */
        PLAIN
    }

    private static WebSocketOptions options(Path path) {
        // Nothing but what a scenario says is to be on the wire.
        WebSocketOptions.Builder options = WebSocketOptions.builder()
                .maxMessageBytes(MAX_MESSAGE_BYTES)
                .maxQueuedBytes(4 * MAX_MESSAGE_BYTES)
                .pingInterval(Duration.ZERO);
        return switch (path) {
            case PLAIN -> options.build();
        };
    }

    /** For a browser, whose sockets need a page. */
    private static final byte[] PAGE =
            "<!doctype html><title>Interoperability</title>".getBytes(StandardCharsets.UTF_8);

    private final WebSocketServer server;
    private final BlockingQueue<Visit> visits = new LinkedBlockingQueue<>();

    private GibbonServer(WebSocketServer.Builder builder) throws IOException {
        for (Path path : Path.values()) {
            Endpoint endpoint = Endpoint.listenerPerConnection(() -> new ObedientListener(visits::add))
                    .options(options(path));
            builder.webSocket("/" + path, endpoint);
        }
        server = builder.get("/page", Resource.of("text/html", PAGE)).start();
    }

    static GibbonServer start() throws IOException {
        return new GibbonServer(WebSocketServer.builder());
    }

    URI uri(Path path) {
        return URI.create("ws://127.0.0.1:" + server.port() + '/' + path);
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
