package dev.gibbon.benchmarks.contender.tyrus;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import java.util.HashMap;
import java.util.Map;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.glassfish.tyrus.container.grizzly.server.GrizzlyServerContainer;
import org.glassfish.tyrus.core.TyrusWebSocketEngine;
import org.glassfish.tyrus.server.Server;

/** Tyrus, the reference implementation of Jakarta WebSocket, on Grizzly. */
public final class TyrusContender implements Contender {
    /** What a frame may have beside its payload. */
    private static final int HEADER_BYTES = 14;

    @Override
    public String name() {
        return "tyrus";
    }

    @Override
    public int start(Settings settings) throws Exception {
        if (!settings.variant().isEmpty()) {
            throw settings.unknownVariant();
        }
        Map<String, Object> properties = new HashMap<>();
        properties.put(TyrusWebSocketEngine.INCOMING_BUFFER_SIZE, settings.maxMessageBytes() + HEADER_BYTES);
        properties.put(
                GrizzlyServerContainer.SELECTOR_THREAD_POOL_CONFIG,
                ThreadPoolConfig.defaultConfig()
                        .setCorePoolSize(settings.loops())
                        .setMaxPoolSize(settings.loops()));
        var server = new Server("127.0.0.1", settings.port(), "/", properties, Echo.class, Broadcast.class);
        server.start();
        return server.getPort();
    }
}
