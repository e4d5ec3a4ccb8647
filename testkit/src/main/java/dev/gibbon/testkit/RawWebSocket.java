package dev.gibbon.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client for tests over a plain socket and the test kit's own codec: an independent judge of a server. It sends
 * any frame, masked with a fixed key, and checks every frame that comes: no mask, no RSV bits, the shortest length form,
 * control frames whole and short.
 *
 * <p>One thread may send while another reads. It never answers pings or Closes by itself.
 */
public final class RawWebSocket implements AutoCloseable {
    /** The key in every frame that {@link #send} masks; not zero, so that a server that forgets the mask is seen. */
    public static final int KEY = 0x37fa213d;

    /** The first RSV bit, as {@link RawFrame#rsv()} tells it. */
    public static final int RSV1 = 4;

    private static final String HANDSHAKE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final RawSocket socket;
    private final RawResponse response;
    private @Nullable RawDeflate deflate;

    private RawWebSocket(RawSocket socket, RawResponse response) {
        this.socket = socket;
        this.response = response;
    }

    /**
     * Connects to a port of this machine and opens a WebSocket.
     *
     * @param port the port
     * @param target path and query, such as {@code /echo}
     * @param fields more header fields, such as {@code Origin: null}
     * @return the open WebSocket
     * @throws ProtocolException if the server refuses, or answers against RFC 6455, 4.2.2
     * @throws IOException if there is no server, or it does not answer in time
     */
    public static RawWebSocket connect(int port, String target, String... fields) throws IOException {
        RawSocket socket = RawSocket.connect(port);
        try {
            socket.send(request("localhost:" + port, target, fields));
            return open(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * The request that {@link #connect} sends, for a test that wants to cut or change it.
     *
     * @param host the Host field
     * @param target path and query
     * @param fields more header fields
     * @return its bytes
     */
    public static byte[] request(String host, String target, String... fields) {
        var head = new StringBuilder()
                .append("GET ")
                .append(target)
                .append(" HTTP/1.1\r\n")
                .append("Host: ")
                .append(host)
                .append("\r\n")
                .append("Upgrade: websocket\r\n")
                .append("Connection: Upgrade\r\n")
                .append("Sec-WebSocket-Key: ")
                .append(HANDSHAKE_KEY)
                .append("\r\n")
                .append("Sec-WebSocket-Version: 13\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the answer to {@link #request} on a socket that sent it.
     *
     * @param socket owned by the WebSocket from now on
     * @return the open WebSocket
     * @throws ProtocolException if the server refuses, or answers against RFC 6455, 4.2.2
     * @throws IOException if it does not answer in time, or is gone
     */
    public static RawWebSocket open(RawSocket socket) throws IOException {
        RawResponse response = socket.readResponse(true);
        require(response.status() == 101, "status 101", response);
        require("websocket".equalsIgnoreCase(response.header("Upgrade").orElse("")), "Upgrade: websocket", response);
        require("upgrade".equalsIgnoreCase(response.header("Connection").orElse("")), "Connection: Upgrade", response);
        require(
                accept(HANDSHAKE_KEY)
                        .equals(response.header("Sec-WebSocket-Accept").orElse("")),
                "the accept value",
                response);
        return new RawWebSocket(socket, response);
    }

    /**
     * The server's answer to the handshake.
     *
     * @return status 101
     */
    public RawResponse response() {
        return response;
    }

    /**
     * The connection below, for bytes that are no frame, half-close and reset.
     *
     * @return the socket
     */
    public RawSocket socket() {
        return socket;
    }

    /**
     * From now on frames with RSV1 are taken, where RFC 7692 allows the bit, and {@link #readMessage} inflates. For a test
     * that has offered permessage-deflate and looked at the answer.
     *
     * @param agreed the two directions, closed with this
     * @return this
     */
    public RawWebSocket deflating(RawDeflate agreed) {
        this.deflate = agreed;
        return this;
    }

    /**
     * Opens a WebSocket that offers permessage-deflate, and obeys what the server answers.
     *
     * @param port the port
     * @param target path and query
     * @param offer the value of {@code Sec-WebSocket-Extensions}
     * @return the open WebSocket
     * @throws ProtocolException if the server refuses, or does not agree on the extension
     * @throws IOException if there is no server, or it does not answer in time
     */
    public static RawWebSocket connectDeflating(int port, String target, String offer) throws IOException {
        RawWebSocket client = connect(port, target, "Sec-WebSocket-Extensions: " + offer);
        String answer = client.response.header("Sec-WebSocket-Extensions").orElse("");
        if (!answer.startsWith("permessage-deflate")) {
            client.close();
            throw new ProtocolException("expected permessage-deflate, found: " + client.response);
        }
        return client.deflating(new RawDeflate(
                !answer.contains("client_no_context_takeover"), !answer.contains("server_no_context_takeover")));
    }

    /**
     * The two directions of compression.
     *
     * @return what {@link #deflating} was given
     */
    public RawDeflate deflate() {
        if (deflate == null) {
            throw new IllegalStateException("not deflating");
        }
        return deflate;
    }

    /**
     * Sends a message compressed, as one frame.
     *
     * @param opcode text or binary
     * @param payload the message
     * @throws IOException if the connection is gone
     */
    public void sendDeflated(int opcode, byte[] payload) throws IOException {
        send(RawFrame.of(opcode, deflate().deflate(payload)).withRsv(RSV1));
    }

    /**
     * Sends frames in one write, each masked with {@link #KEY}.
     *
     * @param frames the frames, without a mask
     * @throws IOException if the connection is gone
     */
    public void send(RawFrame... frames) throws IOException {
        var out = new ByteArrayOutputStream();
        for (RawFrame frame : frames) {
            out.writeBytes(frame.masked(KEY).bytes());
        }
        socket.send(out.toByteArray());
    }

    /**
     * Sends one text message.
     *
     * @param text the message
     * @throws IOException if the connection is gone
     */
    public void sendText(String text) throws IOException {
        send(RawFrame.text(text));
    }

    /**
     * Sends one binary message.
     *
     * @param payload the message
     * @throws IOException if the connection is gone
     */
    public void sendBinary(byte[] payload) throws IOException {
        send(RawFrame.of(RawFrame.BINARY, payload));
    }

    /**
     * Reads the next frame, whatever it is.
     *
     * @return the frame
     * @throws ProtocolException if a server must not send it
     * @throws IOException at the deadline, at the end of the stream, or if the connection is gone
     */
    public RawFrame readFrame() throws IOException {
        RawFrame frame = RawFrame.read(socket.input());
        require(frame.key().isEmpty(), "no mask", frame);
        boolean first = frame.opcode() == RawFrame.TEXT || frame.opcode() == RawFrame.BINARY;
        // RFC 7692, 6: RSV1 is set on the first fragment of a compressed message, and on no other frame.
        require(
                frame.rsv() == 0 || (deflate != null && first && frame.rsv() == RSV1),
                deflate == null ? "no RSV bits" : "no RSV bit but RSV1 on the first frame of a message",
                frame);
        require(frame.isMinimal(), "the shortest length form", frame);
        require(
                frame.opcode() <= RawFrame.BINARY
                        || (frame.opcode() >= RawFrame.CLOSE && frame.opcode() <= RawFrame.PONG),
                "a known opcode",
                frame);
        if (frame.opcode() >= RawFrame.CLOSE) {
            require(frame.fin() && frame.payload().length <= 125, "a whole, short control frame", frame);
        }
        return frame;
    }

    /**
     * Reads the next message as one frame, joined from its parts. A control frame in its place or between its parts is a
     * failure: a test that expects one reads frames. A compressed message is inflated.
     *
     * @return a text or binary frame with FIN
     * @throws ProtocolException if something else comes
     * @throws IOException at the deadline, at the end of the stream, or if the connection is gone
     */
    public RawFrame readMessage() throws IOException {
        RawFrame frame = readFrame();
        require(frame.opcode() == RawFrame.TEXT || frame.opcode() == RawFrame.BINARY, "a message", frame);
        int opcode = frame.opcode();
        boolean deflated = frame.rsv() != 0;
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(frame.payload());
        while (!frame.fin()) {
            frame = readFrame();
            require(frame.opcode() == RawFrame.CONTINUATION, "a continuation", frame);
            payload.writeBytes(frame.payload());
        }
        byte[] joined = payload.toByteArray();
        return RawFrame.of(opcode, deflated ? deflate().inflate(joined) : joined);
    }

    /**
     * Reads the next message, which must be text.
     *
     * @return the text
     * @throws ProtocolException if something else comes
     * @throws IOException at the deadline, at the end of the stream, or if the connection is gone
     */
    public String readText() throws IOException {
        RawFrame message = readMessage();
        require(message.opcode() == RawFrame.TEXT, "a text message", message);
        return message.text();
    }

    /**
     * Reads the next frame, which must be a Close.
     *
     * @return the frame
     * @throws ProtocolException if something else comes
     * @throws IOException at the deadline, at the end of the stream, or if the connection is gone
     */
    public RawFrame readClose() throws IOException {
        RawFrame frame = readFrame();
        require(frame.opcode() == RawFrame.CLOSE, "a Close", frame);
        return frame;
    }

    /**
     * Reads the end of the stream.
     *
     * @throws ProtocolException if bytes come first
     * @throws IOException at the deadline, or if the connection was reset
     */
    public void readEnd() throws IOException {
        byte[] rest = socket.readToEnd();
        require(rest.length == 0, "the end of the stream", Hex.of(rest));
    }

    /**
     * Goes through the closing handshake: sends a Close, reads the answer, and reads the end of the stream.
     *
     * @param code the code to send
     * @return the server's Close
     * @throws IOException if anything else comes, at the deadline, or if the connection was reset
     */
    public RawFrame closeHandshake(int code) throws IOException {
        send(RawFrame.close(code, ""));
        RawFrame answer = readClose();
        readEnd();
        return answer;
    }

    /** Closes the connection, without a closing handshake; may be repeated. */
    @Override
    public void close() {
        socket.close();
        if (deflate != null) {
            deflate.close();
        }
    }

    /**
     * The accept value that belongs to a key: RFC 6455, 4.2.2.
     *
     * @param key the value of Sec-WebSocket-Key
     * @return the value of Sec-WebSocket-Accept
     */
    public static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static void require(boolean condition, String expected, Object found) throws ProtocolException {
        if (!condition) {
            throw new ProtocolException("expected " + expected + ", found: " + found);
        }
    }
}
