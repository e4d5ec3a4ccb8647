package dev.gibbon.benchmarks.contender;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What is asked of a contender.
 *
 * @param port where to listen, 0 for any
 * @param loops event loops (I/O threads), where the server lets one choose
 * @param deflate whether an offer of permessage-deflate is accepted, without context takeover on either side; then each reply
 *     is compressed, at the server's default level
 * @param maxMessageBytes the longest message that must pass
 * @param variant one of the contender's variants, or empty for its default
 */
public record Settings(int port, int loops, boolean deflate, int maxMessageBytes, String variant) {
    /** How many connections may wait to be accepted, for all contenders. */
    public static final int BACKLOG = 4096;

    /**
     * Where to listen.
     *
     * @return the loopback address and the port
     */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /**
     * The variant that is asked for.
     *
     * @param standard what an empty one stands for
     * @return a name
     */
    public String variantOr(String standard) {
        return variant.isEmpty() ? standard : variant;
    }

    /**
     * The failure of a contender that does not know the variant.
     *
     * @return what to throw
     */
    public IllegalArgumentException unknownVariant() {
        return new IllegalArgumentException("there is no variant " + variant);
    }
}
