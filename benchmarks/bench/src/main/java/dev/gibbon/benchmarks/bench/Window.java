package dev.gibbon.benchmarks.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One measurement of one server.
 *
 * @param server its label
 * @param scenario what was asked of it
 * @param round which round, from 1
 * @param attempt from 1; a window that others disturbed is repeated
 * @param counts whether it is in the medians: the last attempt of its round, and nothing went wrong
 * @param disturbed whether others used more of the machine than is good for the figures
 * @param failure why there are no figures; null if there are
 * @param figures what the generator measured; null if it failed
 * @param memory what connections took; null unless that was measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Window(
        String server,
        String scenario,
        int round,
        int attempt,
        boolean counts,
        boolean disturbed,
        @Nullable String failure,
        @Nullable Figures figures,
        @Nullable Memory memory) {

    /** The same, in the medians. */
    Window counting() {
        return new Window(server, scenario, round, attempt, true, disturbed, failure, figures, memory);
    }

    /** What was wrong with it, in words; null if nothing was. */
    @Nullable
    String fault() {
        if (failure != null) {
            return failure;
        }
        if (figures == null) {
            return null;
        }
        if (figures.errors() > 0 || figures.mismatches() > 0) {
            return figures.wrong();
        }
        return figures.messages() > 0 ? null : "not one message came back";
    }
}
