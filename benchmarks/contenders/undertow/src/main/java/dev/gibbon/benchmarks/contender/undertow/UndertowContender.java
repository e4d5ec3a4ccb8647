package dev.gibbon.benchmarks.contender.undertow;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import java.net.InetSocketAddress;
import org.xnio.Options;

/** Undertow on its I/O threads alone; its pool lends direct buffers. */
public final class UndertowContender implements Contender {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int DEFAULT_LEVEL = 6;

    @Override
    public String name() {
        return "undertow";
    }

    @Override
    public int start(Settings settings) {
        if (!settings.variant().isEmpty()) {
            throw settings.unknownVariant();
        }
        Undertow server = Undertow.builder()
                .addHttpListener(settings.port(), "127.0.0.1")
                .setIoThreads(settings.loops())
                .setWorkerThreads(1)
                .setDirectBuffers(true)
                .setBufferSize(BUFFER_BYTES)
                .setSocketOption(Options.TCP_NODELAY, true)
                .setSocketOption(Options.BACKLOG, Settings.BACKLOG)
                .setHandler(new PathHandler()
                        .addPrefixPath("/", at(settings, new Echo(settings.maxMessageBytes())))
                        .addExactPath("/broadcast", at(settings, new Broadcast(settings.maxMessageBytes()))))
                .build();
        server.start();
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    private static HttpHandler at(Settings settings, AbstractReceiveListener listener) {
        var handler = new WebSocketProtocolHandshakeHandler((WebSocketConnectionCallback) (exchange, channel) -> {
            channel.getReceiveSetter().set(listener);
            channel.resumeReceives();
        });
        if (settings.deflate()) {
            handler.addExtension(new PerMessageDeflateHandshake(false, DEFAULT_LEVEL, true, true));
        }
        return handler;
    }
}
