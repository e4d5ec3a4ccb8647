package dev.gibbon.cli;

import dev.gibbon.Deflate;
import dev.gibbon.Endpoint;
import dev.gibbon.Message;
import dev.gibbon.Origins;
import dev.gibbon.PreparedMessage;
import dev.gibbon.ServerTls;
import dev.gibbon.SocketGroup;
import dev.gibbon.TransportChoice;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The server of {@code gibbon serve}: an echo at any path, and {@code /broadcast}, which sends every message to all its
 * connections. Any page may connect: there is nothing to steal. Safe on any thread.
 */
final class EchoServer implements AutoCloseable {
    /** How long a stop may take: peers are told 1001 in the first half of it, what they do not take is cut at its end. */
    private static final Duration STOP = Duration.ofSeconds(3);

    /** The two ways to write the same application. */
    enum Style {
        LISTENER,
        BLOCKING
    }

    /**
     * What can be chosen.
     *
     * @param address where to listen
     * @param style how the echo is written
     * @param transport what moves the bytes
     * @param maxMessageBytes the longest message
     * @param loops event loops, 0 for one a processor
     * @param idle zero for never
     * @param heartbeat whether silent peers are pinged
     * @param deflate whether permessage-deflate is accepted
     * @param tls null for none
     */
    record Settings(
            ListenAddress address,
            Style style,
            TransportChoice transport,
            long maxMessageBytes,
            int loops,
            Duration idle,
            boolean heartbeat,
            boolean deflate,
            @Nullable ServerTls tls) {

        WebSocketOptions options() {
            WebSocketOptions.Builder options = WebSocketOptions.builder()
                    .maxMessageBytes(maxMessageBytes)
                    .maxQueuedBytes(queuedBytes(maxMessageBytes))
                    .idleTimeout(idle)
                    .deflate(deflate ? Deflate.on() : Deflate.off());
            if (!heartbeat) {
                options.pingInterval(Duration.ZERO);
            }
            return options.build();
        }

        /**
         * The bound of the outgoing queue. A peer that does not take its echoes is not read any more above the high-water mark, so
         * what waits is at most that mark, one message, and the echoes of what one read had brought: many tiny frames, which count
         * 64 bytes each. Twice a message and 16 MiB hold that with room to spare, so an echo never meets the bound; and a
         * subscriber of /broadcast may be two of the longest messages behind before it is given up.
         */
        private static long queuedBytes(long maxMessageBytes) {
            return 2 * maxMessageBytes + (16L << 20);
        }
    }

    private final WebSocketServer server;

    private EchoServer(WebSocketServer server) {
        this.server = server;
    }

    /** Binds and starts. */
    static EchoServer start(Settings settings) throws IOException {
        boolean blocking = settings.style() == Style.BLOCKING;
        WebSocketServer.Builder builder = WebSocketServer.builder()
                .host(settings.address().host())
                .port(settings.address().port())
                .transport(settings.transport())
                .options(settings.options())
                .webSocket("/*", open(blocking ? Endpoint.blocking(EchoServer::echo) : Endpoint.listener(echo())))
                .webSocket("/broadcast", open(broadcast(new SocketGroup(), blocking)));
        if (settings.loops() > 0) {
            builder.loops(settings.loops());
        }
        if (settings.tls() != null) {
            builder.tls(settings.tls());
        }
        return new EchoServer(builder.start());
    }

    int port() {
        return server.port();
    }

    void awaitClose() throws InterruptedException {
        server.awaitClose();
    }

    @Override
    public void close() {
        server.close(STOP);
    }

    private static Endpoint open(Endpoint endpoint) {
        return endpoint.origins(Origins.anyEvenHostileOnes());
    }

    private static void echo(WebSocket socket) {
        for (Message message : socket) {
            socket.send(message);
        }
    }

    /** The message is borrowed and goes back as it came: its bytes are copied once and never decoded. */
    private static WebSocketListener echo() {
        return WebSocketListener.onMessage(WebSocket::send);
    }

    private static Endpoint broadcast(SocketGroup group, boolean blocking) {
        if (blocking) {
            return Endpoint.blocking(socket -> {
                group.add(socket);
                for (Message message : socket) {
                    group.send(PreparedMessage.of(message));
                }
            });
        }
        return Endpoint.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                group.add(socket);
            }

            @Override
            public void onMessage(WebSocket socket, Message message) {
                group.send(PreparedMessage.of(message));
            }
        });
    }
}
