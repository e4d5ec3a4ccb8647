package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The request that asks an HTTP proxy for a tunnel (RFC 9110, 9.3.6), and whether its answer is one. Stateless and safe
 * from any thread.
 */
public final class ProxyConnect {

    private static final List<String> DECIDED =
            List.of("Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Trailer", "TE", "Expect");

    private ProxyConnect() {}

    /**
     * The bytes of a CONNECT.
     *
     * @param host a name in ASCII or an address; an IPv6 address with or without brackets
     * @param port 1 to 65535; always written, "even if the port is the scheme's default"
     * @param credentials for {@code Proxy-Authorization}; null to send none
     * @param fields more fields for the proxy
     * @return the bytes of the request
     * @throws IllegalArgumentException if host and port are none, or a field is one that the request decides
     */
    public static byte[] request(
            String host, int port, @Nullable BasicCredentials credentials, List<HeaderField> fields) {
        String bracketed = host.indexOf(':') >= 0 && !host.startsWith("[") ? '[' + host + ']' : host;
        String target = UriParser.authority(bracketed + ':' + port).toString();
        StringBuilder head = new StringBuilder(128)
                .append("CONNECT ")
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(target)
                .append("\r\n");
        if (credentials != null) {
            head.append("Proxy-Authorization: ")
                    .append(credentials.fieldValue())
                    .append("\r\n");
        }
        for (HeaderField field : fields) {
            String name = field.name();
            boolean twice = credentials != null && name.equalsIgnoreCase("Proxy-Authorization");
            if (twice || DECIDED.stream().anyMatch(name::equalsIgnoreCase)) {
                throw new IllegalArgumentException("the field " + name.toLowerCase(Locale.ROOT)
                        + " is set by the library in a CONNECT, not by its caller");
            }
            head.append(name).append(": ").append(field.value()).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Whether the proxy opened the tunnel. RFC 9110, 9.3.6: "Any 2xx (Successful) response indicates that the sender ... will
     * switch to tunnel mode immediately after the response header section"; whatever length it claims is to be ignored.
     *
     * @param response the answer to the CONNECT, in HTTP/1.1 or 1.0
     * @return true if what follows the head comes from the target
     */
    public static boolean isOpen(ReceivedResponse response) {
        return response.status() / 100 == 2;
    }
}
