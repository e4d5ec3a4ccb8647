package dev.gibbon.hub.nats;

import static dev.gibbon.hub.nats.Cluster.get;
import static dev.gibbon.hub.nats.Cluster.publish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.hub.nats.Cluster.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutageTest {

    private final Cluster cluster = new Cluster(0);

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void whatIsPublishedWhileTheEngineIsAwayWaitsWithinABoundAndIsThenRefused() throws Exception {
        NatsNode node = cluster.node(settings -> settings.maxWaiting(5, 1_000));
        var log = new Log(node, "room");
        log.awaitLevel();
        cluster.engine.stop();
        log.awaitAway();
        var stored = new ArrayList<CompletableFuture<Long>>();
        for (int i = 1; i <= 5; i++) {
            stored.add(publish(node, "room", "p", i));
        }
        assertThat(node.publish("room", new Entry(0, "p", 6, true, new byte[1])))
                .isNull();
        assertThat(stored).noneMatch(CompletableFuture::isDone);
        cluster.engine.start();
        for (CompletableFuture<Long> one : stored) {
            get(one);
        }
        log.await(5);
        assertThat(log.heard).containsExactly("p:1", "p:2", "p:3", "p:4", "p:5");
        // Bytes are bounded, too.
        assertThat(node.publish("room", new Entry(0, "p", 6, true, new byte[1_001])))
                .isNull();
        get(publish(node, "room", "p", 6));
    }

    @Test
    void aNodeBeginsWithoutAnEngine() throws Exception {
        cluster.engine.stop();
        NatsNode node = cluster.node();
        CompletableFuture<Long> stored = publish(node, "room", "p", 1);
        cluster.engine.start();
        get(stored);
    }

    @Test
    void closingRefusesWhatWaits() throws Exception {
        cluster.engine.stop();
        NatsNode node = cluster.node();
        CompletableFuture<Long> stored = publish(node, "room", "p", 1);
        node.close();
        assertThat(stored).failsWithin(Duration.ofSeconds(10));
        CompletableFuture<Long> late = publish(node, "room", "p", 2);
        assertThat(late).failsWithin(Duration.ofSeconds(10));
    }

    @Test
    void connectionsThatAreCutAtRandomLoseAndRepeatNothing() throws Exception {
        try (var relay = new Relay(cluster.engine.port())) {
            NatsNode far = cluster.node(relay.uri(), settings -> {});
            NatsNode near = cluster.node();
            var logs = List.of(new Log(far, "room"), new Log(near, "room"));
            for (Log log : logs) {
                log.awaitLevel();
            }
            var random = new Random(7);
            var stored = new ArrayList<CompletableFuture<Long>>();
            for (int i = 1; i <= 900; i++) {
                stored.add(publish(random.nextBoolean() ? far : near, "room", "p" + i % 5, i / 5 + 1));
                if (i % 90 == 0) {
                    get(stored.get(i - 20));
                    relay.cut();
                }
            }
            var oracle = new TreeMap<Long, String>();
            for (int i = 1; i <= 900; i++) {
                oracle.put(get(stored.get(i - 1)), "p" + i % 5 + ":" + (i / 5 + 1));
            }
            for (Log log : logs) {
                log.await(900);
                assertThat(log.heard).containsExactlyElementsOf(oracle.values());
                assertThat(log.lost).isEmpty();
            }
        }
    }

    @Test
    void anEngineThatStandsStillAndGoesOnStoresOnce() throws Exception {
        Duration brief = Duration.ofMillis(200);
        NatsNode first = cluster.node(settings -> settings.requestTimeout(brief).pingInterval(brief));
        NatsNode second =
                cluster.node(settings -> settings.requestTimeout(brief).pingInterval(brief));
        var log = new Log(first, "room");
        log.awaitLevel();
        get(publish(second, "room", "p", 1));
        cluster.engine.suspend();
        var stored = new ArrayList<CompletableFuture<Long>>();
        for (int i = 2; i <= 20; i++) {
            stored.add(publish(first, "room", "p", i));
            stored.add(publish(second, "room", "p", i));
        }
        // So long that requests have been given up and made again.
        log.awaitAway();
        cluster.engine.resume();
        for (int i = 0; i < stored.size(); i += 2) {
            assertThat(get(stored.get(i))).isEqualTo(get(stored.get(i + 1)));
        }
        log.await(20);
        assertThat(log.heard).doesNotHaveDuplicates().hasSize(20);
    }

    @Test
    void whoWasAwayForLongerThanTheHistoryIsToldSo() throws Exception {
        try (var relay = new Relay(cluster.engine.port())) {
            NatsNode far = cluster.node(relay.uri(), settings -> settings.maxMessages(10));
            var log = new Log(far, "room");
            log.awaitLevel();
            get(publish(far, "room", "p", 1));
            log.await(1);
            relay.open(false);
            log.awaitAway();
            NatsNode near = cluster.node(settings -> settings.maxMessages(10));
            for (int i = 2; i <= 30; i++) {
                get(publish(near, "room", "p", i));
            }
            relay.open(true);
            log.awaitLost();
            log.await(11);
            assertThat(log.heard).hasSize(11).startsWith("p:1", "p:21").endsWith("p:30");
            assertThat(log.lost).hasSize(1);
        }
    }

    @Test
    void manyTopicsAreReadAgainAfterARestart() throws Exception {
        NatsNode first = cluster.node();
        NatsNode second = cluster.node();
        var logs = new ArrayList<Log>();
        for (int i = 0; i < 500; i++) {
            logs.add(new Log(second, "topic " + i));
        }
        for (Log log : logs) {
            log.awaitLevel();
        }
        for (int round = 1; round <= 2; round++) {
            var stored = new ArrayList<CompletableFuture<Long>>();
            for (int i = 0; i < 500; i++) {
                stored.add(publish(first, "topic " + i, "p", round));
                if (i == 250) {
                    cluster.engine.kill();
                    cluster.engine.start();
                }
            }
            for (CompletableFuture<Long> one : stored) {
                get(one);
            }
        }
        for (Log log : logs) {
            log.await(2);
            assertThat(log.heard).containsExactly("p:1", "p:2");
            assertThat(log.lost).isEmpty();
        }
    }
}
