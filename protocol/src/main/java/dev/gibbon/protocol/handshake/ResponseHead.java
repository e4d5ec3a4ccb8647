package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the bytes of one response head (RFC 9112, 4): a status line, fields, and what the field values need to be checked
 * for. No CR, LF, NUL or other control can get into a line, whoever supplied the text. Confined to one thread; used once.
 *
 * <p>It adds no {@code Date}: this package knows no clock. A caller that has one adds the field.
 */
public final class ResponseHead {

    private static final byte[] SWITCHING_PROTOCOLS = ascii("HTTP/1.1 101 Switching Protocols\r\n"
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
    private static final byte[] END = ascii("\r\n\r\n");
    private static final String PLAIN_TEXT = "text/plain; charset=utf-8";

    /** Fields that say how a response is delimited: two of them would be read differently by two readers. */
    static final List<String> DELIMITING = List.of("Connection", "Content-Length", "Content-Type", "Transfer-Encoding");

    /** Fields of a 101 that the handshake decides, and the length that a 101 must not have (RFC 9110, 8.6). */
    private static final List<String> DECIDED = List.of(
            "Upgrade",
            "Connection",
            "Sec-WebSocket-Accept",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Extensions",
            "Sec-WebSocket-Version",
            "Content-Length",
            "Transfer-Encoding");

    private byte[] bytes;
    private int length;

    /**
     * Begins a head with its status line.
     *
     * @param status 100 to 599
     * @throws IllegalArgumentException if the status is out of range
     */
    public ResponseHead(int status) {
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException("a status is 100 to 599, not " + status);
        }
        bytes = new byte[256];
        write("HTTP/1.1 ")
                .write(Integer.toString(status))
                .write(" ")
                .write(reason(status))
                .write("\r\n");
    }

    private ResponseHead(byte[] begun) {
        bytes = Arrays.copyOf(begun, begun.length + 256);
        length = begun.length;
    }

    /**
     * Adds a field.
     *
     * @param name a token
     * @param value visible ASCII, blanks inside only
     * @return this
     * @throws IllegalArgumentException if the name or value cannot be written as it is
     */
    public ResponseHead field(String name, String value) {
        return field(new HeaderField(name, value));
    }

    /**
     * Adds a field that was checked before.
     *
     * @param field the field
     * @return this
     */
    public ResponseHead field(HeaderField field) {
        return write(field.name()).write(": ").write(field.value()).write("\r\n");
    }

    /**
     * Adds fields that were checked before.
     *
     * @param fields the fields, in their order
     * @return this
     */
    public ResponseHead fields(List<HeaderField> fields) {
        fields.forEach(this::field);
        return this;
    }

    /**
     * The bytes of the head with the empty line that ends it.
     *
     * @return a new array
     */
    public byte[] toBytes() {
        byte[] head = Arrays.copyOf(bytes, length + 2);
        head[length] = Octets.CR;
        head[length + 1] = Octets.LF;
        return head;
    }

    /**
     * The answer to an upgrade, without a subprotocol or more fields: the common case, and the cheap one.
     *
     * @param upgrade the handshake to accept
     * @return the bytes of a 101
     */
    public static byte[] switchingProtocols(OpeningHandshake.Upgrade upgrade) {
        byte[] accept = upgrade.acceptBytes();
        byte[] head = Arrays.copyOf(SWITCHING_PROTOCOLS, SWITCHING_PROTOCOLS.length + accept.length + END.length);
        System.arraycopy(accept, 0, head, SWITCHING_PROTOCOLS.length, accept.length);
        System.arraycopy(END, 0, head, SWITCHING_PROTOCOLS.length + accept.length, END.length);
        return head;
    }

    /**
     * The answer to an upgrade.
     *
     * @param upgrade the handshake to accept
     * @param subprotocol the server's own constant, from {@link Subprotocols#choose}; null for none
     * @param fields more fields, such as a cookie
     * @return the bytes of a 101
     * @throws IllegalArgumentException if the subprotocol was not offered (RFC 6455, 4.2.2), or if a field is one that the
     *     handshake itself decides
     */
    public static byte[] switchingProtocols(
            OpeningHandshake.Upgrade upgrade, @Nullable String subprotocol, List<HeaderField> fields) {
        return switchingProtocols(upgrade, subprotocol, "", fields);
    }

    /**
     * The answer to an upgrade, with extensions.
     *
     * @param upgrade the handshake to accept
     * @param subprotocol as above
     * @param extensions the server's own text, such as {@link dev.gibbon.protocol.deflate.DeflateNegotiation.Answer#value()};
     *     empty for none
     * @param fields as above
     * @return the bytes of a 101
     * @throws IllegalArgumentException as above, or if the extensions cannot be written as they are
     */
    public static byte[] switchingProtocols(
            OpeningHandshake.Upgrade upgrade,
            @Nullable String subprotocol,
            String extensions,
            List<HeaderField> fields) {
        if (subprotocol == null && extensions.isEmpty() && fields.isEmpty()) {
            return switchingProtocols(upgrade);
        }
        ResponseHead head = new ResponseHead(SWITCHING_PROTOCOLS);
        head.write(upgrade.acceptBytes()).write("\r\n");
        if (subprotocol != null) {
            if (!upgrade.subprotocols().contains(subprotocol)) {
                throw new IllegalArgumentException("the client did not offer the subprotocol " + subprotocol
                        + "; a server may choose one of the offered only (RFC 6455, 4.2.2)");
            }
            head.field("Sec-WebSocket-Protocol", subprotocol);
        }
        if (!extensions.isEmpty()) {
            head.field("Sec-WebSocket-Extensions", extensions);
        }
        requireNone(DECIDED, fields);
        head.fields(fields);
        return head.toBytes();
    }

    /**
     * A refusal, head and body. The connection closes after it, and nothing that the peer sent behind its request may be
     * read as another one.
     *
     * @param refusal what to say
     * @param withBody false for the answer to a HEAD, which has the same fields and no body
     * @return the bytes of the whole response
     */
    public static byte[] refusal(Refusal refusal, boolean withBody) {
        byte[] body = (refusal.message() + "\n").getBytes(StandardCharsets.UTF_8);
        ResponseHead head = new ResponseHead(refusal.status());
        boolean upgrade = false;
        for (HeaderField field : refusal.fields()) {
            upgrade |= field.name().equalsIgnoreCase("Upgrade");
        }
        // RFC 9110, 7.8: "A sender of Upgrade MUST also send an 'Upgrade' connection option"
        byte[] bytes = head.fields(refusal.fields())
                .write("Content-Type: " + PLAIN_TEXT + "\r\nContent-Length: ")
                .write(Integer.toString(body.length))
                .write(upgrade ? "\r\nConnection: close, Upgrade\r\n" : "\r\nConnection: close\r\n")
                .toBytes();
        if (!withBody) {
            return bytes;
        }
        byte[] whole = Arrays.copyOf(bytes, bytes.length + body.length);
        System.arraycopy(body, 0, whole, bytes.length, body.length);
        return whole;
    }

    /**
     * The head of a page.
     *
     * @param status such as 200 or 404
     * @param contentType the media type
     * @param contentLength the length of the body in bytes, 0 or more; the same for the answer to a HEAD
     * @param etag the entity tag with its quotes; null for none
     * @param keepAlive whether the connection stays open, see {@link OpeningHandshake.PlainRequest#keepAlive()}
     * @param fields more fields, such as {@code Last-Modified}
     * @return the bytes of the head
     * @throws IllegalArgumentException if a value cannot be written as it is, the length is negative, or a field is one that
     *     says how the response is delimited
     */
    public static byte[] page(
            int status,
            String contentType,
            long contentLength,
            @Nullable String etag,
            boolean keepAlive,
            List<HeaderField> fields) {
        if (contentLength < 0) {
            throw new IllegalArgumentException("a content length is 0 or more, not " + contentLength);
        }
        requireNone(DELIMITING, fields);
        return new ResponseHead(status)
                .field("Content-Type", contentType)
                .write("Content-Length: ")
                .write(Long.toString(contentLength))
                .write("\r\n")
                .rest(etag, keepAlive, fields);
    }

    /**
     * The head of a 304, which has no body.
     *
     * @param etag the entity tag with its quotes; null for none
     * @param keepAlive whether the connection stays open
     * @param fields more fields, such as {@code Last-Modified}
     * @return the bytes of the head
     * @throws IllegalArgumentException if a value cannot be written as it is, or a field is one that says how the response
     *     is delimited
     */
    public static byte[] notModified(@Nullable String etag, boolean keepAlive, List<HeaderField> fields) {
        requireNone(DELIMITING, fields);
        return new ResponseHead(304).rest(etag, keepAlive, fields);
    }

    private byte[] rest(@Nullable String etag, boolean keepAlive, List<HeaderField> fields) {
        if (etag != null) {
            field("ETag", etag);
        }
        if (!keepAlive) {
            write("Connection: close\r\n");
        }
        return fields(fields).toBytes();
    }

    /** Refuses fields that are not for the caller to set. */
    static void requireNone(List<String> names, List<HeaderField> fields) {
        for (HeaderField field : fields) {
            for (String name : names) {
                if (name.equalsIgnoreCase(field.name())) {
                    throw new IllegalArgumentException(
                            "the field " + name + " is set by the library, not by its caller");
                }
            }
        }
    }

    /** Only text that was checked, or made here, comes this way. */
    private ResponseHead write(String ascii) {
        return write(ascii(ascii));
    }

    private ResponseHead write(byte[] ascii) {
        if (bytes.length - length < ascii.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + ascii.length));
        }
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
        return this;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** RFC 9112, 4 lets the phrase be empty; the usual ones help whoever reads a capture. */
    private static String reason(int status) {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 414 -> "URI Too Long";
            case 421 -> "Misdirected Request";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
