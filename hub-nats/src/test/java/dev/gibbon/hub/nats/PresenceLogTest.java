package dev.gibbon.hub.nats;

import static dev.gibbon.hub.nats.Cluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PresenceLogTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Cluster cluster = new Cluster(2);
    private final NatsNode here = cluster.nodes.get(0);
    private final NatsNode there = cluster.nodes.get(1);

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void whoComesAndGoesIsHeardOnceOnAllNodes() throws Exception {
        var events = watch(there);
        say(here, "ann", LONG);
        assertThat(next(events)).isEqualTo("joined ann");
        say(here, "ann", LONG);
        say(here, "bob", LONG);
        assertThat(next(events)).isEqualTo("joined bob");
        assertThat(members(there)).containsOnlyKeys("ann", "bob");
        say(here, "ann", Duration.ZERO);
        assertThat(next(events)).isEqualTo("left ann");
        assertThat(members(here)).containsOnlyKeys("bob");
        assertThat(new String(members(there).get("bob"), StandardCharsets.UTF_8))
                .isEqualTo("of bob");
    }

    @Test
    void whoDoesNotRenewExpires() throws Exception {
        var events = watch(there);
        say(here, "ann", Duration.ofMillis(300));
        say(here, "bob", LONG);
        here.close();
        assertThat(next(events)).isEqualTo("joined ann");
        assertThat(next(events)).isEqualTo("joined bob");
        assertThat(next(events)).isEqualTo("left ann");
        assertThat(members(there)).containsOnlyKeys("bob");
    }

    @Test
    void anEngineThatStartsAgainMakesNobodyLeave() throws Exception {
        var events = watch(there);
        say(here, "ann", LONG);
        assertThat(next(events)).isEqualTo("joined ann");
        cluster.engine.kill();
        cluster.engine.start();
        assertThat(members(there)).containsOnlyKeys("ann");
        say(here, "bob", LONG);
        assertThat(next(events)).isEqualTo("joined bob");
    }

    private static BlockingQueue<String> watch(NatsNode node) throws Exception {
        var events = new LinkedBlockingQueue<String>();
        node.onLoop(
                null,
                () -> node.presence("room").watch(new PresenceLog.Watcher() {
                    @Override
                    public void joined(String member, byte[] info) {
                        events.add("joined " + member);
                    }

                    @Override
                    public void left(String member, byte[] info) {
                        events.add("left " + member);
                    }
                }));
        members(node);
        return events;
    }

    private static void say(NatsNode node, String member, Duration lasting) throws Exception {
        byte[] info = ("of " + member).getBytes(StandardCharsets.UTF_8);
        members(node);
        while (true) {
            var said = new CompletableFuture<Void>();
            node.onLoop(said, () -> {
                var unused = node.presence("room")
                        .say(member, info, lasting)
                        .whenComplete((ok, failure) -> pass(said, null, failure));
            });
            try {
                get(said);
                return;
            } catch (java.util.concurrent.ExecutionException e) {
                // Between two sessions; the members are known again when there is one.
                members(node);
            }
        }
    }

    private static Map<String, byte[]> members(NatsNode node) throws Exception {
        var members = new CompletableFuture<Map<String, byte[]>>();
        node.onLoop(members, () -> {
            var unused =
                    node.presence("room").members().whenComplete((present, failure) -> pass(members, present, failure));
        });
        return get(members);
    }

    private static <T> void pass(CompletableFuture<T> to, T value, Throwable failure) {
        if (failure != null) {
            to.completeExceptionally(failure);
        } else {
            to.complete(value);
        }
    }

    private static String next(BlockingQueue<String> events) throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }
}
