package dev.gibbon.hub.nats;

import static dev.gibbon.hub.nats.Cluster.get;
import static dev.gibbon.hub.nats.Cluster.publish;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedTest {

    private final Cluster cluster = new Cluster(0);

    @AfterEach
    void end() {
        cluster.close();
    }

    @Test
    void whoReturnsGetsWhatWasMissedAndThenWhatComes() throws Exception {
        NatsNode here = cluster.node();
        NatsNode there = cluster.node();
        var first = new Ear();
        Feed feed = here.subscribe("room", null, first);
        Mark before = get(feed.started());
        assertThat(before.hasId()).isFalse();
        get(publish(there, "other", "p", 1));
        get(publish(there, "room", "p", 1));
        get(publish(there, "room", "p", 2));
        assertThat(first.next()).isEqualTo("p:1");
        Mark seen = first.mark;
        here.unsubscribe("room", feed);
        var stored = new ArrayList<CompletableFuture<Long>>();
        var ears = new ArrayList<Ear>();
        // Subscribing in the midst of what comes, on both nodes, from the beginning and from the first message.
        for (int i = 3; i <= 400; i++) {
            stored.add(publish(i % 2 == 0 ? here : there, "room", "p" + i % 2, i));
            if (i % 100 == 50) {
                ears.add(new Ear());
                here.subscribe("room", seen, ears.get(ears.size() - 1));
                ears.add(new Ear());
                there.subscribe("room", seen, ears.get(ears.size() - 1));
            }
        }
        for (CompletableFuture<Long> one : stored) {
            get(one);
        }
        var fromEmpty = new Ear();
        there.subscribe("room", before, fromEmpty);
        List<String> all = fromEmpty.next(400);
        assertThat(all).doesNotHaveDuplicates().startsWith("p:1", "p:2");
        for (Ear ear : ears) {
            assertThat(ear.next(399)).containsExactlyElementsOf(all.subList(1, 400));
        }
    }

    @Test
    void aPlaceThatWasTrimmedIsToldAsLost() throws Exception {
        NatsNode node = cluster.node(settings -> settings.maxMessages(5));
        Mark empty = get(node.subscribe("room", null, new Ear()).started());
        for (int i = 1; i <= 4; i++) {
            get(publish(node, "room", "p", i));
        }
        Page whole = get(node.read("room", empty, 10));
        assertThat(whole.outcome()).isEqualTo(Page.Outcome.WHOLE);
        assertThat(whole.entries()).extracting(Entry::sequence).containsExactly(1L, 2L, 3L, 4L);
        Mark first = Mark.of(whole.epoch(), whole.entries().get(0));
        Mark fourth = Mark.of(whole.epoch(), whole.entries().get(3));
        for (int i = 5; i <= 7; i++) {
            get(publish(node, "room", "p", i));
        }
        assertThat(get(node.read("room", empty, 10)).outcome()).isEqualTo(Page.Outcome.TRIMMED);
        assertThat(get(node.read("room", first, 10)).outcome()).isEqualTo(Page.Outcome.TRIMMED);
        Page rest = get(node.read("room", fourth, 2));
        assertThat(rest.entries()).extracting(Entry::sequence).containsExactly(5L, 6L);
        assertThat(rest.more()).isTrue();
        var ear = new Ear();
        node.subscribe("room", first, ear);
        assertThat(ear.next()).isEqualTo("lost TRIMMED");
        get(publish(node, "room", "p", 8));
        assertThat(ear.next()).isEqualTo("p:8");
    }

    @Test
    void aMessageThatIsAnotherOneByNowIsToldAsLost() throws Exception {
        NatsNode node = cluster.node();
        get(publish(node, "room", "p", 1));
        Page page = get(node.read("room", null, 10));
        Mark seen = Mark.of(page.epoch(), page.entries().get(0));
        var other = new Mark(seen.epoch(), seen.offset(), "q", 1);
        assertThat(get(node.read("room", other, 10)).outcome()).isEqualTo(Page.Outcome.EPOCH);
        var older = new Mark("older", seen.offset(), "p", 1);
        assertThat(get(node.read("room", older, 10)).outcome()).isEqualTo(Page.Outcome.EPOCH);
        var ahead = new Mark(seen.epoch(), seen.offset() + 5, "p", 6);
        assertThat(get(node.read("room", ahead, 10)).outcome()).isNotEqualTo(Page.Outcome.WHOLE);
        assertThat(get(node.read("room", seen, 10)).outcome()).isEqualTo(Page.Outcome.WHOLE);
    }

    @Test
    void aFeedHearsThatTheEngineIsAwayAndBack() throws Exception {
        NatsNode node = cluster.node();
        var ear = new Ear();
        get(node.subscribe("room", null, ear).started());
        cluster.engine.kill();
        assertThat(ear.next()).isEqualTo("away");
        cluster.engine.start();
        assertThat(ear.next()).isEqualTo("back");
        get(publish(node, "room", "p", 1));
        assertThat(ear.next()).isEqualTo("p:1");
    }

    /** Remembers what it is told, in order. */
    private static final class Ear implements Feed.Listener {

        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private volatile Mark mark;

        @Override
        public void entry(Mark at, Entry entry) {
            if (mark == null) {
                mark = at;
            }
            heard.add(new String(entry.payload(), StandardCharsets.UTF_8));
        }

        @Override
        public void lost(Page.Outcome reason) {
            heard.add("lost " + reason);
        }

        @Override
        public void away() {
            heard.add("away");
        }

        @Override
        public void back() {
            heard.add("back");
        }

        String next() throws InterruptedException {
            return heard.poll(20, TimeUnit.SECONDS);
        }

        List<String> next(int count) throws InterruptedException {
            var all = new ArrayList<String>();
            for (int i = 0; i < count; i++) {
                all.add(next());
            }
            return all;
        }
    }
}
