package dev.gibbon.internal.connection;

import org.jspecify.annotations.Nullable;

/**
 * The deadlines of a connection, all on its one timer: heartbeat and idle time, a write without progress, a writer left open, a
 * pause without end, the closing handshake. The timer may fire early, never late; when it does, each deadline is looked at.
 * Only for the loop's thread.
 *
 * <p>While the peer is not read, it cannot prove that it lives, so its clocks stand still.
 */
final class Deadlines {
    private static final long NEVER = Long.MAX_VALUE;

    /** Once we have closed, messages that nobody takes may hide the peer's Close this long, and no longer than half of closeTimeout. */
    private static final long MOST_UNTAKEN_NANOS = 1_000_000_000L;

    private final Connection connection;
    private long lastRead;
    private long lastMessage;
    private @Nullable Seldom seldom;
    private boolean pinged;

    /** Clocks that run only when reading was stopped or the end has begun; most connections never are there for long. */
    private static final class Seldom {
        long pausedAt = NEVER;
        long closeDeadline = NEVER;
        long untakenSince = NEVER;
    }

    Deadlines(Connection connection) {
        this.connection = connection;
    }

    private ConnectionSettings settings() {
        return connection.settings();
    }

    private Seldom seldom() {
        Seldom present = seldom;
        if (present == null) {
            present = new Seldom();
            seldom = present;
        }
        return present;
    }

    private long pausedAt() {
        return seldom == null ? NEVER : seldom.pausedAt;
    }

    private long closeDeadline() {
        return seldom == null ? NEVER : seldom.closeDeadline;
    }

    private long untakenSince() {
        return seldom == null ? NEVER : seldom.untakenSince;
    }

    // ---- what happens

    /** The connection is open: its clocks start. */
    void opened(long now) {
        lastRead = now;
        lastMessage = now;
    }

    /** A byte came. */
    void read(long now) {
        lastRead = now;
        if (pinged) {
            pinged = false;
            // The timer waits for the end of pongTimeout, and the next ping may be due before that.
            armNoLaterThan(nextLifeCheck());
        }
    }

    /** A message came. */
    void messageReceived() {
        lastMessage = connection.loop().now();
    }

    /** A message was sent. */
    void messageSent() {
        lastMessage = connection.loop().now();
    }

    /** Reading stopped. */
    void paused(long now) {
        seldom().pausedAt = now;
        armNoLaterThan(now + settings().maxPause);
        if (closeDeadline() != NEVER) {
            untaken(now);
        }
    }

    /** Reading goes on. */
    void resumed(long now) {
        if (seldom != null) {
            seldom.pausedAt = NEVER;
            seldom.untakenSince = NEVER;
        }
        read(now);
        lastMessage = now;
        armNoLaterThan(nextLifeCheck());
    }

    /** The socket took less than there was. */
    void stalled(long progressAt) {
        armNoLaterThan(progressAt + settings().writeTimeout);
    }

    /** The end has begun, and has this long from now at most, or from when it began if it had. */
    void expectEnd() {
        long now = connection.loop().now();
        if (closeDeadline() == NEVER && pausedAt() != NEVER) {
            untaken(now);
        }
        seldom().closeDeadline = Math.min(closeDeadline(), now + settings().closeTimeout);
        armNoLaterThan(closeDeadline());
    }

    /** What nobody takes keeps us from the peer's Close from now on. */
    private void untaken(long now) {
        seldom().untakenSince = now;
        armNoLaterThan(untakenDeadline());
    }

    private long untakenDeadline() {
        return untakenSince() == NEVER
                ? NEVER
                : untakenSince() + Math.min(MOST_UNTAKEN_NANOS, settings().closeTimeout / 2);
    }

    /** Our Close waits for the application's last answers, but no longer than this. */
    void expectAnswers(long nanos) {
        if (nanos < closeDeadline() - connection.loop().now()) {
            seldom().closeDeadline = connection.loop().now() + nanos;
            armNoLaterThan(closeDeadline());
        }
    }

    /** The end gets its whole time again, because it went a step further. */
    void expectEndAnew() {
        seldom().closeDeadline = NEVER;
        expectEnd();
    }

    long lastRead() {
        return lastRead;
    }

    // ---- looking

    /** The timer fired. */
    void check(long now) {
        Ending ending = connection.ending();
        if (ending.isTold()) {
            ending.lingered();
            return;
        }
        if (now >= untakenDeadline()) {
            seldom().untakenSince = NEVER;
            connection.takesNoMore();
        }
        if (now >= closeDeadline()) {
            if (!ending.payOwed() && !ending.giveWriterUp()) {
                ending.overdue("the closing handshake took longer than closeTimeout");
            } else {
                expectEndAnew();
            }
            return;
        }
        Outgoing outgoing = connection.outgoing();
        if (outgoing.stalled() && now - outgoing.progressAt() >= settings().writeTimeout) {
            ConnectionEvents.sentAfter(connection, now - outgoing.stalledAt());
            ending.overdue("the peer took no bytes for as long as writeTimeout");
            return;
        }
        connection.sending().checkWriter(now);
        String dead = closeDeadline() == NEVER ? checkLife(now) : null;
        if (dead != null) {
            ending.overdue(dead);
        }
    }

    /** Pings a silent peer; says so if it is dead. */
    private @Nullable String checkLife(long now) {
        Ending ending = connection.ending();
        if (pausedAt() != NEVER) {
            if (now - pausedAt() >= settings().maxPause) {
                ending.fail(1008, "not read for longer than maxPause", null);
            }
            return null;
        }
        if (settings().pingInterval > 0) {
            long silent = now - lastRead;
            if (pinged && silent >= settings().pingInterval + settings().pongTimeout) {
                return "no byte came within pongTimeout after a ping";
            }
            if (!pinged && silent >= settings().pingInterval) {
                pinged = true;
                connection.sending().ping(Pings.HEARTBEAT);
                // A timer that was late must not shorten the peer's time to answer.
                lastRead = now - settings().pingInterval;
            }
        }
        if (settings().idleTimeout > 0 && now - lastMessage() >= settings().idleTimeout) {
            ending.fail(1001, "no message for longer than idleTimeout", null);
        }
        return null;
    }

    // ---- the timer

    /** Arms the timer for the next deadline, or disarms it if there is none. */
    void schedule() {
        long next = closeDeadline();
        if (!connection.ending().isTold()) {
            Outgoing outgoing = connection.outgoing();
            if (outgoing.stalled()) {
                next = Math.min(next, outgoing.progressAt() + settings().writeTimeout);
            }
            next = Math.min(next, untakenDeadline());
            if (closeDeadline() == NEVER) {
                next = Math.min(next, pausedAt() == NEVER ? nextLifeCheck() : pausedAt() + settings().maxPause);
            }
            next = Math.min(next, connection.sending().writerDeadline());
        }
        if (next == NEVER) {
            connection.loop().timers().disarm(connection);
        } else if (!connection.armed() || connection.deadline() != next) {
            connection.loop().timers().arm(connection, next);
        }
    }

    /** When a message last came or went. */
    private long lastMessage() {
        Lending lending = connection.lending();
        return lending == null ? lastMessage : Math.max(lastMessage, lending.sentAt());
    }

    private long nextLifeCheck() {
        long next = NEVER;
        if (settings().pingInterval > 0) {
            next = lastRead + settings().pingInterval + (pinged ? settings().pongTimeout : 0);
        }
        if (settings().idleTimeout > 0) {
            next = Math.min(next, lastMessage() + settings().idleTimeout);
        }
        return next;
    }

    /** The timer fires then or earlier. */
    void armNoLaterThan(long deadline) {
        if (deadline != NEVER
                && !connection.ending().isOver()
                && (!connection.armed() || connection.deadline() > deadline)) {
            connection.loop().timers().arm(connection, deadline);
        }
    }
}
