package dev.gibbon.demos.chat;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which node of the chat this is, and where the others are.
 *
 * @param name is shown to guests; 1 to 32 characters that can be seen
 * @param others the pages of the other nodes, such as {@code http://127.0.0.1:8082/}; a page that came from one of them may connect to this node, and
 *     a page of this node goes to one of them when this one is gone
 */
public record ChatNode(String name, List<URI> others) {
    private static final int LONGEST_NAME = 32;
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

    /**
     * Makes a node.
     *
     * @throws IllegalArgumentException if the name is none, or one of the others is not {@code http://HOST[:PORT]/} or {@code https}
     */
    public ChatNode {
        if (name.isBlank()
                || name.codePointCount(0, name.length()) > LONGEST_NAME
                || name.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a node's name has 1 to " + LONGEST_NAME + " characters that can be seen");
        }
        others = List.copyOf(others);
        others.forEach(ChatNode::origin);
    }

    /** A node without others. */
    public static ChatNode alone() {
        return new ChatNode("one", List.of());
    }

    /**
     * Reads the address of a node.
     *
     * @param text such as {@code http://127.0.0.1:8082/}
     * @return the address
     * @throws IllegalArgumentException if it is not {@code http://HOST[:PORT]/} or {@code https}
     */
    public static URI address(String text) {
        try {
            URI address = new URI(text);
            var unused = origin(address);
            return address;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not an address", e);
        }
    }

    /** The others' sockets, as pages connect to them. */
    List<String> sockets() {
        return others.stream()
                .map(other -> "ws" + origin(other).substring("http".length()) + "/chat/ws")
                .toList();
    }

    /** What browsers send as Origin of the others' pages; a node on this machine has several names. */
    String[] origins() {
        List<String> origins = new ArrayList<>();
        for (URI other : others) {
            origins.add(origin(other));
            if (LOOPBACK.contains(other.getHost())) {
                LOOPBACK.forEach(host -> origins.add(origin(other.getScheme(), host, other.getPort())));
            }
        }
        return origins.stream().distinct().toArray(String[]::new);
    }

    private static String origin(URI page) {
        String scheme = page.getScheme();
        String host = page.getHost();
        boolean isPage = ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
                && host != null
                && page.getRawUserInfo() == null
                && (page.getRawPath().isEmpty() || page.getRawPath().equals("/"))
                && page.getRawQuery() == null
                && page.getRawFragment() == null
                && page.getPort() <= 65535;
        if (!isPage) {
            throw new IllegalArgumentException("a node's address is http://HOST[:PORT]/, or https");
        }
        return origin(scheme, host, page.getPort());
    }

    /** As browsers write it: without the scheme's own port. */
    private static String origin(String scheme, String host, int port) {
        String written = scheme.toLowerCase(Locale.ROOT);
        boolean usual = port < 0 || port == (written.equals("http") ? 80 : 443);
        return written + "://" + host.toLowerCase(Locale.ROOT) + (usual ? "" : ":" + port);
    }
}
