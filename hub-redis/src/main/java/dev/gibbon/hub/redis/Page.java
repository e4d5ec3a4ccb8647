package dev.gibbon.hub.redis;

import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    Position end() {
        String producer = Wire.string(answer.get(5));
        MessageId id = producer.isEmpty() ? null : new MessageId(producer, Long.parseLong(Wire.string(answer.get(6))));
        return new Position(epoch(), last(), id);
    }

    /** Why the entries behind the position are lost, of a page that is not whole. */
    LossReason lost() {
        return outcome().equals("trimmed") ? LossReason.TRIMMED : LossReason.NEW_EPOCH;
    }

    /**
     * Where to go on after a loss: in front of the oldest entry, or after a change of the epoch in front of what came in it.
     */
    Position restart() {
        long before = (Long) answer.get(3) - 1;
        return new Position(
                epoch(), lost() == LossReason.TRIMMED ? before : Math.max(before, (Long) answer.get(2)), null);
    }

    List<Entry> entries() {
        var entries = new ArrayList<Entry>(answer.size() - HEAD);
        for (Object fields : answer.subList(HEAD, answer.size())) {
            entries.add(Entries.of(epoch(), (List<?>) fields));
        }
        return entries;
    }

    /** A whole page as a part of the history. */
    History history(@Nullable LossReason lost) {
        List<Entry> entries = entries();
        Position reached =
                entries.isEmpty() ? end() : entries.get(entries.size() - 1).position();
        return new History(entries, lost, reached, reached.offset() == last());
    }
}
