package dev.gibbon.hub.nats;

import static dev.gibbon.hub.nats.Cluster.assertRefused;
import static dev.gibbon.hub.nats.Cluster.follow;
import static dev.gibbon.hub.nats.Cluster.get;
import static dev.gibbon.hub.nats.Cluster.getAll;
import static dev.gibbon.hub.nats.Cluster.publish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.engines.NatsServer;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import dev.gibbon.hub.nats.Cluster.Log;
import io.nats.client.Nats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine stops, is killed, stands still, and comes back, with everything or without. */
class EngineFaultTest {

    private final Cluster cluster = new Cluster();

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void nothingIsLostNorRepeatedWhileTheEngineIsKilledAndStopped() throws Exception {
        List<NatsBackplane> nodes = List.of(cluster.node(), cluster.node());
        var logs = List.of(follow(nodes.get(0), "a"), follow(nodes.get(1), "a"));
        var random = new Random(42);
        var stored = new ArrayList<CompletableFuture<Position>>();
        var own = new ArrayList<CompletableFuture<Position>>();
        int home = 0;
        for (int i = 1; i <= 600; i++) {
            if (random.nextInt(20) == 0) {
                // As a publisher does that goes elsewhere: what was not acknowledged comes again.
                home = 1 - home;
                for (int again = 1; again < i; again++) {
                    if (!own.get(again - 1).isDone()) {
                        stored.add(own.get(again - 1));
                        own.set(again - 1, publish(nodes.get(home), "a", "p", again));
                    }
                }
            }
            own.add(publish(nodes.get(home), "a", "p", i));
            if (i > 30) {
                get(own.get(i - 30));
            }
            if (i % 200 == 100) {
                if (i == 300) {
                    cluster.engine.stop();
                } else {
                    cluster.engine.kill();
                }
                for (int k = 1; k <= 20; k++) {
                    stored.add(publish(nodes.get(k % 2), "a", "q" + i + k % 2, k));
                }
                cluster.engine.start();
            }
        }
        stored.addAll(own);
        var oracle = new TreeMap<Long, String>();
        for (Position position : getAll(stored)) {
            oracle.put(
                    position.offset(),
                    position.id().producer() + ":" + position.id().sequence());
        }
        assertThat(oracle).hasSize(660);
        for (Log log : logs) {
            assertThat(log.await(660)).containsExactlyElementsOf(oracle.values());
            assertThat(log.lost()).isEmpty();
        }
    }

    @Test
    void aRepeatHasTheSamePositionOnEveryNodeAlsoAfterAKill() throws Exception {
        NatsBackplane here = cluster.node();
        Position first = get(publish(here, "room", "p", 1));
        get(publish(here, "room", "p", 2));
        cluster.engine.kill();
        cluster.engine.start();
        NatsBackplane there = cluster.node();
        assertThat(get(publish(there, "room", "p", 1))).isEqualTo(first);
        assertThat(get(publish(here, "room", "p", 1))).isEqualTo(first);
        assertThat(get(here.read("room", null, 9)).entries()).hasSize(2);
    }

    @Test
    void whatIsPublishedMeanwhileWaitsWithinABoundAndIsThenRefused() throws Exception {
        NatsBackplane node = cluster.node(settings -> settings.maxWaiting(5, 1_000));
        Log log = follow(node, "room");
        cluster.engine.stop();
        log.awaitAway();
        var stored = new ArrayList<CompletableFuture<Position>>();
        for (int i = 1; i <= 5; i++) {
            stored.add(publish(node, "room", "p", i));
        }
        assertRefused(publish(node, "room", "p", 6), true);
        assertThat(stored).noneMatch(CompletableFuture::isDone);
        CompletableFuture<History> asked = node.read("room", null, 9).toCompletableFuture();
        assertThat(asked).isNotDone();
        cluster.engine.start();
        getAll(stored);
        get(asked);
        log.awaitBack();
        assertThat(log.await(5)).containsExactly("p:1", "p:2", "p:3", "p:4", "p:5");
        // Bytes are bounded, too.
        assertRefused(node.publish("room", new MessageId("p", 6), Message.binary(new byte[1_001])), true);
        get(publish(node, "room", "p", 6));
    }

    @Test
    void aNodeBeginsWithoutAnEngine() throws Exception {
        cluster.engine.stop();
        NatsBackplane node = cluster.node();
        CompletableFuture<Position> stored = publish(node, "room", "p", 1);
        cluster.engine.start();
        get(stored);
    }

    @Test
    void anEngineThatStandsStillAndGoesOnStoresOnce() throws Exception {
        Duration brief = Duration.ofMillis(200);
        NatsBackplane first =
                cluster.node(settings -> settings.requestTimeout(brief).pingInterval(brief));
        NatsBackplane second =
                cluster.node(settings -> settings.requestTimeout(brief).pingInterval(brief));
        Log log = follow(first, "room");
        get(publish(second, "room", "p", 1));
        cluster.engine.suspend();
        var stored = new ArrayList<CompletableFuture<Position>>();
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
        assertThat(log.await(20)).doesNotHaveDuplicates().hasSize(20);
    }

    @Test
    void anOlderStorageIsANewEpochForEverybody() throws Exception {
        NatsBackplane here = cluster.node();
        NatsBackplane there = cluster.node();
        Log first = follow(here, "room");
        Log second = follow(there, "other");
        get(publish(here, "room", "p", 1));
        cluster.engine.stop();
        var older = cluster.engine.snapshot();
        cluster.engine.start();
        Position gone = get(publish(here, "room", "p", 2));
        cluster.engine.stop();
        cluster.engine.restore(older);
        cluster.engine.start();
        assertThat(first.awaitLost()).isEqualTo(LossReason.NEW_EPOCH);
        Position next = get(publish(there, "room", "p", 3));
        assertThat(first.await(3)).containsExactly("p:1", "p:2", "p:3");
        assertThat(second.awaitLost()).isEqualTo(LossReason.NEW_EPOCH);
        assertThat(next.epoch()).isNotEqualTo(gone.epoch());
        assertThat(get(there.read("room", gone, 9)).lost()).isEqualTo(LossReason.NEW_EPOCH);
    }

    @Test
    void anOlderStorageThatNobodySawIsFoundByThePosition() throws Exception {
        NatsBackplane before = cluster.node();
        get(publish(before, "room", "p", 1));
        cluster.engine.stop();
        var older = cluster.engine.snapshot();
        cluster.engine.start();
        Position gone = get(publish(before, "room", "p", 2));
        before.close();
        cluster.engine.stop();
        cluster.engine.restore(older);
        cluster.engine.start();
        NatsBackplane after = cluster.node();
        assertThat(get(after.read("room", gone, 9)).lost()).isEqualTo(LossReason.NEW_EPOCH);
        Position other = get(publish(after, "room", "q", 1));
        assertThat(other.offset()).isEqualTo(gone.offset());
        assertThat(get(after.read("room", gone, 9)).lost()).isEqualTo(LossReason.NEW_EPOCH);
    }

    @Test
    void aStreamThatSomebodyDeletesIsANewEpoch() throws Exception {
        NatsBackplane node = cluster.node(settings -> settings.requestTimeout(Duration.ofMillis(200)));
        Log log = follow(node, "room");
        Position gone = get(publish(node, "room", "p", 1));
        try (var admin = Nats.connect(NatsServer.uri(cluster.engine))) {
            assertThat(admin.jetStreamManagement().deleteStream("gibbon_topics"))
                    .isTrue();
        }
        Position next = get(publish(node, "room", "p", 2));
        assertThat(log.awaitLost()).isEqualTo(LossReason.NEW_EPOCH);
        assertThat(log.await(2)).containsExactly("p:1", "p:2");
        assertThat(next.epoch()).isNotEqualTo(gone.epoch());
    }

    @Test
    void manyTopicsAreReadAgainAfterAKill() throws Exception {
        NatsBackplane first = cluster.node();
        NatsBackplane second = cluster.node();
        var logs = new ArrayList<Log>();
        for (int i = 0; i < 500; i++) {
            logs.add(follow(second, "topic " + i));
        }
        for (int round = 1; round <= 2; round++) {
            var stored = new ArrayList<CompletableFuture<Position>>();
            for (int i = 0; i < 500; i++) {
                stored.add(publish(first, "topic " + i, "p", round));
                if (i == 250) {
                    cluster.engine.kill();
                    cluster.engine.start();
                }
            }
            getAll(stored);
        }
        for (Log log : logs) {
            assertThat(log.await(2)).containsExactly("p:1", "p:2");
            assertThat(log.lost()).isEmpty();
        }
    }
}
