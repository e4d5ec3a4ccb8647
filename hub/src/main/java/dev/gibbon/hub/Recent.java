package dev.gibbon.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last entries that a node has heard of a topic, without a gap, so that most who return need not ask the engine. Not for several
 * threads.
 */
final class Recent {
    /** Entries that are kept for those who return. */
    private static final int MOST_ENTRIES = 512;

    /** Bytes of payload that are kept; the newest entry stays, however large. */
    private static final long MOST_BYTES = 1 << 20;

    private final ArrayDeque<Delivery> entries = new ArrayDeque<>();
    private Position start;
    private Position end;
    private long bytes;

    /** Begins behind a position, with nothing. */
    Recent(Position start) {
        this.start = start;
        this.end = start;
    }

    /** The position behind the newest. */
    Position end() {
        return end;
    }

    /** Adds the next. */
    void add(Delivery delivery) {
        entries.addLast(delivery);
        bytes += delivery.size();
        end = delivery.requirePosition();
        while (entries.size() > MOST_ENTRIES || (bytes > MOST_BYTES && entries.size() > 1)) {
            Delivery first = entries.removeFirst();
            bytes -= first.size();
            start = first.requirePosition();
        }
    }

    /**
     * What came behind a position.
     *
     * @param most at most so many
     * @param isThere whether the engine has said that the position is one of its own; what a client says may be of another life of the topic
     * @return empty if it is the newest, or one that this node has not heard of yet; null if that is not known here
     */
    @Nullable
    List<Delivery> after(Position position, int most, boolean isThere) {
        if (!position.epoch().equals(end.epoch())) {
            return null;
        }
        if (position.offset() > end.offset()) {
            return isThere ? List.of() : null;
        }
        if (position.offset() == end.offset()) {
            return isThere || same(position, end) ? List.of() : null;
        }
        boolean found = position.offset() == start.offset() && same(position, start);
        List<Delivery> after = new ArrayList<>();
        for (Iterator<Delivery> all = entries.iterator(); all.hasNext() && after.size() < most; ) {
            Delivery next = all.next();
            Position at = next.requirePosition();
            if (found) {
                after.add(next);
            } else if (at.offset() >= position.offset()) {
                if (at.offset() != position.offset() || !same(position, at)) {
                    return null;
                }
                found = true;
            }
        }
        return found ? after : null;
    }

    /** Whether the message there is the one that was seen. Where one of the two does not know, the engine has to say. */
    private static boolean same(Position seen, Position there) {
        return seen.id() == null
                ? seen.offset() == 0 || there.id() == null
                : seen.id().equals(there.id());
    }
}
