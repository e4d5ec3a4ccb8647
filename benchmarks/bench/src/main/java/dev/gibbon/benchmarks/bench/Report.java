package dev.gibbon.benchmarks.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a run; what {@code --json} writes, and what the table and the page show.
 *
 * @param environment where and how
 * @param reference the server that ratios refer to; null if there is none
 * @param servers who took part
 * @param scenarios what all rounds say
 * @param problems whatever went wrong, in words; any makes the command fail
 * @param windows every single measurement, repeated ones included
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Report(
        Environment environment,
        @Nullable String reference,
        List<Server> servers,
        List<Summary> scenarios,
        List<String> problems,
        List<Window> windows) {

    /**
     * One server.
     *
     * @param label what it is called here
     * @param version of the library; null if not known
     * @param jdk it runs on; null if none
     * @param command how its process was started
     * @param absent why it did not run; null if it did
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Server(
            String label,
            @Nullable String version,
            @Nullable String jdk,
            List<String> command,
            @Nullable String absent) {}
}
