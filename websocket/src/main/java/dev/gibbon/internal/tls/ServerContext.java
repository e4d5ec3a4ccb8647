package dev.gibbon.internal.tls;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Makes the engines of a server's connections. The certificates can be loaded again: connections that are open go on, new
 * ones get what was loaded last. What cannot be loaded changes nothing. For any thread.
 */
public final class ServerContext {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** Loads keys and certificates. */
    @FunctionalInterface
    public interface Loader {
        /** Loads them, and says in words what is wrong with them. */
        SSLContext load() throws IOException;
    }

    private final Loader loader;
    private final List<Path> files;
    private final EngineParameters parameters;
    private final long lookNanos;
    private final AtomicLong nextLook;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile SSLContext current;
    /** Guarded by the lock. */
    private List<String> seen;

    /**
     * Loads for the first time.
     *
     * @param loader loads from the files
     * @param files looked at for changes
     * @param parameters of every engine
     * @param lookEvery how often newcomers have the files looked at; zero for never
     * @throws IOException if it cannot be loaded
     */
    public ServerContext(Loader loader, List<Path> files, EngineParameters parameters, Duration lookEvery)
            throws IOException {
        this.loader = loader;
        this.files = List.copyOf(files);
        this.parameters = parameters;
        this.lookNanos = files.isEmpty() ? 0 : lookEvery.toNanos();
        this.nextLook = new AtomicLong(System.nanoTime() + lookNanos);
        this.seen = stamps();
        this.current = loader.load();
        // Whatever is wrong with the parameters is the caller's to know now, not the first peer's.
        engine();
    }

    /** A new engine, for one connection. */
    public SSLEngine engine() {
        SSLEngine engine = current.createSSLEngine();
        engine.setUseClientMode(false);
        parameters.apply(engine);
        return engine;
    }

    /** Loads again. */
    public void reload() throws IOException {
        lock.lock();
        try {
            seen = stamps();
            current = loader.load();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is time for {@link #look}; true for one of the callers only. */
    public boolean lookIsDue() {
        if (lookNanos == 0) {
            return false;
        }
        long due = nextLook.get();
        long now = System.nanoTime();
        return now - due >= 0 && nextLook.compareAndSet(due, now + lookNanos);
    }

    /** Loads again if the files have changed. Reads files, so not for a loop. */
    public void look() {
        lock.lock();
        try {
            if (stamps().equals(seen)) {
                return;
            }
            reload();
            LOG.log(Level.INFO, "the TLS certificates were loaded again from " + files);
        } catch (IOException | RuntimeException e) {
            // Said once for each change, because the stamps are taken before.
            LOG.log(Level.WARNING, "the changed TLS certificates cannot be used; the old ones stay: " + e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private List<String> stamps() {
        List<String> stamps = new ArrayList<>();
        for (Path file : files) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.add(now.lastModifiedTime() + " " + now.size() + " " + now.fileKey());
            } catch (IOException e) {
                stamps.add("missing");
            }
        }
        return stamps;
    }
}
