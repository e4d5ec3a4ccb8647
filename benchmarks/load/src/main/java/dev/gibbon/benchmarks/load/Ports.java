package dev.gibbon.benchmarks.load;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.gibbon.protocol.handshake.WebSocketUri;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come from and go to. Every connection takes a port of its source address, of which there are 28,000; so many
 * connections, or many after another, to a loopback address come from 127.0.0.1, 127.0.0.2 and so on in turn. Confined to the
 * generator's thread.
 */
final class Ports {

    // Handshakes follow each other faster than ports come free again.
    private static final int SOURCES_OF_HANDSHAKES = 40;
    private static final int CONNECTIONS_A_SOURCE = 10_000;

    // What a JVM has open besides: jars, pipes, the selector.
    private static final int OTHER_DESCRIPTORS = 64;

    private final InetSocketAddress target;
    private final int sources;
    private int next;

    Ports(Order order) {
        target = resolve(WebSocketUri.parse(order.target()));
        sources = sources(order, target.getAddress());
    }

    private static InetSocketAddress resolve(WebSocketUri uri) {
        try {
            InetAddress chosen = null;
            for (InetAddress each : InetAddress.getAllByName(uri.host())) {
                // Of a name with both, a local server more often listens on IPv4.
                if (chosen == null || (each instanceof Inet4Address && !(chosen instanceof Inet4Address))) {
                    chosen = each;
                }
            }
            return new InetSocketAddress(chosen, uri.port());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("there is no address for the host " + uri.host(), e);
        }
    }

    private static int sources(Order order, @Nullable InetAddress address) {
        // Elsewhere only 127.0.0.1 itself is there.
        boolean spreads = address instanceof Inet4Address
                && address.isLoopbackAddress()
                && System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
        if (!spreads) {
            return 1;
        }
        if (order.sources() > 0) {
            return order.sources();
        }
        Scenario scenario = order.scenario();
        return scenario.mode() == Mode.HANDSHAKE
                ? SOURCES_OF_HANDSHAKES
                : 1 + (scenario.connections() - 1) / CONNECTIONS_A_SOURCE;
    }

    /**
     * Looks whether this process may open so many connections.
     *
     * @param connections at a time
     * @throws IllegalArgumentException if not
     */
    static void require(int connections) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - OTHER_DESCRIPTORS;
            if (connections > free) {
                throw new IllegalArgumentException(connections + " connections are more than this process may open: its"
                        + " limit of open files is " + system.getMaxFileDescriptorCount() + ", which leaves "
                        + Math.max(0, free) + " for connections (see ulimit -n)");
            }
        }
    }

    /**
     * Begins a connection.
     *
     * @return not blocking; connected or connecting
     * @throws IOException if it fails at once
     */
    SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (sources > 1) {
                channel.bind(new InetSocketAddress(source(), 0));
            }
            channel.connect(target);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private InetAddress source() throws UnknownHostException {
        int last = 1 + next;
        next = (next + 1) % sources;
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }
}
