package dev.gibbon.hub;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a hub counts, for {@link HubStats}. */
final class Counters {
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger subscriptions = new AtomicInteger();
    final LongAdder published = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder delivered = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder disconnected = new LongAdder();
    final LongAdder lost = new LongAdder();

    HubStats snapshot(int topics) {
        return new HubStats(
                connections.get(),
                topics,
                subscriptions.get(),
                published.sum(),
                refused.sum(),
                delivered.sum(),
                dropped.sum(),
                disconnected.sum(),
                lost.sum());
    }
}
