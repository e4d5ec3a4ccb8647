package dev.gibbon.hub.nats;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to the engine that can be cut: connections to it go on to another port of this machine, while it is open. */
final class Relay implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int target;
    private volatile boolean open = true;

    Relay(int target) throws IOException {
        this.target = target;
        spawn(this::accept);
    }

    String uri() {
        return "nats://127.0.0.1:" + server.getLocalPort();
    }

    /** Ends all connections. */
    void cut() {
        sockets.forEach(Relay::close);
        sockets.clear();
    }

    /** Takes no new connections either, or does so again. */
    void open(boolean now) {
        open = now;
        if (!now) {
            cut();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        open(false);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                if (!open) {
                    near.close();
                    continue;
                }
                var far = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(near);
                sockets.add(far);
                spawn(() -> copy(near, far));
                spawn(() -> copy(far, near));
                if (!open) {
                    cut();
                }
            } catch (IOException e) {
                // The target is away, or we are closed; the socket that was taken ends with the next one that is cut.
                cut();
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // Cut.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void spawn(Runnable task) {
        var thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }
}
