package dev.gibbon.demos;

import dev.gibbon.Deflate;
import dev.gibbon.EventLoops;
import dev.gibbon.Resource;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocketServer;
import dev.gibbon.demos.chat.Chat;
import dev.gibbon.demos.echo.Echo;
import dev.gibbon.demos.raw.RawEcho;
import dev.gibbon.demos.ticker.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All demos on one port, with their pages, and the raw echo on a port of its own. Runs until closed; all methods are for any
 * thread.
 */
public final class DemoServer implements AutoCloseable {
    private static final int RAW_BACKLOG = 50;

    private final String scheme;
    private final String host;
    private final WebSocketServer server;
    private final EventLoops loops;
    private final ServerSocket raw;
    private final Chat chat;

    private DemoServer(
            String scheme, String host, WebSocketServer server, EventLoops loops, ServerSocket raw, Chat chat) {
        this.scheme = scheme;
        this.host = host;
        this.server = server;
        this.loops = loops;
        this.raw = raw;
        this.chat = chat;
    }

    /**
     * Starts the demos, with a chat in memory.
     *
     * @param host the name or address to listen on
     * @param port 1 to 65535, or 0 for a free one
     * @return the running server
     * @throws IOException if the address cannot be bound, for example because it is taken
     */
    public static DemoServer start(String host, int port) throws IOException {
        return start(host, port, null, Chat.inMemory());
    }

    /**
     * Starts the demos.
     *
     * @param host the name or address to listen on
     * @param port 1 to 65535, or 0 for a free one
     * @param certificate what browsers are shown, for TLS on both ports; null for no TLS
     * @param chat the chat; closed with the server, and if it cannot be started
     * @return the running server
     * @throws IOException if the address cannot be bound, for example because it is taken
     */
    public static DemoServer start(String host, int port, @Nullable SelfSigned certificate, Chat chat)
            throws IOException {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (certificate == null) {
                return start(host, port, new ServerSocket(0, RAW_BACKLOG, address), null, chat);
            }
            ServerSocket raw =
                    certificate.context().getServerSocketFactory().createServerSocket(0, RAW_BACKLOG, address);
            return start(host, port, raw, ServerTls.of(certificate.context()), chat);
        } catch (IOException | RuntimeException e) {
            chat.close();
            throw e;
        }
    }

    private static DemoServer start(String host, int port, ServerSocket raw, @Nullable ServerTls tls, Chat chat)
            throws IOException {
        String scheme = tls == null ? "http" : "https";
        EventLoops loops = EventLoops.create();
        try {
            var echo = new Echo();
            Map<String, String> told = Map.of(
                    "@RAW_SCHEME@", tls == null ? "ws" : "wss",
                    "@RAW_PORT@", Integer.toString(raw.getLocalPort()),
                    "@NODES@", chat.pageNodes());
            WebSocketServer.Builder builder = withPages(WebSocketServer.builder(), told)
                    .host(host)
                    .port(port)
                    .eventLoops(loops)
                    .webSocket("/echo", echo.echo())
                    .webSocket("/echo/plain", echo.echo().options(options -> options.deflate(Deflate.off())))
                    .webSocket("/wire", echo.wire())
                    .webSocket("/ticker", Ticker.endpoint(loops::schedule, Clock.system(ZoneId.systemDefault())))
                    .webSocket("/chat/ws", chat.endpoint());
            WebSocketServer server = (tls == null ? builder : builder.tls(tls)).start();
            var accepting = new Thread(() -> serve(raw, scheme, server.port()), "raw-accept");
            accepting.setDaemon(true);
            accepting.start();
            return new DemoServer(scheme, host, server, loops, raw, chat);
        } catch (IOException | RuntimeException e) {
            loops.close();
            raw.close();
            throw e;
        }
    }

    /**
     * The address of the index page.
     *
     * @return such as {@code http://127.0.0.1:8080/}; {@code https} over TLS
     */
    public String url() {
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port() + "/";
    }

    /**
     * The port of the raw echo.
     *
     * @return 1 to 65535
     */
    public int rawPort() {
        return raw.getLocalPort();
    }

    /**
     * Waits until the server is closed.
     *
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    public void awaitClose() throws InterruptedException {
        server.awaitClose();
    }

    /** Closes gracefully, within about 5 s; may be repeated. */
    @Override
    public void close() {
        server.close();
        chat.close();
        try {
            raw.close(); // which ends its connections too
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            loops.close();
        }
    }

    private static void serve(ServerSocket raw, String scheme, int pagePort) {
        try {
            RawEcho.serve(raw, scheme, pagePort);
        } catch (IOException e) {
            // It was closed.
        }
    }

    private static WebSocketServer.Builder withPages(WebSocketServer.Builder builder, Map<String, String> told)
            throws IOException {
        builder.get("/", page("index.html", told)).get("/icon.svg", resource("icon.svg"));
        builder.get("/chat", page("chat.html", told));
        for (String name : List.of("echo.html", "ticker.html")) {
            builder.get("/" + name, page(name, told));
        }
        for (String name : List.of(
                "style.css",
                "index.js",
                "conversation.js",
                "echo.js",
                "wire.js",
                "ticker.js",
                "topics.js",
                "chat.js")) {
            builder.get("/" + name, resource(name));
        }
        return builder;
    }

    private static Resource resource(String name) {
        return Resource.classpath(DemoServer.class, "pages/" + name);
    }

    /** A page that is told where the other servers are. */
    private static Resource page(String name, Map<String, String> told) throws IOException {
        try (InputStream in = DemoServer.class.getResourceAsStream("pages/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no class-path resource pages/" + name);
            }
            String page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> each : told.entrySet()) {
                page = page.replace(each.getKey(), each.getValue());
            }
            return Resource.of("text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
        }
    }
}
