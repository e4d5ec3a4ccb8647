package dev.gibbon.internal.client;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** IP addresses as text, and their order. Nothing here looks up a name. */
final class Addresses {
    private Addresses() {}

    /** The address that a literal stands for; null if the host is a name. */
    static @Nullable InetAddress literal(String host) {
        try {
            byte[] four = dottedQuad(host);
            if (four != null) {
                return InetAddress.getByAddress(four);
            }
            // In brackets the JDK takes a literal or fails; it does not look anything up.
            return host.indexOf(':') >= 0 ? InetAddress.getAllByName("[" + host + "]")[0] : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static byte @Nullable [] dottedQuad(String host) {
        byte[] bytes = new byte[4];
        int part = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.' && digits > 0 && part < 3) {
                bytes[part++] = (byte) value;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9' && digits < 3 && (digits == 0 || value > 0)) {
                digits++;
                value = value * 10 + (c - '0');
            } else {
                return null;
            }
            if (value > 255) {
                return null;
            }
        }
        if (part != 3 || digits == 0) {
            return null;
        }
        bytes[3] = (byte) value;
        return bytes;
    }

    /** Host and port as in a URI, with brackets around an IPv6 address. */
    static String authority(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]:" : host + ":") + port;
    }

    /** An address for a message, without a name that was looked up. */
    static String describe(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return authority(inet.getAddress().getHostAddress(), inet.getPort());
        }
        return address.toString();
    }

    /**
     * The order in which to try: as the system gave them, but the families take turns, so that one that does not work here costs
     * one step and not one for each of its addresses (RFC 8305, 4).
     */
    static List<InetAddress> inTurn(List<InetAddress> addresses) {
        Deque<InetAddress> first = new ArrayDeque<>();
        Deque<InetAddress> second = new ArrayDeque<>();
        for (InetAddress address : new LinkedHashSet<>(addresses)) {
            boolean leading = first.isEmpty() || isIpv4(address) == isIpv4(first.getFirst());
            (leading ? first : second).add(address);
        }
        List<InetAddress> all = new ArrayList<>();
        while (!first.isEmpty() || !second.isEmpty()) {
            if (!first.isEmpty()) {
                all.add(first.removeFirst());
            }
            if (!second.isEmpty()) {
                all.add(second.removeFirst());
            }
        }
        return all;
    }

    private static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }
}
