package dev.gibbon.internal.client;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whom no proxy is used for, in the grammar of NO_PROXY: entries between commas or blanks, each {@code *}, an IP address, a range
 * of them ({@code 10.0.0.0/8}), or a domain, which stands for itself and all names within it; with or without a dot or {@code *.}
 * before it. A port may follow. No name is looked up. Immutable.
 */
final class NoProxy {
    /** Everybody goes through the proxy. */
    static final NoProxy NOBODY = new NoProxy(List.of());

    private final List<Entry> entries;

    private NoProxy(List<Entry> entries) {
        this.entries = entries;
    }

    static NoProxy parse(String list) {
        List<Entry> entries = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= list.length(); i++) {
            if (i == list.length() || list.charAt(i) == ',' || Character.isWhitespace(list.charAt(i))) {
                if (i > start) {
                    entries.add(Entry.parse(list.substring(start, i)));
                }
                start = i + 1;
            }
        }
        return new NoProxy(List.copyOf(entries));
    }

    /** Whether the target is reached without a proxy. */
    boolean covers(String host, int port) {
        String name = withoutLastDot(host.toLowerCase(Locale.ROOT));
        InetAddress address = Addresses.literal(name);
        return entries.stream().anyMatch(entry -> entry.covers(name, address, port));
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /**
     * One entry.
     *
     * @param domain a name without dots around it, or {@code *}; empty for an address
     * @param network null for a name
     * @param prefix how many bits of the network count
     * @param port 0 for any
     */
    private record Entry(String domain, @Nullable InetAddress network, int prefix, int port) {
        static Entry parse(String text) {
            String host = text.toLowerCase(Locale.ROOT);
            int slash = host.indexOf('/');
            if (slash > 0) {
                InetAddress network = Addresses.literal(withoutBrackets(host.substring(0, slash)));
                int prefix = number(host.substring(slash + 1), 128);
                if (network != null && prefix >= 0 && prefix <= network.getAddress().length * 8) {
                    return new Entry("", network, prefix, 0);
                }
            }
            int port = 0;
            int colon = host.lastIndexOf(':');
            boolean onlyOne = colon == host.indexOf(':') || host.charAt(colon - 1) == ']';
            if (colon > 0 && onlyOne) {
                int given = number(host.substring(colon + 1), 65_535);
                if (given > 0) {
                    port = given;
                    host = host.substring(0, colon);
                }
            }
            InetAddress address = Addresses.literal(withoutBrackets(host));
            if (address != null) {
                return new Entry("", address, address.getAddress().length * 8, port);
            }
            if (host.startsWith("*.")) {
                host = host.substring(1);
            }
            if (host.startsWith(".")) {
                host = host.substring(1);
            }
            return new Entry(withoutLastDot(host), null, 0, port);
        }

        private static String withoutBrackets(String host) {
            return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        }

        /** The number, -1 if it is none or above the most. */
        private static int number(String digits, int most) {
            if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return -1;
            }
            int value = Integer.parseInt(digits);
            return value > most ? -1 : value;
        }

        boolean covers(String host, @Nullable InetAddress address, int targetPort) {
            if (port != 0 && port != targetPort) {
                return false;
            }
            if (domain.equals("*")) {
                return true;
            }
            if (network != null) {
                return address != null && samePrefix(network.getAddress(), address.getAddress());
            }
            // Within an address there are no domains: "4" does not cover 1.2.3.4.
            boolean within = address == null && host.endsWith("." + domain);
            return !domain.isEmpty() && (host.equals(domain) || within);
        }

        private boolean samePrefix(byte[] ours, byte[] theirs) {
            if (ours.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < prefix; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((ours[bit >> 3] & mask) != (theirs[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
