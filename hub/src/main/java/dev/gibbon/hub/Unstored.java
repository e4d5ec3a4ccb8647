package dev.gibbon.hub;

import java.util.HashMap;
import java.util.Map;

/**
 * The messages of one connection that could not be stored for now, the first of each producer and topic: those behind one must not
 * overtake it, or its place would be gone and it could never be stored. Any thread.
 */
final class Unstored {
    private final Map<Producer, Long> first = new HashMap<>();

    private record Producer(String topic, String name) {}

    /**
     * A message is to be stored.
     *
     * @throws BackplaneException if one before it has to be published again first
     */
    synchronized void admit(String topic, MessageId id) {
        if (first.isEmpty()) {
            return;
        }
        Producer producer = new Producer(topic, id.producer());
        Long awaited = first.get(producer);
        if (awaited == null || id.sequence() < awaited) {
            return;
        }
        if (id.sequence() > awaited) {
            throw BackplaneException.full("message " + awaited
                    + " of this producer was not stored, and has to be published again before " + id.sequence());
        }
        first.remove(producer);
    }

    /** A message was not stored, and may be when it is published again. */
    synchronized void failed(String topic, MessageId id) {
        first.merge(new Producer(topic, id.producer()), id.sequence(), Math::min);
    }
}
