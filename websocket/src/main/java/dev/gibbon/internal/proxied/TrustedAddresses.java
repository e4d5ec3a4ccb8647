package dev.gibbon.internal.proxied;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of proxies whose word is taken: IP addresses, networks, and perhaps whoever comes by a Unix-domain socket.
 * Immutable; safe from any thread.
 */
public final class TrustedAddresses {
    /** Nobody. */
    public static final TrustedAddresses NONE = new TrustedAddresses(List.of(), false);

    private static final String UNIX = "unix:";

    private final List<Network> networks;
    private final boolean unix;

    private TrustedAddresses(List<Network> networks, boolean unix) {
        this.networks = List.copyOf(networks);
        this.unix = unix;
    }

    /**
     * Reads a list.
     *
     * @param entries each an address such as {@code 192.0.2.1} or {@code ::1}, a network such as {@code 10.0.0.0/8}, or
     *     {@code unix:}
     * @throws IllegalArgumentException for anything else, and for an empty list
     */
    public static TrustedAddresses parse(String... entries) {
        if (entries.length == 0) {
            throw new IllegalArgumentException("no address is trusted: expected at least one");
        }
        List<Network> networks = new ArrayList<>();
        boolean unix = false;
        for (String entry : entries) {
            if (entry.equals(UNIX)) {
                unix = true;
            } else {
                networks.add(Network.parse(entry));
            }
        }
        return new TrustedAddresses(networks, unix);
    }

    /** Whether a connection from here is from one of them. */
    public boolean contains(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return !inet.isUnresolved() && contains(inet.getAddress());
        }
        return unix && address instanceof UnixDomainSocketAddress;
    }

    private boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (Network network : networks) {
            if (network.contains(bytes)) {
                return true;
            }
        }
        return false;
    }

    /** All addresses that begin with some bits. An address alone is a network of one. */
    private static final class Network {
        private final byte[] first;
        private final int prefix;

        private Network(byte[] first, int prefix) {
            this.first = first;
            this.prefix = prefix;
        }

        static Network parse(String text) {
            int slash = text.indexOf('/');
            String written = slash < 0 ? text : text.substring(0, slash);
            InetAddress address = IpLiteral.parse(written);
            if (address == null) {
                throw new IllegalArgumentException(
                        "a trusted address is an IP address such as 192.0.2.1 or ::1, a network"
                                + " such as 10.0.0.0/8, or " + UNIX + "; this is \"" + text + "\"");
            }
            byte[] bytes = address.getAddress();
            int bits = 8 * bytes.length;
            if (slash < 0) {
                return new Network(bytes, bits);
            }
            int prefix = number(text, slash + 1);
            // Of an IPv4 address in IPv6 form the first 96 bits are the form.
            int beyond = written.indexOf(':') >= 0 && bytes.length == 4 ? 96 : 0;
            if (prefix < beyond || prefix - beyond > bits) {
                throw new IllegalArgumentException(
                        "the network \"" + text + "\" has a prefix that is not " + beyond + " to " + (beyond + bits));
            }
            Network network = new Network(bytes, prefix - beyond);
            if (!network.isFirst(bytes)) {
                throw new IllegalArgumentException(
                        "the address of the network \"" + text + "\" has bits set beyond its prefix");
            }
            return network;
        }

        private static int number(String text, int start) {
            int value = 0;
            int at = start;
            while (at < text.length() && at - start < 3 && IpLiteral.isDigit(text.charAt(at))) {
                value = 10 * value + text.charAt(at++) - '0';
            }
            boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
            return at < text.length() || at == start || leadingZero ? -1 : value;
        }

        private boolean isFirst(byte[] bytes) {
            for (int bit = prefix; bit < 8 * bytes.length; bit++) {
                if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                    return false;
                }
            }
            return true;
        }

        boolean contains(byte[] bytes) {
            if (bytes.length != first.length) {
                return false;
            }
            int whole = prefix / 8;
            for (int i = 0; i < whole; i++) {
                if (bytes[i] != first[i]) {
                    return false;
                }
            }
            int rest = prefix % 8;
            return rest == 0 || ((bytes[whole] ^ first[whole]) & 0xFF) >> (8 - rest) == 0;
        }
    }
}
