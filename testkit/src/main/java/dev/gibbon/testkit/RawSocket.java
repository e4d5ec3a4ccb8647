package dev.gibbon.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * A TCP client for tests that sends exactly the bytes it is given and reads with a deadline, so that a server that says
 * nothing fails a test instead of hanging it.
 *
 * <p>One thread may send while another reads. It never retries, answers or closes by itself.
 */
public final class RawSocket implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    /** The system's own choice of a receive buffer. */
    private static final int SYSTEM_BUFFER = 0;

    private final Socket socket;
    private final InputStream in;
    private Duration deadline = DEADLINE; // of the reading thread
    private long until; // System.nanoTime() at which the read under way gives up; of the reading thread

    private RawSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(new DeadlineInput(socket.getInputStream()));
    }

    /**
     * Connects to a port of this machine.
     *
     * @param port the port
     * @return the connection
     * @throws IOException if there is no server
     */
    public static RawSocket connect(int port) throws IOException {
        return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), SYSTEM_BUFFER);
    }

    /**
     * Connects, perhaps with a small receive buffer, as a slow reader has.
     *
     * @param address where to
     * @param receiveBuffer its bytes, or 0 for what the system chooses
     * @return the connection
     * @throws IOException if there is no server
     */
    @SuppressWarnings("AddressSelection") // a test names the one address it means
    public static RawSocket connect(InetSocketAddress address, int receiveBuffer) throws IOException {
        var socket = new Socket();
        try {
            if (receiveBuffer != SYSTEM_BUFFER) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.connect(address, (int) DEADLINE.toMillis());
            return new RawSocket(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Uses a socket that is connected already, such as one that speaks TLS.
     *
     * @param connected belongs to the result from now on
     * @return the connection
     * @throws IOException if the socket is closed
     */
    public static RawSocket over(Socket connected) throws IOException {
        return new RawSocket(connected);
    }

    /**
     * Connects to a port of this machine and speaks TLS, by the JDK.
     *
     * @param port the port
     * @param context whom to trust, and what to show
     * @param protocols versions of TLS; none for the context's own
     * @return the connection, its TLS handshake complete
     * @throws IOException if there is no server, or the TLS handshake fails
     */
    public static RawSocket connectTls(int port, SSLContext context, String... protocols) throws IOException {
        RawSocket plain = connect(port);
        try {
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain.socket, "localhost", port, true);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.setSoTimeout((int) DEADLINE.toMillis());
            socket.startHandshake();
            return new RawSocket(socket);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /**
     * The TLS session of a connection that was made by {@link #connectTls}.
     *
     * @return protocol, cipher suite and the server's certificates
     */
    public SSLSession tlsSession() {
        return ((SSLSocket) socket).getSession();
    }

    /**
     * Asks for a second handshake, which in TLS 1.3 means new keys. Nothing is waited for.
     *
     * @throws IOException if the connection is gone
     */
    public void tlsHandshakeAgain() throws IOException {
        ((SSLSocket) socket).startHandshake();
    }

    /**
     * Sets how long each of the following reads may take as a whole.
     *
     * @param newDeadline more than zero; 10 seconds unless set
     */
    public void setDeadline(Duration newDeadline) {
        deadline = newDeadline;
    }

    /**
     * Sends bytes in one write.
     *
     * @param bytes the bytes
     * @throws IOException if the connection is gone
     */
    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /**
     * Sends text, with every line feed as CR LF, as HTTP writes its lines.
     *
     * @param lines the text, such as a request head in a text block
     * @throws IOException if the connection is gone
     */
    public void sendLines(String lines) throws IOException {
        send(lines.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends bytes one write each, without delay between.
     *
     * @param bytes the bytes
     * @throws IOException if the connection is gone
     */
    public void dribble(byte[] bytes) throws IOException {
        for (byte b : bytes) {
            socket.getOutputStream().write(b);
        }
    }

    /**
     * Ends what this side sends; reading goes on.
     *
     * @throws IOException if the connection is gone
     */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * Cuts the connection with a reset (SO_LINGER 0).
     *
     * @throws IOException if the system refuses
     */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /**
     * Reads exactly so many bytes.
     *
     * @param count how many
     * @return the bytes
     * @throws EOFException if the stream ends before
     * @throws SocketTimeoutException at the deadline
     * @throws IOException if the connection is gone
     */
    public byte[] read(int count) throws IOException {
        byte[] bytes = input().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the stream ended after " + bytes.length + " of " + count + " bytes");
        }
        return bytes;
    }

    /**
     * Reads up to the end of the stream; a test that expects the server to close asks that the result be empty.
     *
     * @return the bytes, perhaps none
     * @throws SocketTimeoutException if the server has not ended the stream at the deadline
     * @throws IOException if the connection was reset
     */
    public byte[] readToEnd() throws IOException {
        return input().readAllBytes();
    }

    /**
     * Reads an HTTP response, and nothing of what follows it.
     *
     * @param hasBody false after HEAD
     * @return the response
     * @throws IOException at the deadline, or if the connection is gone or what came is not HTTP
     */
    public RawResponse readResponse(boolean hasBody) throws IOException {
        return RawResponse.read(input(), hasBody);
    }

    /**
     * Waits whether anything comes.
     *
     * @param time how long
     * @return what came first: bytes, at least one, or none if the connection stayed silent
     * @throws EOFException if the stream ended
     * @throws IOException if the connection was reset
     */
    public byte[] readWithin(Duration time) throws IOException {
        Duration usual = deadline;
        deadline = time;
        try {
            int first = input().read();
            if (first < 0) {
                throw new EOFException("the stream ended");
            }
            var out = new ByteArrayOutputStream();
            out.write(first);
            out.writeBytes(in.readNBytes(in.available()));
            return out.toByteArray();
        } catch (SocketTimeoutException silent) {
            return new byte[0];
        } finally {
            deadline = usual;
        }
    }

    /**
     * What the server sends, for a reader of one's own; the deadline counts from this call.
     *
     * @return the stream, the same at each call
     */
    public InputStream input() {
        until = System.nanoTime() + deadline.toNanos();
        return in;
    }

    /**
     * This side's port, by which a server knows the connection.
     *
     * @return the port
     */
    public int localPort() {
        return socket.getLocalPort();
    }

    /** Closes the connection; may be repeated. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is gone all the same.
        }
    }

    /** Lets each read of the socket wait only for what is left of the deadline. */
    private final class DeadlineInput extends InputStream {
        private final InputStream of;

        DeadlineInput(InputStream of) {
            this.of = of;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            long left = until - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException("nothing more came within " + deadline);
            }
            // Rounded up, because 0 would mean for ever.
            socket.setSoTimeout((int) Math.min(TimeUnit.NANOSECONDS.toMillis(left) + 1, Integer.MAX_VALUE));
            return of.read(into, offset, length);
        }

        @Override
        public int available() throws IOException {
            return of.available();
        }
    }
}
