package dev.gibbon.hub.nats;

import dev.gibbon.hub.Entry;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last message of each producer of a topic: of all whom this node has read, bounded, the one that was silent for longest forgotten
 * first. It outlives the engine's history, and knows nothing of what was trimmed before this node read the topic. Only on the loop.
 */
final class Producers {

    /**
     * What is known of one.
     *
     * @param position of its message with the greatest sequence
     * @param from this sequence and all up to that one have been stored
     */
    record Last(Position position, long from) {

        long sequence() {
            return Objects.requireNonNull(position.id()).sequence();
        }
    }

    private static final int MOST_RECENT = 256;

    private final Map<String, Last> last;
    /** Where the newest messages are: those that come again, if any does. */
    private final Map<MessageId, Position> recent = bounded(MOST_RECENT);

    /** Starts empty. */
    Producers(int most) {
        last = bounded(most);
    }

    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    /** They come in the order of their offsets; a sequence that is not above the last of its producer changes nothing. */
    void saw(Stored stored) {
        Entry entry = stored.entry();
        if (entry == null) {
            return;
        }
        MessageId id = Objects.requireNonNull(entry.position().id());
        recent.put(id, entry.position());
        Last before = last.get(id.producer());
        if (before == null || before.sequence() < id.sequence()) {
            last.put(id.producer(), new Last(entry.position(), stored.from()));
        }
    }

    /** What is known of a producer; null if nothing is. */
    @Nullable
    Last last(String producer) {
        return last.get(producer);
    }

    /** Where a message is; null if it is not among the newest. */
    @Nullable
    Position find(MessageId id) {
        return recent.get(id);
    }

    void clear() {
        recent.clear();
        last.clear();
    }
}
