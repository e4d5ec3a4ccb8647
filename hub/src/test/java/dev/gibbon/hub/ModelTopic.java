package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The oracle: what is stored where, as acknowledgements and clients say, who all have to say the same. */
final class ModelTopic {
    static final String NAME = "t";

    private final long seed;
    private final int historyEntries;
    private final Map<String, TreeMap<Long, String>> epochs = new HashMap<>();
    private final Map<String, Set<MessageId>> ids = new HashMap<>();
    /** How often the engine has lost everything. */
    private int forgotten;
    /** Losses by the bounds of the history, which must be true in the end. */
    private final List<Position> trimmed = new ArrayList<>();

    ModelTopic(long seed, int historyEntries) {
        this.seed = seed;
        this.historyEntries = historyEntries;
    }

    void forgotten() {
        forgotten++;
    }

    void acknowledged(Position position, MessageId id, String text) {
        assertThat(position.id()).as("%s", this).isEqualTo(id);
        note(position, text, this);
    }

    void heard(Position position, String text, ModelClient by) {
        MessageId id = position.id();
        assertThat(id).as("%s", by).isNotNull();
        assertThat(text).as("%s", by).isEqualTo(id.producer() + "-" + id.sequence());
        note(position, text, by);
    }

    private void note(Position position, String text, Object by) {
        String there = epochs.computeIfAbsent(position.epoch(), epoch -> new TreeMap<>())
                .putIfAbsent(position.offset(), text);
        if (there != null) {
            assertThat(text).as("offset %s; %s", position, by).isEqualTo(there);
            return;
        }
        assertThat(ids.computeIfAbsent(position.epoch(), epoch -> new HashSet<>())
                        .add(position.id()))
                .as("%s is stored once; %s", position, by)
                .isTrue();
        assertThat(epochs.size()).as("%s", by).isLessThanOrEqualTo(forgotten + 1);
    }

    void trimmed(Position now, ModelClient by) {
        trimmed.add(now);
    }

    void anew(String before, String now, ModelClient by) {
        assertThat(forgotten).as("%s", by).isPositive();
    }

    /** All that was said is true of what is stored now. */
    void judge(Position end) {
        Map<Long, String> last = epochs.getOrDefault(end.epoch(), new TreeMap<>());
        assertThat(last.size()).as("%s", this).isLessThanOrEqualTo((int) end.offset());
        for (Position loss : trimmed) {
            TreeMap<Long, String> epoch = epochs.get(loss.epoch());
            long greatest = loss.epoch().equals(end.epoch())
                    ? end.offset()
                    : epoch == null ? Long.MAX_VALUE : epoch.lastKey() + historyEntries;
            assertThat(loss.offset()).as("%s", this).isLessThanOrEqualTo(greatest - historyEntries);
        }
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }
}
