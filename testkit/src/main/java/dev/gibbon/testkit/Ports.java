package dev.gibbon.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface for what cannot let the system choose, wants its port back later, or needs one where nobody listens.
 * They lie below those that systems give to whoever asks for any, so that no other process gets one by chance. Any thread.
 */
public final class Ports {
    private static final int LOWEST = 15_000;
    /** Linux gives away those from 32,768 on, others from 49,152 on. */
    private static final int END = 32_000;

    private static final int MOST_TRIES = 100;

    private Ports() {}

    /**
     * Chooses a port that nobody has at this moment.
     *
     * @return the port
     * @throws IOException if none of many was free
     */
    public static int free() throws IOException {
        IOException taken = new IOException("no port was tried");
        for (int i = 0; i < MOST_TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, END);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                taken = e;
            }
        }
        throw taken;
    }
}
