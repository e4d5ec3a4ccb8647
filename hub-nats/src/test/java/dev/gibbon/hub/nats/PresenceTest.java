package dev.gibbon.hub.nats;

import static dev.gibbon.hub.nats.Cluster.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.Member;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PresenceTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Cluster cluster = new Cluster();
    private final NatsBackplane here = cluster.node();
    private final NatsBackplane there = cluster.node();

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void anEngineThatStartsAgainMakesNobodyLeave() throws Exception {
        var seen = new Seen();
        get(there.watch("room", seen).started());
        get(here.enter("room", List.of(new Member("ann", "")), LONG));
        assertThat(seen.next()).isEqualTo("joined ann");
        cluster.engine.kill();
        // It waits for the engine.
        var entered = here.enter("room", List.of(new Member("bob", "")), LONG);
        cluster.engine.start();
        get(entered);
        assertThat(seen.next()).isEqualTo("joined bob");
        assertThat(get(there.members("room"))).extracting(Member::id).containsExactlyInAnyOrder("ann", "bob");
    }

    @Test
    void manyWithLongNamesArePresent() throws Exception {
        String name = "x".repeat(3_000);
        List<Member> members = java.util.stream.IntStream.range(0, 700)
                .mapToObj(i -> new Member(name + i, "of " + i))
                .toList();
        get(here.enter("room", members, LONG));
        assertThat(get(there.members("room"))).containsExactlyInAnyOrderElementsOf(members);
        get(here.leave("room", members.stream().map(Member::id).skip(1).toList()));
        assertThat(get(here.members("room"))).containsExactly(members.get(0));
    }

    private static final class Seen implements Backplane.PresenceListener {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void joined(Member member) {
            events.add("joined " + member.id());
        }

        @Override
        public void left(String id) {
            events.add("left " + id);
        }

        String next() throws InterruptedException {
            return events.poll(20, TimeUnit.SECONDS);
        }
    }
}
