package dev.gibbon.internal.loop;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import org.jspecify.annotations.Nullable;

/**
 * A connection that lives on a loop: it has a link, one timer (itself) and a place in the loop's list, from {@link
 * EventLoop#admit} to {@link EventLoop#dismiss}. Only for the loop's thread.
 */
public abstract class LoopTenant extends TimerWheel.Timer implements LinkHandler {
    private final EventLoop loop;
    private final Link link;

    @Nullable
    LoopTenant previousTenant;

    @Nullable
    LoopTenant nextTenant;

    boolean admitted;

    /** Makes a tenant, not yet admitted. */
    protected LoopTenant(EventLoop loop, Link link) {
        this.loop = loop;
        this.link = link;
    }

    /** The loop it lives on. */
    public final EventLoop loop() {
        return loop;
    }

    /** Its byte stream. */
    public final Link link() {
        return link;
    }

    /** Whom it belongs to: a server or a client, compared by identity. */
    public abstract Object owner();

    /** Ends it now, without manners. */
    public abstract void cut(@Nullable Throwable cause);

    /** Something it was called for threw; ends it, and never throws. */
    protected abstract void crashed(Throwable cause);

    /** There is something to read. */
    protected abstract void onReadable();

    /** There is room to write. */
    protected abstract void onWritable();

    /** Its timer fired. */
    protected abstract void onTimer(long now);

    /** Outgoing bytes that wait. */
    public abstract long queuedBytes();

    /** Writes what it gathered during this turn. */
    protected abstract void flush();

    @Override
    public final void readable() {
        try {
            onReadable();
        } catch (Throwable e) {
            crashed(e);
        }
    }

    @Override
    public final void writable() {
        try {
            onWritable();
        } catch (Throwable e) {
            crashed(e);
        }
    }

    @Override
    protected final void expired(long now) {
        try {
            onTimer(now);
        } catch (Throwable e) {
            crashed(e);
        }
    }
}
