package dev.gibbon.benchmarks.contender.jetty;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketCreator;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty without servlets: the selectors accept, and demand of themselves what comes next. */
public final class JettyContender implements Contender {
    @Override
    public String name() {
        return "jetty";
    }

    @Override
    public int start(Settings settings) throws Exception {
        if (!settings.variant().isEmpty()) {
            throw settings.unknownVariant();
        }
        var server = new Server();
        var connector = new ServerConnector(server, 0, settings.loops());
        connector.setHost("127.0.0.1");
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(Settings.BACKLOG);
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> configure(container, settings)));
        server.start();
        return connector.getLocalPort();
    }

    private static void configure(ServerWebSocketContainer container, Settings settings) {
        container.setMaxTextMessageSize(settings.maxMessageBytes());
        container.setMaxBinaryMessageSize(settings.maxMessageBytes());
        container.setMaxFrameSize(settings.maxMessageBytes());
        container.setIdleTimeout(Duration.ZERO);
        var members = new Members();
        container.addMapping("/broadcast", creating(() -> new Broadcast(members), settings));
        container.addMapping("/", creating(Echo::new, settings));
    }

    private static WebSocketCreator creating(Supplier<Session.Listener> listeners, Settings settings) {
        return (request, response, callback) -> {
            if (!settings.deflate()) {
                response.setExtensions(List.of());
            }
            return listeners.get();
        };
    }
}
