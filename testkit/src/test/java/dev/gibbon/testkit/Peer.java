package dev.gibbon.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The other end of one connection, following a script on a thread of its own. */
final class Peer implements AutoCloseable {
    private final ServerSocket server;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** What the other end does; the connection is closed after it. */
    interface Script {
        void run(Socket socket) throws IOException;
    }

    Peer(Script script) throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var thread = new Thread(() -> {
            try (Socket socket = server.accept()) {
                script.run(socket);
                done.complete(null);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Waits for the end of the script; throws what it threw. */
    void join() throws InterruptedException, ExecutionException {
        done.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
