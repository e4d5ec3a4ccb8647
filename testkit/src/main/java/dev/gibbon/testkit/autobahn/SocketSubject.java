package dev.gibbon.testkit.autobahn;

import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * A server or a client on this machine, seen over TCP. Each piece is one write with TCP_NODELAY; a reset is an exception, so a server
 * that closes its socket over unread octets is found out. For one thread.
 */
public final class SocketSubject implements Subject, AutoCloseable {
    private final RawSocket socket;
    private final boolean server;

    private SocketSubject(RawSocket socket, boolean server) {
        this.socket = socket;
        this.server = server;
    }

    /**
     * Connects, and goes through the opening handshake.
     *
     * @throws IOException if the server refuses, or is not there
     */
    public static SocketSubject connect(int port, String target) throws IOException {
        return new SocketSubject(RawWebSocket.connect(port, target).socket(), true);
    }

    /**
     * Goes through the opening handshake on a connection that is there.
     *
     * @throws IOException if the server refuses
     */
    public static SocketSubject open(RawSocket socket, String target) throws IOException {
        socket.send(RawWebSocket.request("localhost", target));
        return new SocketSubject(RawWebSocket.open(socket).socket(), true);
    }

    /** Takes a client whose opening handshake was answered; the socket is closed with the subject. */
    public static SocketSubject client(RawSocket socket) {
        return new SocketSubject(socket, false);
    }

    @Override
    public boolean isServer() {
        return server;
    }

    @Override
    public void send(byte[] octets, int from, int to) throws IOException {
        socket.send(from == 0 && to == octets.length ? octets : Arrays.copyOfRange(octets, from, to));
    }

    @Override
    public int receive(ByteBuffer into, Duration patience) throws IOException {
        socket.setDeadline(patience);
        try {
            int count = socket.input().read(into.array(), into.arrayOffset() + into.position(), into.remaining());
            into.position(into.position() + Math.max(count, 0));
            return count;
        } catch (SocketTimeoutException nothing) {
            return 0;
        }
    }

    @Override
    public void finish() throws IOException {
        socket.halfClose();
    }

    @Override
    public void close() {
        socket.close();
    }
}
