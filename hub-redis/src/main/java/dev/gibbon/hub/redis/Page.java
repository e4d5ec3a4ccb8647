package dev.gibbon.hub.redis;

import java.util.ArrayList;
import java.util.List;

/** What read.lua returned. */
final class Page {
    private static final int HEAD = 7;

    private final List<Object> answer;

    Page(List<Object> answer) {
        this.answer = answer;
    }

    /** Whether the entries are those behind the mark that was asked for. */
    boolean isWhole() {
        return outcome().equals("ok");
    }

    String outcome() {
        return Wire.string(answer.get(0));
    }

    String epoch() {
        return Wire.string(answer.get(1));
    }

    /** The offset of the last entry there is. */
    long last() {
        return (Long) answer.get(4);
    }

    /** The place behind everything there is. */
    Mark end() {
        return new Mark(epoch(), last(), Wire.string(answer.get(5)), Long.parseLong(Wire.string(answer.get(6))));
    }

    /**
     * Where to go on after a loss: in front of the oldest entry, or after a change of the epoch in front of what came in it.
     */
    Mark restart(boolean sameEpoch) {
        long before = (Long) answer.get(3) - 1;
        return Mark.of(epoch(), sameEpoch ? before : Math.max(before, (Long) answer.get(2)));
    }

    List<Entry> entries() {
        var entries = new ArrayList<Entry>(answer.size() - HEAD);
        for (Object fields : answer.subList(HEAD, answer.size())) {
            entries.add(Entry.of(epoch(), (List<?>) fields));
        }
        return entries;
    }
}
