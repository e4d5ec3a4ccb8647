package dev.gibbon.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

class NioLinkAddressTest {

    @Test
    void aClosedLinkStillTellsItsAddresses() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel peer = SocketChannel.open(server.getLocalAddress())) {
                NioLink link = new NioLink(server.accept());
                link.close();
                assertThat(link.remoteAddress()).isEqualTo(peer.getLocalAddress());
                assertThat(link.localAddress()).isEqualTo(server.getLocalAddress());
                link.close();
                assertThat(link.remoteAddress()).isEqualTo(peer.getLocalAddress());
            }
        }
    }
}
