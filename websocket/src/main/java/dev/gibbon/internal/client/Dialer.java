package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.EventLoop;

/**
 * Reaches targets: looks up names off the loop, tries every address in turn, and goes through the proxy that was chosen. Immutable;
 * one serves a client's attempts on every loop.
 */
public final class Dialer {
    private final DialSettings settings;

    /** Makes a dialer. */
    public Dialer(DialSettings settings) {
        this.settings = settings;
    }

    /**
     * Begins to dial. Only on the loop's thread.
     *
     * @param deadline when it fails with a {@link java.net.SocketTimeoutException}, on the scale of {@link EventLoop#now()}
     */
    public Dialing dial(EventLoop loop, DialTarget target, long deadline, DialHandler handler) {
        Dial dial = new Dial(loop, settings, target, deadline, handler);
        dial.begin();
        return dial;
    }
}
