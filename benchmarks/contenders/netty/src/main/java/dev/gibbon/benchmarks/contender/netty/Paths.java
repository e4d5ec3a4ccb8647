package dev.gibbon.benchmarks.contender.netty;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;

/** Waits for the handshake and puts the application of its path in its own place. */
@Sharable
final class Paths extends ChannelInboundHandlerAdapter {
    private final int maxMessageBytes;
    private final Echo echo = new Echo();
    private final Broadcast broadcast = new Broadcast();

    Paths(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof HandshakeComplete complete) {
            if (complete.requestUri().equals("/broadcast")) {
                // The parts of two senders' messages must not mix.
                context.pipeline().addLast(new WebSocketFrameAggregator(maxMessageBytes), broadcast);
            } else {
                context.pipeline().addLast(echo);
            }
            context.pipeline().remove(this);
        }
        super.userEventTriggered(context, event);
    }
}
