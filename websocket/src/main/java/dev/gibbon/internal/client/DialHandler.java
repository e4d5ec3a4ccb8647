package dev.gibbon.internal.client;

import dev.gibbon.internal.transport.Link;
import java.io.IOException;

/** Told how dialing ended: once, on the loop, never from inside {@link Dialer#dial}, and not at all after a cancel. */
public interface DialHandler {
    /**
     * There is a byte stream to the target, through the proxy if there is one. It is registered with the loop's poller, wants
     * nothing yet, and whatever the target may have sent is still in it. The handler's to close.
     */
    void dialed(Link link);

    /** It failed; nothing is left of it. The failures of every address are suppressed ones of this one if there were several. */
    void dialFailed(IOException cause);
}
