package dev.gibbon.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two seconds of it in one process; with real engines it is a part of the whole check. */
class SoakTest {
    private static final SoakOptions SHORT =
            new SoakOptions(EngineKind.MEMORY, 3, 30, 3, 2, 100, EnumSet.allOf(FaultKind.class), 1);

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void everybodySeesEverythingOnceAndInOrderWhileNodesAndConnectionsFail() throws Exception {
        SoakReport report;
        try (var soak = new Soak(SHORT, new PrintStream(err, true, StandardCharsets.UTF_8), 0)) {
            report = soak.run();
            soak.deleteLogs();
        }
        assertThat(report.good()).as(report.json()).isTrue();
        assertThat(report.verdict().published()).isPositive();
        assertThat(report.verdict().delivered())
                .isEqualTo(10L * report.verdict().published());
        assertThat(report.unacknowledged()).isZero();
        assertThat(report.happened()).containsEntry(Fault.Row.NODE_KILLED, 2);
        assertThat(report.happened().get(Fault.Row.CONNECTION_CUT)).isPositive();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("soak: node n", " is killed", "starts again");
    }

    @Test
    void theReportIsOneLineOfJson() throws Exception {
        var recoveries = new Recoveries();
        recoveries.add(Fault.Row.NODE_KILLED, 321);
        Map<Fault.Row, Integer> happened = new EnumMap<>(Fault.Row.class);
        happened.put(Fault.Row.NODE_KILLED, 4);
        var options = new SoakOptions(EngineKind.REDIS, 3, 2_000, 50, 180, 50, Set.of(FaultKind.NODE), 9);
        var report = new SoakReport(new Verdict(10, 400, 1, 2, 3, 4), options, 5, 200, happened, recoveries, List.of());
        assertThat(report.json()).doesNotContain("\n");
        JsonNode json = new ObjectMapper().readTree(report.json());
        var names = List.of("published", "delivered", "lost", "repeated", "out_of_order", "announced_lost");
        assertThat(names.stream().map(name -> json.path(name).asInt())).containsExactly(10, 400, 1, 2, 3, 4);
        assertThat(json.path("deliveries_per_s").asInt()).isEqualTo(2);
        assertThat(json.path("recovery_p99_ms").asInt()).isEqualTo(321);
        assertThat(json.path("unacknowledged").asInt()).isEqualTo(5);
        assertThat(json.path("engine").asText()).isEqualTo("redis");
        assertThat(json.path("nodes_killed").asInt()).isEqualTo(4);
        assertThat(report.good()).isFalse();
        assertThat(report.table()).contains("nodes killed").contains("321");
    }
}
