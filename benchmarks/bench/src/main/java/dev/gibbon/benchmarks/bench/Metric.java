package dev.gibbon.benchmarks.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/** A figure that a window gives, or several. */
enum Metric {
    /** Microseconds of the server's processor time for a message, a handshake or a delivery. */
    COST("serverMicros", Better.LOWER),
    /** Messages, handshakes or deliveries a second. */
    RATE("perSecond", Better.HIGHER),
    /** Payload a second, one direction, in megabytes. */
    VOLUME("megabytesPerSecond", Better.HIGHER),
    /** Round trip in microseconds: half are faster. */
    P50("p50Micros", Better.LOWER),
    /** Round trip in microseconds: 99 of 100 are faster. */
    P99("p99Micros", Better.LOWER),
    /** Round trip in microseconds: 999 of 1,000 are faster. */
    P999("p999Micros", Better.LOWER),
    /** Resident memory that a connection at rest takes, in bytes. */
    RESIDENT("residentBytesPerConnection", Better.LOWER),
    /** Live objects on the heap that a connection at rest takes, in bytes; of JVMs. */
    LIVE("liveBytesPerConnection", Better.LOWER);

    private final String key;
    private final Better better;

    Metric(String key, Better better) {
        this.key = key;
        this.better = better;
    }

    /** Its name in JSON. */
    @JsonValue
    String key() {
        return key;
    }

    /** Which way is good. */
    Better better() {
        return better;
    }

    /** What a window says of it; null if nothing. */
    @Nullable
    Double of(Window window) {
        Figures figures = window.figures();
        Memory memory = window.memory();
        return switch (this) {
            case COST -> figures == null ? null : figures.serverMicrosPerMessage();
            case RATE -> figures == null ? null : figures.messagesPerSecond();
            case VOLUME -> figures == null ? null : figures.megabytesPerSecond();
            case P50 -> figures == null ? null : figures.p50Micros();
            case P99 -> figures == null ? null : figures.p99Micros();
            case P999 -> figures == null ? null : figures.p999Micros();
            case RESIDENT -> memory == null ? null : memory.residentBytesPerConnection();
            case LIVE -> memory == null ? null : memory.liveBytesPerConnection();
        };
    }

    /** Which way is good. */
    enum Better {
        /** Less is better. */
        LOWER,
        /** More is better. */
        HIGHER
    }
}
