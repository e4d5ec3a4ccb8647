package dev.gibbon.benchmarks.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What connections at rest take.
 *
 * @param connections how many there were
 * @param residentBefore resident bytes of the process without them
 * @param residentWith resident bytes with them
 * @param liveBefore bytes of live objects without them; null where there is no heap to ask
 * @param liveWith bytes of live objects with them
 * @param growth the classes that grew most, the largest first
 */
record Memory(
        int connections,
        long residentBefore,
        long residentWith,
        @Nullable Long liveBefore,
        @Nullable Long liveWith,
        List<ClassHistogram.Growth> growth) {

    /** Resident bytes for each connection. */
    @JsonProperty("residentBytesPerConnection")
    Double residentBytesPerConnection() {
        return (double) (residentWith - residentBefore) / connections;
    }

    /** Live bytes for each connection. */
    @JsonProperty("liveBytesPerConnection")
    @Nullable
    Double liveBytesPerConnection() {
        return liveBefore == null || liveWith == null ? null : (double) (liveWith - liveBefore) / connections;
    }
}
