package dev.gibbon.benchmarks.contender.undertow;

import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.Pooled;

/** Sends each message back; the pooled buffers of a binary one go back to the pool when they have left. */
@SuppressWarnings("deprecation") // Undertow hands its own buffers out as a type that it calls deprecated.
final class Echo extends WholeMessages {
    private static final WebSocketCallback<Pooled<ByteBuffer[]>> FREE = new WebSocketCallback<>() {
        @Override
        public void complete(WebSocketChannel channel, Pooled<ByteBuffer[]> sent) {
            sent.free();
        }

        @Override
        public void onError(WebSocketChannel channel, Pooled<ByteBuffer[]> unsent, Throwable cause) {
            unsent.free();
            IoUtils.safeClose(channel);
        }
    };

    Echo(long maxMessageBytes) {
        super(maxMessageBytes);
    }

    @Override
    protected void onFullBinaryMessage(WebSocketChannel channel, BufferedBinaryMessage message) {
        Pooled<ByteBuffer[]> data = message.getData();
        WebSockets.sendBinary(data.getResource(), channel, FREE, data);
    }

    @Override
    protected void onFullTextMessage(WebSocketChannel channel, BufferedTextMessage message) {
        WebSockets.sendText(message.getData(), channel, (@Nullable WebSocketCallback<Void>) null);
    }
}
