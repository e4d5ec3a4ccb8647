package dev.gibbon.hub.nats;

import static dev.gibbon.hub.nats.Cluster.get;
import static dev.gibbon.hub.nats.Cluster.publish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.hub.nats.Cluster.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NatsNodeTest {

    private final Cluster cluster = new Cluster(2);
    private final EngineProcess engine = cluster.engine;
    private final List<NatsNode> nodes = cluster.nodes;

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void allNodesHearTheSameOnceAndInOrder() throws Exception {
        var first = new Log(nodes.get(0), "room");
        var second = new Log(nodes.get(1), "room");
        first.awaitLevel();
        second.awaitLevel();
        var stored = new ArrayList<CompletableFuture<Long>>();
        for (int i = 0; i < 200; i++) {
            stored.add(publish(nodes.get(i % 2), "room", "producer" + i % 3, i / 3 + 1));
        }
        var oracle = new TreeMap<Long, String>();
        for (int i = 0; i < stored.size(); i++) {
            oracle.put(get(stored.get(i)), "producer" + i % 3 + ":" + (i / 3 + 1));
        }
        assertThat(oracle).hasSize(200);
        first.await(200);
        second.await(200);
        assertThat(first.heard).containsExactlyElementsOf(oracle.values());
        assertThat(second.heard).containsExactlyElementsOf(oracle.values());
    }

    @Test
    void aRepeatHasTheSameOffsetOnEveryNodeAlsoAfterARestart() throws Exception {
        long offset = get(publish(nodes.get(0), "room", "p", 1));
        get(publish(nodes.get(0), "room", "p", 2));
        assertThat(get(publish(nodes.get(1), "room", "p", 1))).isEqualTo(offset);
        engine.kill();
        engine.start();
        cluster.node();
        assertThat(get(publish(nodes.get(2), "room", "p", 1))).isEqualTo(offset);
        assertThat(get(publish(nodes.get(0), "room", "p", 1))).isEqualTo(offset);
    }

    @Test
    void nothingIsLostNorRepeatedWhileTheEngineIsKilledAndStopped() throws Exception {
        var logs = List.of(new Log(nodes.get(0), "a"), new Log(nodes.get(1), "a"));
        for (Log log : logs) {
            log.awaitLevel();
        }
        var random = new Random(42);
        var stored = new ArrayList<CompletableFuture<Long>>();
        for (int i = 1; i <= 600; i++) {
            // Every message is sent by both nodes, as a publisher does that came back elsewhere.
            stored.add(publish(nodes.get(random.nextInt(2)), "a", "p", i));
            var unused = publish(nodes.get(random.nextInt(2)), "a", "p", i);
            if (i % 200 == 100) {
                if (random.nextBoolean()) {
                    engine.kill();
                } else {
                    engine.stop();
                }
                for (int k = 1; k <= 20; k++) {
                    stored.add(publish(nodes.get(random.nextInt(2)), "a", "q" + i, k));
                }
                engine.start();
            }
        }
        var offsets = new TreeMap<Long, Integer>();
        for (int i = 0; i < stored.size(); i++) {
            assertThat(offsets.put(get(stored.get(i)), i)).isNull();
        }
        for (Log log : logs) {
            log.await(stored.size());
            assertThat(log.heard).doesNotHaveDuplicates().hasSize(stored.size());
            assertThat(log.lost).isEmpty();
        }
        assertThat(logs.get(0).heard).isEqualTo(logs.get(1).heard);
    }

    @Test
    void anOlderStorageIsANewEpochForEverybody() throws Exception {
        var first = new Log(nodes.get(0), "room");
        var second = new Log(nodes.get(1), "other");
        first.awaitLevel();
        second.awaitLevel();
        get(publish(nodes.get(0), "room", "p", 1));
        String epoch = nodes.get(0).epoch();
        engine.stop();
        var older = engine.snapshot();
        engine.start();
        get(publish(nodes.get(0), "room", "p", 2));
        engine.stop();
        engine.restore(older);
        engine.start();
        first.awaitLost();
        get(publish(nodes.get(0), "room", "p", 3));
        first.await(3);
        assertThat(first.heard).containsExactly("p:1", "p:2", "p:3");
        second.awaitLost();
        assertThat(nodes.get(0).epoch())
                .isNotEqualTo(epoch)
                .isEqualTo(nodes.get(1).epoch());
    }
}
