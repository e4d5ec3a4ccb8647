package dev.gibbon.cli.soak;

import dev.gibbon.WebSocketServer;
import dev.gibbon.demos.chat.Chat;
import dev.gibbon.demos.chat.ChatLimits;
import dev.gibbon.demos.chat.ChatNode;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.nats.NatsBackplane;
import dev.gibbon.hub.nats.NatsSettings;
import dev.gibbon.hub.redis.RedisBackplane;
import dev.gibbon.hub.redis.RedisSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The chat of the demos on a server of its own, as a node of several. For any thread. */
final class NodeServer implements AutoCloseable {
    /** As the demo's, but that many speak for one guest here: nobody is held up for talking much. */
    private static final ChatLimits LIMITS = new ChatLimits(512, 32, 64, 1, 1_000, Duration.ZERO);

    private final WebSocketServer server;
    private final Chat chat;

    private NodeServer(WebSocketServer server, Chat chat) {
        this.server = server;
        this.chat = chat;
    }

    /**
     * Starts a node on the loopback.
     *
     * @param nodes the sockets of all nodes, itself included
     * @param backplane its way to the engine, closed with it
     */
    static NodeServer start(String name, int port, List<URI> nodes, Backplane backplane) throws IOException {
        List<URI> pages = nodes.stream()
                .filter(node -> node.getPort() != port)
                .map(node -> ChatNode.address("http://127.0.0.1:" + node.getPort() + "/"))
                .toList();
        Chat chat = Chat.over(new ChatNode(name, pages), LIMITS, backplane);
        try {
            WebSocketServer server = WebSocketServer.builder()
                    .port(port)
                    .webSocket("/chat/ws", chat.endpoint())
                    .start();
            return new NodeServer(server, chat);
        } catch (IOException | RuntimeException e) {
            chat.close();
            throw e;
        }
    }

    /** Where the socket of a node on this port is. */
    static URI uri(int port) {
        return URI.create("ws://127.0.0.1:" + port + "/chat/ws");
    }

    /** The way to an engine that is a process. */
    static Backplane backplane(URI engine) {
        return switch (engine.getScheme()) {
            case "redis" ->
                new RedisBackplane(RedisSettings.builder(engine.toString()).build());
            case "nats" ->
                new NatsBackplane(NatsSettings.builder(engine.toString()).build());
            default -> throw new IllegalArgumentException("expected redis:// or nats://, not " + engine);
        };
    }

    /** Cuts all connections at once, as a process that is killed does. */
    @Override
    public void close() {
        server.close(Duration.ZERO);
        chat.close();
    }
}
