package dev.gibbon.benchmarks.contender.undertow;

import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.xnio.Pooled;

/** Sends each message to all connections of the path; they share its bytes. */
@SuppressWarnings("deprecation") // Undertow hands its own buffers out as a type that it calls deprecated.
final class Broadcast extends WholeMessages {
    private static final @Nullable WebSocketCallback<Void> NOBODY = null;

    Broadcast(long maxMessageBytes) {
        super(maxMessageBytes);
    }

    @Override
    protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
        Pooled<ByteBuffer[]> data = message.getData();
        ByteBuffer bytes = WebSockets.mergeBuffers(data.getResource());
        data.free();
        for (WebSocketChannel peer : channel.getPeerConnections()) {
            WebSockets.sendBinary(bytes.duplicate(), peer, NOBODY);
        }
    }

    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
        ByteBuffer bytes = ByteBuffer.wrap(message.getData().getBytes(StandardCharsets.UTF_8));
        for (WebSocketChannel peer : channel.getPeerConnections()) {
            WebSockets.sendText(bytes.duplicate(), peer, NOBODY);
        }
    }
}
