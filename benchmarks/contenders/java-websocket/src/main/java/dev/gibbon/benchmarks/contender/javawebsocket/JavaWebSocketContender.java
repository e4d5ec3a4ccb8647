package dev.gibbon.benchmarks.contender.javawebsocket;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import java.util.List;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;

/** Java-WebSocket: its one selector thread, and the loops as threads that decode. */
public final class JavaWebSocketContender implements Contender {
    @Override
    public String name() {
        return "java-websocket";
    }

    @Override
    public int start(Settings settings) throws Exception {
        if (!settings.variant().isEmpty()) {
            throw settings.unknownVariant();
        }
        var server = new EchoServer(settings.address(), settings.loops(), List.of(draft(settings.deflate())));
        server.setTcpNoDelay(true);
        server.setReuseAddr(true);
        server.setConnectionLostTimeout(0);
        server.setMaxPendingConnections(Settings.BACKLOG);
        server.start();
        server.awaitStart();
        return server.getPort();
    }

    private static Draft draft(boolean deflate) {
        if (!deflate) {
            return new Draft_6455();
        }
        var extension = new PerMessageDeflateExtension();
        extension.setThreshold(0);
        extension.setServerNoContextTakeover(true);
        extension.setClientNoContextTakeover(true);
        return new Draft_6455(extension);
    }
}
