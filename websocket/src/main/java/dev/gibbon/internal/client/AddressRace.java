package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.TimerWheel;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tries every address in turn: the next one when one has failed, or has not answered for a moment (RFC 8305, 5); those before go
 * on, and the first that is connected wins. So an address that is dead costs a quarter of a second and not the deadline. Knows no
 * deadline: whoever gives up cancels it. Only for the loop's thread.
 */
final class AddressRace extends TimerWheel.Timer implements Dialing {
    /** RFC 8305, 8: "Connection Attempt Delay ... The recommended value is 250 milliseconds." */
    static final long DELAY_NANOS = 250_000_000L;

    private final EventLoop loop;
    private final List<? extends SocketAddress> addresses;
    private final Poller.ConnectOptions options;
    private final Consumer<Link> won;
    private final Consumer<List<IOException>> lost;
    private final long delayNanos;
    private final List<Attempt> running = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();
    private int next;
    private boolean over;

    private AddressRace(
            EventLoop loop,
            List<? extends SocketAddress> addresses,
            Poller.ConnectOptions options,
            long delayNanos,
            Consumer<Link> won,
            Consumer<List<IOException>> lost) {
        this.loop = loop;
        this.addresses = addresses;
        this.options = options;
        this.delayNanos = delayNanos;
        this.won = won;
        this.lost = lost;
    }

    /**
     * Begins. One of the two is called, never from inside; {@code lost} gets the failures in the order in which they came.
     *
     * @param addresses at least one
     * @param withinNanos until whoever calls gives up; every address begins before that
     */
    static AddressRace begin(
            EventLoop loop,
            List<? extends SocketAddress> addresses,
            Poller.ConnectOptions options,
            long withinNanos,
            Consumer<Link> won,
            Consumer<List<IOException>> lost) {
        long share = Math.max(1, withinNanos / addresses.size());
        AddressRace race = new AddressRace(loop, addresses, options, Math.min(DELAY_NANOS, share), won, lost);
        race.tryNext();
        return race;
    }

    private void tryNext() {
        if (next < addresses.size()) {
            Attempt attempt = new Attempt(addresses.get(next++));
            running.add(attempt);
            attempt.connecting = loop.poller().connect(attempt.address, options, attempt);
        }
        if (next < addresses.size()) {
            loop.timers().arm(this, loop.now() + delayNanos);
        } else {
            loop.timers().disarm(this);
        }
    }

    @Override
    protected void expired(long now) {
        tryNext();
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            loop.timers().disarm(this);
            running.forEach(Attempt::cancel);
            running.clear();
        }
    }

    /** What is still being tried, and what has failed, for the message of a deadline. */
    List<IOException> failures() {
        List<IOException> all = new ArrayList<>(failures);
        for (Attempt attempt : running) {
            all.add(new java.net.SocketTimeoutException(Addresses.describe(attempt.address) + ": no answer"));
        }
        return all;
    }

    /** One address. */
    private final class Attempt implements Poller.ConnectHandler {
        private final SocketAddress address;
        private Poller.@Nullable Connecting connecting;

        Attempt(SocketAddress address) {
            this.address = address;
        }

        @Override
        public void connected(Link link) {
            running.remove(this);
            AddressRace.this.cancel();
            won.accept(link);
        }

        @Override
        public void connectFailed(IOException cause) {
            if (over) {
                return;
            }
            running.remove(this);
            failures.add(Failures.at(Addresses.describe(address), cause));
            if (next < addresses.size()) {
                tryNext();
            } else if (running.isEmpty()) {
                AddressRace.this.cancel();
                lost.accept(failures);
            }
        }

        void cancel() {
            Poller.Connecting open = connecting;
            if (open != null) {
                open.cancel();
            }
        }
    }
}
