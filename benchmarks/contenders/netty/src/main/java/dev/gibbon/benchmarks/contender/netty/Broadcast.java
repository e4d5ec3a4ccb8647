package dev.gibbon.benchmarks.contender.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sends each message to all of its channels; messages that were read together leave together. */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored") // A void promise tells the pipeline what fails.
final class Broadcast extends ChannelInboundHandlerAdapter {
    private final List<Channel> members = new CopyOnWriteArrayList<>();

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        members.add(context.channel());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        members.remove(context.channel());
        super.channelInactive(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        WebSocketFrame frame = (WebSocketFrame) message;
        try {
            for (Channel member : members) {
                member.write(frame.retainedDuplicate(), member.voidPromise());
            }
        } finally {
            frame.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        for (Channel member : members) {
            member.flush();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
