package dev.gibbon.benchmarks.contender.netty;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.net.InetSocketAddress;

/** Netty on {@code epoll}, {@code io_uring} or {@code nio}; the loops accept and serve. */
public final class NettyContender implements Contender {
    private static final int MAX_REQUEST_BYTES = 16 << 10;
    private static final int DEFAULT_LEVEL = 6;

    @Override
    public String name() {
        return "netty";
    }

    @Override
    public int start(Settings settings) throws Exception {
        IoHandlerFactory handlers;
        Class<? extends ServerChannel> channels;
        switch (settings.variantOr("epoll")) {
            case "epoll" -> {
                handlers = EpollIoHandler.newFactory();
                channels = EpollServerSocketChannel.class;
            }
            case "io_uring" -> {
                handlers = IoUringIoHandler.newFactory();
                channels = IoUringServerSocketChannel.class;
            }
            case "nio" -> {
                handlers = NioIoHandler.newFactory();
                channels = NioServerSocketChannel.class;
            }
            default -> throw settings.unknownVariant();
        }
        Channel channel = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(settings.loops(), handlers))
                .channel(channels)
                .option(ChannelOption.SO_BACKLOG, Settings.BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Pipeline(settings))
                .bind(settings.address())
                .sync()
                .channel();
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** What every connection begins with; the path decides what comes behind it. */
    private static final class Pipeline extends ChannelInitializer<Channel> {
        private final Settings settings;
        private final Paths paths;
        private final WebSocketServerProtocolConfig config;

        Pipeline(Settings settings) {
            this.settings = settings;
            paths = new Paths(settings.maxMessageBytes());
            config = WebSocketServerProtocolConfig.newBuilder()
                    .websocketPath("/")
                    .checkStartsWith(true)
                    .allowExtensions(settings.deflate())
                    .maxFramePayloadLength(settings.maxMessageBytes())
                    .build();
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_REQUEST_BYTES));
            if (settings.deflate()) {
                channel.pipeline().addLast(new WebSocketServerExtensionHandler(deflate()));
            }
            channel.pipeline().addLast(new WebSocketServerProtocolHandler(config), paths);
        }

        private PerMessageDeflateServerExtensionHandshaker deflate() {
            return new PerMessageDeflateServerExtensionHandshaker(
                    DEFAULT_LEVEL,
                    ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
                    PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE,
                    true,
                    true,
                    settings.maxMessageBytes());
        }
    }
}
