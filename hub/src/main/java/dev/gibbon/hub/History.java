package dev.gibbon.hub;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a topic's history.
 *
 * @param entries in their order; those just behind the position that was asked for, or, if that is lost, the oldest there are
 * @param lost null if nothing is missing between that position and the first entry
 * @param end the position of the last entry; without entries, where the topic ended
 * @param complete whether the topic ended there, so that there was no more to read
 */
public record History(List<Entry> entries, @Nullable LossReason lost, Position end, boolean complete) {
    /**
     * Keeps a copy of the list.
     *
     * @param entries as the component says
     * @param lost as the component says
     * @param end as the component says
     * @param complete as the component says
     */
    public History {
        entries = List.copyOf(entries);
        Objects.requireNonNull(end, "end");
    }
}
