package dev.gibbon.hub;

import dev.gibbon.hub.SlowConsumer.Policy;
import java.lang.System.Logger.Level;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a connection that does not keep up, within the bound of its {@link SlowConsumer}. Who joins and who leaves is not worth a
 * place there: whoever missed it is sent all who are present afterwards. Not for several threads.
 */
final class WaitingQueue {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");

    private final SlowConsumer slow;
    private final LongAdder droppedByAll;
    /** By key, or by itself if it has none; the oldest first. */
    private final Map<Object, Delivery> waiting = new LinkedHashMap<>();

    private long bytes;
    private long dropped;
    private boolean presenceMissed;

    /** Makes an empty queue, which counts at once what it drops. */
    WaitingQueue(SlowConsumer slow, LongAdder droppedByAll) {
        this.slow = slow;
        this.droppedByAll = droppedByAll;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Adds a delivery as the policy says.
     *
     * @return false if there is no room and the connection is to be closed for it
     */
    boolean add(Delivery delivery) {
        return switch (delivery.kind()) {
            case ENTRY -> addEntry(delivery);
            case PRESENCE -> addPresence(delivery);
            case LOST -> {
                put(delivery, delivery);
                yield true;
            }
            case ENGINE -> {
                // Whether it is there or away now is worth one place.
                remove(Delivery.Kind.ENGINE);
                put(Delivery.Kind.ENGINE, delivery);
                yield true;
            }
        };
    }

    private boolean addEntry(Delivery delivery) {
        if (slow.policy() == Policy.DROP_NEWEST && dropped > 0) {
            // One gap behind what waits, instead of one wherever a place became free.
            drop();
            return true;
        }
        Object key = keyOf(delivery.requireEntry());
        if (key != null && remove(key)) {
            drop();
        }
        while (!hasRoomFor(delivery)) {
            if (slow.policy() == Policy.DISCONNECT) {
                return false;
            }
            if (slow.policy() == Policy.DROP_NEWEST || !dropOldest()) {
                drop();
                return true;
            }
        }
        put(key == null ? delivery : key, delivery);
        return true;
    }

    /** The key; null, so that nothing replaces it, where the application's function fails. */
    private @Nullable Object keyOf(Entry entry) {
        try {
            return slow.keyOf(entry);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the key of a message could not be found out; it is kept without", e);
            return null;
        }
    }

    private boolean addPresence(Delivery delivery) {
        if (!hasRoomFor(delivery)) {
            if (slow.policy() == Policy.DISCONNECT) {
                return false;
            }
            presenceMissed = true;
        } else if (!presenceMissed) {
            put(delivery, delivery);
        }
        return true;
    }

    private boolean hasRoomFor(Delivery delivery) {
        return waiting.isEmpty() || (waiting.size() < slow.messages() && bytes + delivery.size() <= slow.bytes());
    }

    private void put(Object key, Delivery delivery) {
        waiting.put(key, delivery);
        bytes += delivery.size();
    }

    private boolean remove(Object key) {
        Delivery removed = waiting.remove(key);
        if (removed != null) {
            bytes -= removed.size();
        }
        return removed != null;
    }

    private void drop() {
        dropped++;
        droppedByAll.increment();
    }

    /** Drops the oldest that may be dropped, if there is one. */
    private boolean dropOldest() {
        for (Iterator<Delivery> all = waiting.values().iterator(); all.hasNext(); ) {
            Delivery oldest = all.next();
            if (oldest.kind() == Delivery.Kind.ENTRY || oldest.kind() == Delivery.Kind.PRESENCE) {
                all.remove();
                bytes -= oldest.size();
                if (oldest.kind() == Delivery.Kind.ENTRY) {
                    drop();
                } else {
                    presenceMissed = true;
                }
                return true;
            }
        }
        return false;
    }

    /** The first that waits; null if nothing does. */
    @Nullable
    Delivery first() {
        return waiting.isEmpty() ? null : waiting.values().iterator().next();
    }

    /** Takes the first out. */
    void removeFirst() {
        Iterator<Delivery> all = waiting.values().iterator();
        bytes -= all.next().size();
        all.remove();
    }

    /** Whether what was dropped is missing behind everything that waits, and not before it. */
    boolean dropsNewest() {
        return slow.policy() == Policy.DROP_NEWEST;
    }

    /** How many were dropped since this was asked last. */
    long takeDropped() {
        long count = dropped;
        dropped = 0;
        return count;
    }

    /** Whether somebody joined or left and was not told since this was asked last. */
    boolean takePresenceMissed() {
        boolean missed = presenceMissed;
        presenceMissed = false;
        return missed;
    }

    /** What waits is not sent any more. */
    void clear() {
        waiting.clear();
        bytes = 0;
    }
}
