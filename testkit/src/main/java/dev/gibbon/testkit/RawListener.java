package dev.gibbon.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/**
 * A server for tests of clients: it accepts on a free port of this machine, and does what the test does with the bytes. For one
 * thread.
 */
public final class RawListener implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 15_000;
    private static final int MOST_HEAD_BYTES = 64 << 10;

    private final ServerSocket server;

    private RawListener(ServerSocket server) {
        this.server = server;
    }

    /**
     * Listens.
     *
     * @return the listener
     * @throws IOException if there is no port
     */
    public static RawListener open() throws IOException {
        return open(ServerSocketFactory.getDefault());
    }

    /**
     * Listens for clients that speak TLS.
     *
     * @param context with the server's certificate
     * @return the listener
     * @throws IOException if there is no port
     */
    public static RawListener openTls(SSLContext context) throws IOException {
        return open(context.getServerSocketFactory());
    }

    private static RawListener open(ServerSocketFactory sockets) throws IOException {
        ServerSocket server = sockets.createServerSocket(0, 2048, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
        return new RawListener(server);
    }

    /**
     * The port.
     *
     * @return where clients connect
     */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Takes the next connection.
     *
     * @return the connection
     * @throws IOException if nobody connects in time
     */
    public RawSocket accept() throws IOException {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        return RawSocket.over(socket);
    }

    /**
     * Takes the next connection and answers its opening handshake with 101.
     *
     * @param fields more fields of the answer
     * @return the connection, behind the handshake
     * @throws IOException if nobody connects in time, or does not ask for a WebSocket
     */
    public RawSocket acceptWebSocket(String... fields) throws IOException {
        RawSocket socket = accept();
        try {
            socket.send(switching(readHead(socket), fields));
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Reads a request up to the empty line.
     *
     * @param socket the connection
     * @return the head
     * @throws IOException if it does not come in time
     */
    public static String readHead(RawSocket socket) throws IOException {
        var head = new ByteArrayOutputStream();
        int newlines = 0;
        while (newlines < 2) {
            int octet = socket.input().read();
            if (octet < 0) {
                throw new EOFException("within the head: " + head.toString(StandardCharsets.ISO_8859_1));
            }
            if (head.size() == MOST_HEAD_BYTES) {
                throw new ProtocolException("a head of more than " + MOST_HEAD_BYTES + " bytes");
            }
            head.write(octet);
            newlines = octet == '\n' ? newlines + 1 : octet == '\r' ? newlines : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /**
     * The value of a field of a head.
     *
     * @param head the head
     * @param name the field's name as it was sent
     * @return the value
     * @throws ProtocolException if it is not there
     */
    public static String field(String head, String name) throws ProtocolException {
        int at = head.indexOf("\r\n" + name + ": ");
        if (at < 0) {
            throw new ProtocolException("no " + name + " in " + head);
        }
        int from = at + name.length() + 4;
        return head.substring(from, head.indexOf("\r\n", from));
    }

    /**
     * The answer that accepts a request.
     *
     * @param head the request's head
     * @param fields more fields
     * @return its bytes
     * @throws ProtocolException if the request has no key
     */
    public static byte[] switching(String head, String... fields) throws ProtocolException {
        StringBuilder answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n")
                .append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
                .append(RawWebSocket.accept(field(head, "Sec-WebSocket-Key")))
                .append("\r\n");
        for (String each : fields) {
            answer.append(each).append("\r\n");
        }
        return answer.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
