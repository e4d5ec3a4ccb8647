package dev.gibbon.demos.chat;

import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.HandshakeHook;
import dev.gibbon.Origins;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.HistoryBounds;
import dev.gibbon.hub.Hub;
import dev.gibbon.hub.HubLimits;
import dev.gibbon.hub.MemoryEngine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The chat of one node: an endpoint that speaks gibbon.chat.v1 (docs/chat.md), and the hub behind it. Each connection has a {@link ChatSession};
 * they meet in the hub, and in the engine behind the hub if there are other nodes.
 *
 * <p>For any thread. Nothing here waits, but for {@link #close}.
 */
public final class Chat implements AutoCloseable {
    /** The version of the protocol. */
    public static final String SUBPROTOCOL = "gibbon.chat.v1";

    // As in gorilla's example: a ping after nine tenths of the time within which something has to come.
    private static final Duration PING = Duration.ofSeconds(54);
    private static final Duration PONG_WAIT = Duration.ofSeconds(60);
    private static final Duration WRITE_WAIT = Duration.ofSeconds(10);

    private final ChatNode node;
    private final ChatLimits limits;
    private final Backplane backplane;
    private final @Nullable MemoryEngine engine; // null unless it is ours
    private final Hub hub;

    private Chat(ChatNode node, ChatLimits limits, Backplane backplane, @Nullable MemoryEngine engine) {
        this.node = node;
        this.limits = limits;
        this.backplane = backplane;
        this.engine = engine;
        this.hub = Hub.builder()
                .backplane(backplane)
                .format(new ChatFormat())
                .limits(HubLimits.DEFAULT.withTopicsPerConnection(limits.rooms()))
                .build();
    }

    /**
     * A chat of one node, in the memory of this process.
     *
     * @return a new chat
     */
    public static Chat inMemory() {
        return inMemory(ChatNode.alone());
    }

    /**
     * A chat of one node, in the memory of this process.
     *
     * @param node its name
     * @return a new chat
     */
    public static Chat inMemory(ChatNode node) {
        var engine = new MemoryEngine(HistoryBounds.DEFAULT);
        return new Chat(node, ChatLimits.DEFAULT, engine.node(), engine);
    }

    /**
     * A node of a chat over an engine.
     *
     * @param node its name, and the others
     * @param limits what guests may do
     * @param backplane the way to the engine; closed with this chat
     * @return a new chat
     */
    public static Chat over(ChatNode node, ChatLimits limits, Backplane backplane) {
        return new Chat(node, limits, backplane, null);
    }

    /**
     * Which node this is.
     *
     * @return as it was given
     */
    public ChatNode node() {
        return node;
    }

    /**
     * The other nodes' sockets, for the page.
     *
     * @return addresses of schemes, hosts and ports, split by blanks; perhaps none
     */
    public String pageNodes() {
        return String.join(" ", node.sockets());
    }

    /** What guests may do. */
    ChatLimits limits() {
        return limits;
    }

    /** Where rooms are topics. */
    Hub hub() {
        return hub;
    }

    /**
     * What is to be served on {@code /chat/ws}.
     *
     * @return an endpoint of listeners
     */
    public Endpoint endpoint() {
        return Endpoint.listenerPerConnection(() -> new ChatSession(this))
                .subprotocols(SUBPROTOCOL)
                .handshake(HandshakeHook.of(request -> request.subprotocols().contains(SUBPROTOCOL)
                        ? HandshakeDecision.accept()
                        : HandshakeDecision.refuse(400, "The chat speaks the subprotocol " + SUBPROTOCOL + ".")))
                .origins(Origins.sameOr(node.origins()))
                .options(options -> options.maxMessageBytes(ChatLimits.MESSAGE_BYTES)
                        .pingInterval(PING)
                        .pongTimeout(PONG_WAIT.minus(PING))
                        .writeTimeout(WRITE_WAIT));
    }

    /** Ends the hub and its way to the engine. The server is closed before. Idempotent. */
    @Override
    public void close() {
        hub.close();
        backplane.close();
        if (engine != null) {
            engine.close();
        }
    }
}
