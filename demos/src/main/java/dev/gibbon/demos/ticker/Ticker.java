package dev.gibbon.demos.ticker;

import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.Message;
import dev.gibbon.ScheduledTask;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends whatever comes back every two seconds, until the connection closes; text with the time before it, binary as it was.
 * At most {@value #MOST} replies run; one more ends the oldest, which says so.
 *
 * <p>One listener for each connection. Its callbacks run on the connection's event loop, its timers on any loop, so the
 * replies are guarded by a lock; nothing under it waits.
 */
public final class Ticker implements WebSocketListener {
    static final int MOST = 16;
    static final Duration PERIOD = Duration.ofSeconds(2);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final int QUOTED_CHARACTERS = 40;

    private final Timers timers;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Reply> running = new ArrayDeque<>(); // oldest first; guarded by lock

    /** Where timers come from: {@code EventLoops::schedule}, or a test. */
    @FunctionalInterface
    public interface Timers {
        ScheduledTask schedule(Duration delay, Runnable task);
    }

    Ticker(Timers timers, Clock clock) {
        this.timers = timers;
        this.clock = clock;
    }

    /** The endpoint; a connection holds at most 16 messages of 16 KiB. */
    public static Endpoint endpoint(Timers timers, Clock clock) {
        return Endpoint.listenerPerConnection(() -> new Ticker(timers, clock))
                .options(options -> options.maxMessageBytes(16 << 10));
    }

    @Override
    public void onMessage(WebSocket socket, Message message) {
        lock.lock();
        try {
            if (running.size() == MOST) {
                Reply oldest = running.remove();
                oldest.timer.cancel();
                oldest.sayItEnds();
            }
            running.add(new Reply(socket, message.copy()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onClose(WebSocket socket, CloseInfo info) {
        lock.lock();
        try {
            running.forEach(reply -> reply.timer.cancel());
            running.clear();
        } finally {
            lock.unlock();
        }
    }

    /** One message that comes back again and again. */
    private final class Reply {
        private final WebSocket socket;
        private final Message message;
        private ScheduledTask timer; // guarded by lock

        Reply(WebSocket socket, Message message) {
            this.socket = socket;
            this.message = message;
            this.timer = timers.schedule(PERIOD, this::tick);
        }

        private void tick() {
            lock.lock();
            try {
                if (running.contains(this)) { // else it was ended while this waited for the lock
                    timer = timers.schedule(PERIOD, this::tick);
                    socket.trySend(reply()); // a peer that does not keep up misses a tick
                }
            } finally {
                lock.unlock();
            }
        }

        private Message reply() {
            return message.isText() ? Message.text(LocalTime.now(clock).format(TIME) + " " + message.text()) : message;
        }

        private void sayItEnds() {
            String what =
                    message.isText() ? "\"" + beginning(message.text()) + "\"" : message.size() + " bytes of binary";
            String why = "At most " + MOST + " replies run at once; the oldest ends: " + what;
            if (socket.trySend(why) == SendResult.FULL) {
                socket.close(1013, "You do not read what is sent.");
            }
        }
    }

    private static String beginning(String text) {
        if (text.codePointCount(0, text.length()) <= QUOTED_CHARACTERS) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, QUOTED_CHARACTERS)) + "...";
    }
}
