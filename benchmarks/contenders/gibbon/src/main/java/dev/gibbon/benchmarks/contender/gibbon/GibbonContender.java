package dev.gibbon.benchmarks.contender.gibbon;

import dev.gibbon.CloseInfo;
import dev.gibbon.Deflate;
import dev.gibbon.Endpoint;
import dev.gibbon.Message;
import dev.gibbon.Origins;
import dev.gibbon.PreparedMessage;
import dev.gibbon.SocketGroup;
import dev.gibbon.TransportChoice;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import dev.gibbon.hub.Hub;
import dev.gibbon.hub.SlowConsumer;
import dev.gibbon.hub.SubscribeOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gibbon: {@code nio} and {@code native} are transports beneath the listener style, {@code blocking} and {@code blocking-native} the
 * same with a thread for each connection. {@code hub} and {@code hub-native} broadcast by a topic of a hub in memory, {@code loop} by sending to one
 * connection after the other.
 */
public final class GibbonContender implements Contender {
    @Override
    public String name() {
        return "gibbon";
    }

    @Override
    public int start(Settings settings) throws Exception {
        String variant = settings.variantOr("nio");
        boolean blocking;
        switch (variant) {
            case "nio", "native", "hub", "hub-native", "loop" -> blocking = false;
            case "blocking", "blocking-native" -> blocking = true;
            default -> throw settings.unknownVariant();
        }
        TransportChoice transport = variant.endsWith("native") ? TransportChoice.NATIVE : TransportChoice.NIO;
        WebSocketServer server = WebSocketServer.builder()
                .host("127.0.0.1")
                .port(settings.port())
                .transport(transport)
                .loops(settings.loops())
                .backlog(Settings.BACKLOG)
                .options(options(settings))
                .webSocket("/", open(blocking ? Endpoint.blocking(GibbonContender::echo) : Endpoint.listener(echo())))
                .webSocket("/broadcast", open(broadcast(variant)))
                .start();
        return server.port();
    }

    private static WebSocketOptions options(Settings settings) {
        return WebSocketOptions.builder()
                .maxMessageBytes(settings.maxMessageBytes())
                // Holds what one read brings while the peer does not take its echoes, and a subscriber two messages
                // behind.
                .maxQueuedBytes(2L * settings.maxMessageBytes() + (16 << 20))
                .idleTimeout(Duration.ZERO)
                .pingInterval(Duration.ZERO)
                .deflate(settings.deflate() ? Deflate.on().threshold(0) : Deflate.off())
                .build();
    }

    private static Endpoint open(Endpoint endpoint) {
        return endpoint.origins(Origins.anyEvenHostileOnes());
    }

    /** The message is borrowed and goes back as it came: its bytes are copied once and never decoded. */
    private static WebSocketListener echo() {
        return WebSocketListener.onMessage(WebSocket::send);
    }

    private static void echo(WebSocket socket) {
        for (Message message : socket) {
            socket.send(message);
        }
    }

    private static Endpoint broadcast(String variant) {
        return switch (variant) {
            case "hub", "hub-native" -> hubBroadcast();
            case "loop" -> loopBroadcast();
            case "blocking", "blocking-native" -> blockingBroadcast();
            default -> groupBroadcast();
        };
    }

    private static Endpoint groupBroadcast() {
        var group = new SocketGroup();
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

    private static Endpoint hubBroadcast() {
        Hub hub = Hub.inMemory();
        // As much as the others may queue, so that all of them drop and disconnect as late.
        var slow = SlowConsumer.disconnect(1 << 20, 64 << 20);
        return Endpoint.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                hub.join(socket)
                        .subscribe("all", SubscribeOptions.fromNow().slowConsumer(slow))
                        .exceptionally(failure -> {
                            socket.abort();
                            return null;
                        });
            }

            @Override
            public void onMessage(WebSocket socket, Message message) {
                hub.publish("all", message).exceptionally(failure -> {
                    socket.abort();
                    return null;
                });
            }
        });
    }

    /** What everybody writes first: each message is framed anew for each connection, whichever loop it is on. */
    private static Endpoint loopBroadcast() {
        Set<WebSocket> all = ConcurrentHashMap.newKeySet();
        return Endpoint.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                all.add(socket);
            }

            @Override
            public void onMessage(WebSocket socket, Message message) {
                all.forEach(each -> each.trySend(message));
            }

            @Override
            public void onClose(WebSocket socket, CloseInfo info) {
                all.remove(socket);
            }
        });
    }

    private static Endpoint blockingBroadcast() {
        var group = new SocketGroup();
        return Endpoint.blocking(socket -> {
            group.add(socket);
            for (Message message : socket) {
                group.send(PreparedMessage.of(message));
            }
        });
    }
}
