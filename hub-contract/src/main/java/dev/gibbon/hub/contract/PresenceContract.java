package dev.gibbon.hub.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.Member;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link Backplane} promises of who is present; a part of {@link BackplaneContract}. */
public abstract class PresenceContract extends ContractNodes {
    static final class Seen implements Backplane.PresenceListener {
        private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();

        @Override
        public void joined(Member member) {
            changes.add("+" + member.id() + " " + member.information());
        }

        @Override
        public void left(String id) {
            changes.add("-" + id);
        }

        String next() throws InterruptedException {
            return String.valueOf(changes.poll(MOST_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void whoComesAndGoesIsToldToEveryNode() throws Exception {
        Backplane a = node();
        Backplane b = node();
        await(a.enter(topic, List.of(new Member("ann", "1")), Duration.ofSeconds(60)));
        var seen = new Seen();
        assertThat(await(b.watch(topic, seen).started())).containsExactly(new Member("ann", "1"));

        await(a.enter(topic, List.of(new Member("bob", "")), Duration.ofSeconds(60)));
        await(a.enter(topic, List.of(new Member("bob", "")), Duration.ofSeconds(60)));
        await(a.enter(topic, List.of(new Member("ann", "2")), Duration.ofSeconds(60)));
        await(b.leave(topic, List.of("ann", "nobody")));

        assertThat(seen.next()).isEqualTo("+bob ");
        assertThat(seen.next()).isEqualTo("+ann 2");
        assertThat(seen.next()).isEqualTo("-ann");
        assertThat(await(a.members(topic))).containsExactly(new Member("bob", ""));
        assertThat(seen.changes).isEmpty();
    }

    @Test
    void whoIsNotRenewedLeaves() throws Exception {
        Backplane a = node();
        Backplane b = node();
        var seen = new Seen();
        await(b.watch(topic, seen).started());
        await(a.enter(topic, List.of(new Member("stays", "")), Duration.ofSeconds(60)));
        await(a.enter(topic, List.of(new Member("goes", "")), Duration.ofMillis(300)));
        a.close();

        assertThat(seen.next()).isEqualTo("+stays ");
        assertThat(seen.next()).isEqualTo("+goes ");
        assertThat(seen.next()).isEqualTo("-goes");
        assertThat(await(b.members(topic))).containsExactly(new Member("stays", ""));
    }
}
