package dev.gibbon.internal.transport;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** The transport of every JDK: {@code java.nio} channels and a selector per loop. */
public final class NioTransport implements Transport {
    @Override
    public Poller openPoller() throws IOException {
        return new NioPoller(Selector.open());
    }

    @Override
    public Link adopt(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new NioLink(channel);
    }

    @Override
    public String name() {
        return "nio";
    }
}
