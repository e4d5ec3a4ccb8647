package dev.gibbon.hub.nats;

import static dev.gibbon.hub.nats.Cluster.assertRefused;
import static dev.gibbon.hub.nats.Cluster.follow;
import static dev.gibbon.hub.nats.Cluster.get;
import static dev.gibbon.hub.nats.Cluster.getAll;
import static dev.gibbon.hub.nats.Cluster.publish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import dev.gibbon.hub.nats.Cluster.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine is there, and a node's way to it is not, or the node itself ends. */
class ConnectionFaultTest {

    private final Cluster cluster = new Cluster();

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void connectionsThatAreCutAtRandomLoseAndRepeatNothing() throws Exception {
        try (var relay = new Relay(cluster.engine.port())) {
            NatsBackplane far = cluster.node(relay.uri(), settings -> {});
            NatsBackplane near = cluster.node();
            var logs = List.of(follow(far, "room"), follow(near, "room"));
            var random = new Random(7);
            var stored = new ArrayList<CompletableFuture<Position>>();
            for (int i = 1; i <= 900; i++) {
                // Producers 0 to 2 are at one node, and the others at the other.
                int producer = random.nextInt(5);
                stored.add(publish(producer < 3 ? far : near, "room", "p" + producer, i));
                if (i % 90 == 0) {
                    get(stored.get(i - 20));
                    relay.cut();
                }
            }
            var oracle = new TreeMap<Long, String>();
            for (Position position : getAll(stored)) {
                oracle.put(
                        position.offset(),
                        position.id().producer() + ":" + position.id().sequence());
            }
            assertThat(oracle).hasSize(900);
            for (Log log : logs) {
                assertThat(log.await(900)).containsExactlyElementsOf(oracle.values());
                assertThat(log.lost()).isEmpty();
            }
        }
    }

    @Test
    void whoWasAwayForLongerThanTheHistoryIsToldSo() throws Exception {
        try (var relay = new Relay(cluster.engine.port())) {
            NatsBackplane far = cluster.node(relay.uri(), settings -> settings.maxMessages(10));
            Log log = follow(far, "room");
            get(publish(far, "room", "p", 1));
            log.await(1);
            relay.open(false);
            log.awaitAway();
            NatsBackplane near = cluster.node(settings -> settings.maxMessages(10));
            for (int i = 2; i <= 30; i++) {
                get(publish(near, "room", "p", i));
            }
            relay.open(true);
            assertThat(log.awaitLost()).isEqualTo(LossReason.TRIMMED);
            assertThat(log.await(11)).hasSize(11).startsWith("p:1", "p:21").endsWith("p:30");
            assertThat(log.lost()).hasSize(1);
        }
    }

    @Test
    void whoseLastMessageAloneWasTrimmedMissedNothing() throws Exception {
        try (var relay = new Relay(cluster.engine.port())) {
            NatsBackplane far = cluster.node(relay.uri(), settings -> settings.maxMessages(10));
            Log log = follow(far, "room");
            get(publish(far, "room", "p", 1));
            log.await(1);
            relay.open(false);
            log.awaitAway();
            NatsBackplane near = cluster.node(settings -> settings.maxMessages(10));
            for (int i = 2; i <= 11; i++) {
                get(publish(near, "room", "p", i));
            }
            relay.open(true);
            assertThat(log.await(11)).hasSize(11).startsWith("p:1", "p:2").endsWith("p:11");
            assertThat(log.lost()).isEmpty();
        }
    }

    @Test
    void closingRefusesWhatWaits() throws Exception {
        cluster.engine.stop();
        NatsBackplane node = cluster.node();
        CompletableFuture<Position> stored = publish(node, "room", "p", 1);
        var asked = node.read("room", null, 9);
        var started = node.subscribe("room", null, new Log()).started();
        var members = node.members("room");
        node.close();
        assertRefused(stored, false);
        assertRefused(asked, false);
        assertRefused(started, false);
        assertRefused(members, false);
        assertRefused(publish(node, "room", "p", 2), false);
    }

    @Test
    void whatTheEngineRefusesIsRefusedAndTheNextIsStored() throws Exception {
        NatsBackplane node = cluster.node();
        get(publish(node, "room", "p", 1));
        var tooLarge = node.publish("room", new MessageId("q", 1), Message.binary(new byte[2 << 20]));
        var next = publish(node, "room", "p", 2);
        assertRefused(tooLarge, false);
        get(next);
    }

    @Test
    void namesMayBeLong() throws Exception {
        NatsBackplane node = cluster.node();
        String name = "\u6f22 ".repeat(2_000);
        Log log = follow(node, name);
        Log other = follow(node, name + "!");
        get(publish(node, name, "p", 1));
        get(publish(node, name + "!", "p", 2));
        assertThat(log.await(1)).containsExactly("p:1");
        assertThat(other.await(1)).containsExactly("p:2");
    }
}
