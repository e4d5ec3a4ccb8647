package dev.gibbon.interop;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A proxy in a process of its own, with its data in a temporary folder. Closing it ends that process. For one thread. */
final class ProxyProcess implements AutoCloseable {
    private static final long LOOK_NANOS = 20_000_000L;

    private final Process process;
    private final Path log;

    private ProxyProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program and waits until it listens.
     *
     * @param log what it says
     * @param ports all of these on the loopback interface
     */
    static ProxyProcess start(List<String> command, Path log, int... ports) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(log.toFile())
                .start();
        ProxyProcess proxy = new ProxyProcess(process, log);
        try {
            for (int port : ports) {
                proxy.awaitListening(port);
            }
        } catch (IOException | RuntimeException | Error e) {
            proxy.close();
            throw e;
        }
        return proxy;
    }

    private void awaitListening(int port) throws IOException {
        long began = System.nanoTime();
        while (true) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException notYet) {
                boolean late = System.nanoTime() - began > TimeUnit.SECONDS.toNanos(Ears.PATIENCE_SECONDS);
                if (late || !process.isAlive()) {
                    throw new IOException(process + " does not listen on " + port + ": " + said(), notYet);
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    /** What it has said. */
    String said() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(5, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
