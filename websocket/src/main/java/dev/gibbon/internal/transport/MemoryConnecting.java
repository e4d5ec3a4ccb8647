package dev.gibbon.internal.transport;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An attempt to connect in memory; decided by whoever listens, on any thread, and told by the next poll. */
final class MemoryConnecting implements Poller.Connecting {
    private final MemoryPoller poller;
    private final Poller.ConnectHandler handler;
    private volatile @Nullable MemoryLink connected;
    private volatile @Nullable IOException failure;
    private volatile boolean over;

    MemoryConnecting(MemoryPoller poller, Poller.ConnectHandler handler) {
        this.poller = poller;
        this.handler = handler;
    }

    void decide(MemoryLink link) {
        connected = link;
        poller.wakeup();
    }

    void refuse(IOException cause) {
        failure = cause;
        poller.wakeup();
    }

    boolean isDecided() {
        return connected != null || failure != null;
    }

    boolean isOver() {
        return over;
    }

    /** Tells what was decided. */
    void dispatch() {
        MemoryLink link = connected;
        IOException cause = failure;
        if (over || (link == null && cause == null)) {
            return;
        }
        over = true;
        poller.forget(this);
        if (cause != null) {
            handler.connectFailed(cause);
        } else if (link != null) {
            handler.connected(link);
        }
    }

    void pollerClosed() {
        if (!over) {
            cancel();
            handler.connectFailed(new IOException("the poller was closed"));
        }
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        poller.forget(this);
        MemoryLink link = connected;
        if (link != null) {
            link.close();
        }
    }
}
