package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.TimerWheel;
import dev.gibbon.internal.transport.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One target being dialed, from the name to the connected link. Only for the loop's thread. */
final class Dial extends TimerWheel.Timer implements Dialing {
    private final EventLoop loop;
    private final DialSettings settings;
    private final DialTarget target;
    private final long began;
    private final long deadline;
    private final DialHandler handler;
    private final Runnable whenEnding = () -> fail(new IOException("the event loops were closed"));
    /** What is under way now. */
    private @Nullable Dialing step;

    private String doing = "beginning";
    private boolean over;

    Dial(EventLoop loop, DialSettings settings, DialTarget target, long deadline, DialHandler handler) {
        this.loop = loop;
        this.settings = settings;
        this.target = target;
        this.began = loop.now();
        this.deadline = deadline;
        this.handler = handler;
    }

    void begin() {
        loop.whenEnding(whenEnding);
        loop.timers().arm(this, deadline);
        SocketAddress address = target.address();
        if (address != null) {
            race(List.of(address));
            return;
        }
        InetAddress literal = Addresses.literal(target.host());
        if (literal != null) {
            race(List.of(new InetSocketAddress(literal, target.port())));
            return;
        }
        doing = "looking up " + target.host();
        step = OffLoop.ask(
                loop,
                settings.lookups(),
                () -> settings.resolver().resolve(target.host()),
                found -> resolved(found),
                cause -> fail(unknown(target.host(), cause)));
    }

    private static IOException unknown(String host, IOException cause) {
        UnknownHostException failure = new UnknownHostException("cannot look up " + host + ": " + cause.getMessage());
        failure.initCause(cause);
        return failure;
    }

    private void resolved(List<InetAddress> found) {
        if (found.isEmpty()) {
            fail(new UnknownHostException("cannot look up " + target.host() + ": it has no address"));
            return;
        }
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : Addresses.inTurn(found)) {
            addresses.add(new InetSocketAddress(address, target.port()));
        }
        race(addresses);
    }

    private void race(List<? extends SocketAddress> addresses) {
        doing = "connecting to " + target;
        step = AddressRace.begin(
                loop,
                addresses,
                settings.options(),
                deadline - loop.now(),
                this::succeed,
                failures -> fail(Failures.of("cannot connect to " + target, failures)));
    }

    private void succeed(Link link) {
        cancel();
        handler.dialed(link);
    }

    private void fail(IOException cause) {
        if (!over) {
            cancel();
            handler.dialFailed(cause);
        }
    }

    @Override
    protected void expired(long now) {
        List<IOException> failures = step instanceof AddressRace race ? race.failures() : List.of();
        long millis = (deadline - began) / 1_000_000L;
        fail(Failures.timeout("connectTimeout of " + millis + " ms has passed while " + doing, failures));
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        loop.timers().disarm(this);
        loop.notWhenEnding(whenEnding);
        Dialing now = step;
        step = null;
        if (now != null) {
            now.cancel();
        }
    }
}
