package dev.gibbon.benchmarks.contender.vertx;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Vert.x on its native transport where there is one; a server for each loop, which share the port. */
public final class VertxContender implements Contender {
    private static final String HOST = "127.0.0.1";

    private final Set<ServerWebSocket> members = ConcurrentHashMap.newKeySet();

    @Override
    public String name() {
        return "vertx";
    }

    @Override
    public int start(Settings settings) throws Exception {
        if (!settings.variant().isEmpty()) {
            throw settings.unknownVariant();
        }
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(settings.loops()));
        HttpServerOptions options = options(settings);
        // The servers of all loops share a port, also when it may be any.
        SocketAddress at = settings.port() == 0
                ? SocketAddress.sharedRandomPort(1, HOST)
                : SocketAddress.inetSocketAddress(settings.port(), HOST);
        var port = new AtomicInteger();
        vertx.deployVerticle(
                        () -> context -> listen(vertx, options, at).onSuccess(server -> port.set(server.actualPort())),
                        new DeploymentOptions().setInstances(settings.loops()))
                .await();
        return port.get();
    }

    private Future<HttpServer> listen(Vertx vertx, HttpServerOptions options, SocketAddress at) {
        return vertx.createHttpServer(options).webSocketHandler(this::open).listen(at);
    }

    private static HttpServerOptions options(Settings settings) {
        return new HttpServerOptions()
                .setAcceptBacklog(Settings.BACKLOG)
                .setTcpNoDelay(true)
                .setIdleTimeout(0)
                .setMaxWebSocketFrameSize(settings.maxMessageBytes())
                .setMaxWebSocketMessageSize(settings.maxMessageBytes())
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(settings.deflate())
                .setWebSocketAllowServerNoContext(true)
                .setWebSocketPreferredClientNoContext(true);
    }

    private void open(ServerWebSocket socket) {
        if (socket.path().equals("/broadcast")) {
            members.add(socket);
            socket.closeHandler(end -> members.remove(socket));
            socket.binaryMessageHandler(this::sendBinary);
            socket.textMessageHandler(this::sendText);
        } else {
            socket.binaryMessageHandler(socket::writeBinaryMessage);
            socket.textMessageHandler(socket::writeTextMessage);
        }
    }

    private void sendBinary(Buffer message) {
        for (ServerWebSocket member : members) {
            member.writeBinaryMessage(message);
        }
    }

    private void sendText(String message) {
        for (ServerWebSocket member : members) {
            member.writeTextMessage(message);
        }
    }
}
