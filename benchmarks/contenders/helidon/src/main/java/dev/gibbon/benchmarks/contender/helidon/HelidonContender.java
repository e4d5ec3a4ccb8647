package dev.gibbon.benchmarks.contender.helidon;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import java.time.Duration;

/** Helidon: a virtual thread for each connection, so there are no loops to choose. It knows no compression. */
public final class HelidonContender implements Contender {
    private static final Duration NEVER = Duration.ofDays(1);

    @Override
    public String name() {
        return "helidon";
    }

    @Override
    public int start(Settings settings) {
        if (!settings.variant().isEmpty()) {
            throw settings.unknownVariant();
        }
        return WebServer.builder()
                .host("127.0.0.1")
                .port(settings.port())
                .backlog(Settings.BACKLOG)
                .idleConnectionTimeout(NEVER)
                .connectionOptions(options -> options.tcpNoDelay(true).readTimeout(NEVER))
                .addProtocol(WsConfig.builder()
                        .maxFrameLength(settings.maxMessageBytes())
                        .build())
                .addRouting(WsRouting.builder()
                        .endpoint("/broadcast", new Broadcast())
                        .endpoint("/", new Echo()))
                .build()
                .start()
                .port();
    }
}
