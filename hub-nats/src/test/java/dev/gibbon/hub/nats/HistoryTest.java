package dev.gibbon.hub.nats;

import static dev.gibbon.hub.nats.Cluster.assertRefused;
import static dev.gibbon.hub.nats.Cluster.follow;
import static dev.gibbon.hub.nats.Cluster.get;
import static dev.gibbon.hub.nats.Cluster.getAll;
import static dev.gibbon.hub.nats.Cluster.publish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import dev.gibbon.hub.nats.Cluster.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept, by count, age and bytes, and who can return to it. */
class HistoryTest {

    private final Cluster cluster = new Cluster();

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void whoSubscribesInTheMidstOfWhatComesMissesAndRepeatsNothing() throws Exception {
        List<NatsBackplane> nodes = List.of(cluster.node(), cluster.node());
        Log first = follow(nodes.get(0), "room");
        Position seen = get(publish(nodes.get(1), "room", "p", 1));
        var stored = new ArrayList<CompletableFuture<Position>>();
        var logs = new ArrayList<Log>();
        for (int i = 1; i < 900; i++) {
            stored.add(publish(nodes.get(i % 2), "room", "p" + i % 2, i));
            if (i % 200 == 100) {
                // Here in this order for each node: both subscribe while both publish.
                logs.add(follow(nodes.get(0), "room", seen));
                logs.add(follow(nodes.get(1), "room", seen));
            }
        }
        getAll(stored);
        List<String> all = first.await(900);
        assertThat(all).doesNotHaveDuplicates().hasSize(900);
        for (Log log : logs) {
            assertThat(log.await(899)).containsExactlyElementsOf(all.subList(1, 900));
        }
        // Entries that are not in a page have to be read in another.
        assertThat(follow(nodes.get(0), "room", first.start).await(900)).isEqualTo(all);
    }

    @Test
    void thePlaceOfAnEmptyTopicHoldsUntilSomethingBehindItIsGone() throws Exception {
        NatsBackplane node = cluster.node(settings -> settings.maxMessages(5));
        get(publish(node, "elsewhere", "p", 1));
        Position empty = follow(node, "room").start;
        assertThat(empty.id()).isNull();
        for (int i = 1; i <= 5; i++) {
            get(publish(node, "room", "p", i));
        }
        History whole = get(node.read("room", empty, 10));
        assertThat(whole.lost()).isNull();
        assertThat(whole.complete()).isTrue();
        assertThat(sequences(whole)).containsExactly(1L, 2L, 3L, 4L, 5L);
        get(publish(node, "room", "p", 6));
        History cut = get(node.read("room", empty, 10));
        assertThat(cut.lost()).isEqualTo(LossReason.TRIMMED);
        assertThat(sequences(cut)).containsExactly(2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void thePlaceBehindALossCanBeReturnedTo() throws Exception {
        NatsBackplane node = cluster.node(settings -> settings.maxMessages(5));
        Position first = get(publish(node, "room", "p", 1));
        for (int i = 2; i <= 8; i++) {
            get(publish(node, "room", "p", i));
        }
        Log log = follow(node, "room", first);
        assertThat(log.await(5)).containsExactly("p:4", "p:5", "p:6", "p:7", "p:8");
        assertThat(log.lost()).containsExactly(LossReason.TRIMMED);
        History again = get(node.read("room", log.start, 9));
        assertThat(again.lost()).isNull();
        assertThat(sequences(again)).containsExactly(4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void whatIsTooOldGoesAndIsToldAsLost() throws Exception {
        NatsBackplane node = cluster.node(settings -> settings.maxAge(Duration.ofSeconds(1)));
        Log log = follow(node, "room");
        Position first = get(publish(node, "room", "p", 1));
        Position second = get(publish(node, "room", "p", 2));
        History left = get(node.read("room", second, 9));
        while (left.lost() == null) {
            left = get(node.read("room", second, 9));
        }
        assertThat(left.lost()).isEqualTo(LossReason.TRIMMED);
        assertThat(left.entries()).isEmpty();
        // Who listens has missed nothing, and the id is remembered.
        assertThat(get(publish(node, "room", "p", 2))).isEqualTo(second);
        Position third = get(publish(node, "room", "p", 3));
        assertThat(log.await(3)).containsExactly("p:1", "p:2", "p:3");
        assertThat(log.lost()).isEmpty();
        History after = get(node.read("room", first, 9));
        assertThat(after.lost()).isEqualTo(LossReason.TRIMMED);
        assertThat(after.end()).isEqualTo(third);
        // The message says itself how much of its producer was stored, on a node that has seen nothing of it.
        NatsBackplane late = cluster.node(settings -> settings.maxAge(Duration.ofSeconds(1)));
        assertThat(get(publish(late, "room", "p", 1))).isEqualTo(third);
    }

    @Test
    void whatIsTooMuchForTheStreamGoes() throws Exception {
        NatsBackplane node = cluster.node(settings -> settings.maxStreamBytes(1 << 20));
        Log log = follow(node, "room");
        var stored = new ArrayList<Position>();
        for (int i = 1; i <= 12; i++) {
            stored.add(get(node.publish("room", new MessageId("p", i), Message.binary(new byte[100_000]))));
        }
        log.await(12);
        History kept = get(node.read("room", stored.get(0), 20));
        assertThat(kept.lost()).isEqualTo(LossReason.TRIMMED);
        assertThat(kept.entries()).hasSize(10);
        assertThat(get(node.read("room", stored.get(5), 20)).lost()).isNull();
        assertThat(log.lost()).isEmpty();
    }

    @Test
    void aReadIsBoundedByBytesAndGoesOnBehindThem() throws Exception {
        NatsBackplane node = cluster.node();
        for (int i = 1; i <= 20; i++) {
            get(node.publish("room", new MessageId("p", i), Message.binary(new byte[500_000])));
        }
        var all = new ArrayList<Long>();
        Position at = null;
        History page;
        do {
            page = get(node.read("room", at, 1_000));
            assertThat(page.entries()).isNotEmpty();
            assertThat(page.lost()).isNull();
            all.addAll(sequences(page));
            at = page.end();
        } while (!page.complete());
        assertThat(all).hasSize(20).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aSequenceThatWasNeverStoredIsRefusedOnEveryNode() throws Exception {
        NatsBackplane node = cluster.node(settings -> settings.maxMessages(3));
        get(publish(node, "room", "p", 2));
        for (int i = 4; i <= 8; i++) {
            get(publish(node, "room", "p", i));
        }
        NatsBackplane late = cluster.node(settings -> settings.maxMessages(3));
        assertRefused(publish(node, "room", "p", 3), false);
        assertRefused(publish(late, "room", "p", 3), false);
        // Gone from the history: the one has seen it, the other knows that all from it up to the last were stored.
        assertThat(get(publish(node, "room", "p", 4)).id().sequence()).isEqualTo(4);
        assertThat(get(publish(late, "room", "p", 4)).id().sequence()).isEqualTo(8);
        assertThat(sequences(get(node.read("room", null, 9)))).containsExactly(6L, 7L, 8L);
    }

    private static List<Long> sequences(History history) {
        return history.entries().stream()
                .map(Entry::id)
                .map(MessageId::sequence)
                .toList();
    }
}
