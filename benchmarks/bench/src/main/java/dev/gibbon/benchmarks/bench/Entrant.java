package dev.gibbon.benchmarks.bench;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One server to be measured: a contender in one of its variants on one JDK, or a program named on the command line.
 *
 * @param label what it is called in reports, such as {@code netty/epoll}; unique in a run
 * @param version of the library it shows; null if not known
 * @param jdk the JDK it runs on; null for a program
 * @param raw whether it echoes bare bytes: no handshake and no frames are sent to it
 * @param cannot what it cannot do, each with the reason
 * @param absent why it cannot run here at all; null when it can
 * @param launch how its process is started
 */
record Entrant(
        String label,
        @Nullable String version,
        @Nullable Jdk jdk,
        boolean raw,
        Map<Ability, String> cannot,
        @Nullable String absent,
        Launch launch) {

    /** Why it does not take part in a scenario; null when it does. */
    @Nullable
    String excuse(Measure measure) {
        if (absent != null) {
            return absent;
        }
        for (Ability ability : measure.needs()) {
            String reason = cannot.get(ability);
            if (reason != null) {
                return reason;
            }
        }
        return null;
    }

    /**
     * A program named on the command line.
     *
     * @param command words for a shell, with <code>{port}</code> in them
     * @param raw whether it echoes bare bytes
     */
    static Entrant program(String name, String command, boolean raw) {
        Map<Ability, String> cannot = new EnumMap<>(Ability.class);
        if (raw) {
            beyondBytes(cannot);
        }
        return new Entrant(name, null, null, raw, cannot, null, new Launch.Program(command));
    }

    /** Adds what somebody cannot do who only echoes bytes. */
    static void beyondBytes(Map<Ability, String> cannot) {
        for (Ability ability : List.of(Ability.HANDSHAKE, Ability.IDLE, Ability.BROADCAST, Ability.DEFLATE)) {
            cannot.putIfAbsent(ability, "speaks no WebSocket");
        }
    }

    /** What a server is started for; each has a process of its own, because each wants other settings. */
    enum Purpose {
        /** Load without compression. */
        LOAD,
        /** Load with compression agreed on. */
        DEFLATE,
        /** The memory that connections at rest take: a small heap, so that it shows. */
        MEMORY
    }

    /** How a server's process is started. */
    sealed interface Launch {

        /** A contender: says its port itself, and ends at the end of its input. */
        record Contender(Path folder, String name, @Nullable String variant, Path java, List<String> options)
                implements Launch {}

        /** Somebody's program: is told its port, serves every purpose with one process, and is killed in the end. */
        record Program(String command) implements Launch {}
    }
}
