package dev.gibbon.hub.nats;

import java.util.List;

/**
 * A stretch of a topic's history.
 *
 * @param outcome whether the entries are those behind the mark that was asked for; if not, there are none
 * @param epoch of the log
 * @param entries in order
 * @param more whether the engine has more behind them
 */
record Page(Outcome outcome, String epoch, List<Entry> entries, boolean more) {

    /** What became of the mark. */
    enum Outcome {
        WHOLE,
        /** The history does not reach back so far. */
        TRIMMED,
        /** The log began anew, or does not have what was seen. */
        EPOCH
    }

    static Page lost(Outcome outcome, String epoch) {
        return new Page(outcome, epoch, List.of(), false);
    }
}
