package dev.gibbon.hub.redis;

import dev.gibbon.hub.BackplaneException;

/** Something of this node that hears what Redis tells on a channel; called on the thread of the backplane. */
interface Hearer {
    byte[] channel();

    /** There is a new session, subscribed to the channel. */
    void up(Session session);

    /** The session has ended. */
    void down(Throwable cause);

    void hear(Session session, byte[] body);

    /** Messages may have been dropped that were on their way here. */
    void missed(Session session);

    /** Time has passed: Redis forgets topics that nobody uses. */
    void renew(Session session);

    /** The backplane is closed. */
    void closed(BackplaneException cause);
}
