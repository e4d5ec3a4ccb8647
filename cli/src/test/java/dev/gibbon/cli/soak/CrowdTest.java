package dev.gibbon.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.hub.HistoryBounds;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.MemoryEngine;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The whole of it finds faults: clients and a real node over an engine that is not as it should be. */
class CrowdTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void findsWhatAnEngineLosesInSilence() throws Exception {
        Verdict verdict = verdict((entry, node) -> {}, false);
        assertThat(verdict.lost()).isPositive();
        assertThat(verdict.lost() + verdict.delivered()).isEqualTo(3L * verdict.published());
        assertThat(verdict.announcedLost()).isZero();
        assertThat(verdict.good()).isFalse();
    }

    @Test
    void countsWhatAnEngineAnnouncesAsLost() throws Exception {
        Verdict verdict = verdict((entry, node) -> node.lost(LossReason.TRIMMED, entry.position()), false);
        assertThat(verdict.announcedLost()).isPositive();
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.good()).isFalse();
    }

    @Test
    void findsNothingWithAGoodOne() throws Exception {
        Verdict verdict = verdict((entry, node) -> node.entry(entry), true);
        assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }

    private static Verdict verdict(BadEngine.Mischief mischief, boolean quiet) throws Exception {
        int port = LoopbackPorts.free(1).get(0);
        List<URI> nodes = List.of(NodeServer.uri(port));
        try (var engine = new MemoryEngine(HistoryBounds.DEFAULT);
                var node = NodeServer.start("n1", port, nodes, new BadEngine(engine.node(), mischief));
                var crowd = new Crowd(6, 2)) {
            crowd.enter(nodes, PATIENCE);
            crowd.publish(200, System.nanoTime() + Duration.ofMillis(500).toNanos(), new SplittableRandom(1));
            assertThat(crowd.becomesQuiet(quiet ? PATIENCE : Duration.ofSeconds(1)))
                    .isEqualTo(quiet);
            return crowd.verdict();
        }
    }
}
