package dev.gibbon.hub.nats;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which ids of a topic were stored, and where: what this node has read, bounded, the oldest forgotten first. It knows more than the
 * engine keeps once that has trimmed, and nothing of what was trimmed before this node read the topic. Only on the loop.
 */
final class Producers {

    private record Id(String producer, long sequence) {}

    private final Map<Id, Long> offsets;

    /** Starts empty. */
    Producers(int most) {
        offsets = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Id, Long> eldest) {
                return size() > most;
            }
        };
    }

    void saw(Entry entry) {
        offsets.putIfAbsent(new Id(entry.producer(), entry.sequence()), entry.offset());
    }

    /** Where it was stored; 0 if that is not known. */
    long offsetOf(String producer, long sequence) {
        Long offset = offsets.get(new Id(producer, sequence));
        return offset == null ? 0 : offset;
    }

    void clear() {
        offsets.clear();
    }
}
