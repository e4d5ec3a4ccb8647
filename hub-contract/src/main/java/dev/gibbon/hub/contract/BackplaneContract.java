package dev.gibbon.hub.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Message;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Backplane} promises, whatever its engine is: extended by the tests of each. The topics of a test are new, so the engine
 * may be the same for all.
 */
public abstract class BackplaneContract extends PresenceContract {
    /**
     * How many entries the engine of this test keeps of a topic.
     *
     * @return 20 or more
     */
    protected abstract int historyEntries();

    // ---- messages

    @Test
    void whatIsPublishedIsToldToEveryNodeInOneOrder() throws Exception {
        Backplane a = node();
        Backplane b = node();
        var atA = new Told();
        var atB = new Told();
        await(a.subscribe(topic, null, atA).started());
        await(b.subscribe(topic, null, atB).started());

        List<CompletionStage<Position>> stored = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            stored.add(a.publish(topic, id("a", i), Message.text("a" + i)));
            stored.add(b.publish(topic, id("b", i), Message.text("b" + i)));
        }
        for (CompletionStage<Position> one : stored) {
            await(one);
        }

        List<String> heard = atA.texts(100);
        assertThat(atB.texts(100)).isEqualTo(heard);
        assertThat(heard.stream().filter(text -> text.startsWith("a"))).containsExactly(texts("a", 1, 50));
        assertThat(heard.stream().filter(text -> text.startsWith("b"))).containsExactly(texts("b", 1, 50));
    }

    @Test
    void offsetsGrowAndPositionsNameTheMessage() throws Exception {
        Backplane node = node();
        Position first = publish(node, "p", 1);
        Position second = publish(node, "p", 2);

        assertThat(second.epoch()).isEqualTo(first.epoch());
        assertThat(second.offset()).isGreaterThan(first.offset());
        assertThat(first.offset()).isPositive();
        assertThat(first.id()).isEqualTo(id("p", 1));
        assertThat(second.id()).isEqualTo(id("p", 2));
    }

    @Test
    void aMessageIsStoredOnceHoweverOftenItIsPublished() throws Exception {
        Backplane a = node();
        Backplane b = node();
        var told = new Told();
        await(a.subscribe(topic, null, told).started());

        Position first = publish(a, "p", 1);
        assertThat(publish(a, "p", 1)).isEqualTo(first);
        assertThat(publish(b, "p", 1)).isEqualTo(first);
        Position second = publish(b, "p", 2);
        assertThat(publish(a, "p", 1)).isEqualTo(first);
        assertThat(publish(a, "p", 2)).isEqualTo(second);
        publish(a, "p", 3);

        assertThat(told.texts(3)).containsExactly("p1", "p2", "p3");
        assertThat(await(a.read(topic, null, 100)).entries()).hasSize(3);
    }

    @Test
    void contentComesBackAsItWas() throws Exception {
        Backplane node = node();
        var told = new Told();
        await(node.subscribe(topic, null, told).started());
        byte[] bytes = new byte[70_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }

        await(node.publish(topic, id("p", 1), Message.binary(bytes)));
        await(node.publish(topic, id("p", 2), Message.binary(new byte[0])));
        await(node.publish(topic, id("p", 3), Message.text("\u00e4\u6f22\ud83d\ude00\u0000")));

        Entry first = (Entry) told.next();
        assertThat(first.message().isText()).isFalse();
        assertThat(first.message().toByteArray()).isEqualTo(bytes);
        assertThat(((Entry) told.next()).message().size()).isZero();
        Entry third = (Entry) told.next();
        assertThat(third.message().text()).isEqualTo("\u00e4\u6f22\ud83d\ude00\u0000");
        assertThat(third.position().id()).isEqualTo(id("p", 3));
        assertThat(await(node.read(topic, null, 3)).entries().get(2).time()).isEqualTo(third.time());
    }

    @Test
    void topicsKnowNothingOfEachOther() throws Exception {
        Backplane node = node();
        var told = new Told();
        await(node.subscribe(topic, null, told).started());
        await(node.publish(topic + "2", id("p", 1), Message.text("elsewhere")));
        publish(node, "p", 1);

        assertThat(told.texts(1)).containsExactly("p1");
        assertThat(told.isEmpty()).isTrue();
    }

    @Test
    void aSequenceThatWasPassedOverIsRefused() throws Exception {
        Backplane a = node();
        publish(a, "p", 5);
        assertRefusedForEver(a.publish(topic, id("p", 3), Message.text("never stored")));
        Backplane b = node();
        publish(b, "p", 6);
        assertRefusedForEver(b.publish(topic, id("p", 4), Message.text("never stored")));

        assertThat(await(a.read(topic, null, 100)).entries().stream()
                        .map(entry -> entry.message().text()))
                .containsExactly("p5", "p6");
        // Where its neighbours are older than the history, too.
        for (int i = 1; i <= historyEntries(); i++) {
            publish(a, "q", i);
        }
        Position last = publish(a, "p", 9);
        assertRefusedForEver(a.publish(topic, id("p", 3), Message.text("never stored")));
        assertRefusedForEver(b.publish(topic, id("p", 8), Message.text("never stored")));
        assertThat(await(b.read(topic, last, 100)).entries()).isEmpty();
    }

    @Test
    void whatIsGoneFromTheHistoryIsNotStoredAgain() throws Exception {
        Backplane a = node();
        publish(a, "p", 1);
        Position second = publish(a, "p", 2);
        int most = historyEntries() * 2;
        for (int i = 1; i <= most; i++) {
            publish(a, "q", i);
        }
        Position end = await(a.read(topic, null, 1_000_000)).end();

        assertThat(publish(a, "p", 2).offset()).isEqualTo(second.offset());
        CompletionStage<Position> again = a.publish(topic, id("p", 1), Message.text("p1"));
        try {
            assertThat(await(again).offset()).isLessThanOrEqualTo(second.offset());
        } catch (ExecutionException e) {
            // It may say that it does not know any more.
            assertRefusedForEver(again);
        }
        assertThat(await(a.read(topic, end, 9)).entries()).isEmpty();
    }

    private static void assertRefusedForEver(CompletionStage<Position> stored) {
        assertThatThrownBy(() -> await(stored))
                .cause()
                .isInstanceOfSatisfying(
                        BackplaneException.class,
                        e -> assertThat(e.isRetryable()).isFalse());
    }

    // ---- those who return

    @Test
    void whoReturnsGetsWhatIsMissingAndThenWhatComes() throws Exception {
        Backplane a = node();
        for (int i = 1; i <= 5; i++) {
            publish(a, "p", i);
        }
        Position seen = await(a.read(topic, null, 2)).end();

        var told = new Told();
        Backplane b = node();
        Backplane.Feed feed = b.subscribe(topic, seen, told);
        assertThat(await(feed.started())).isEqualTo(seen);
        for (int i = 6; i <= 8; i++) {
            publish(a, "p", i);
        }

        assertThat(told.texts(6)).containsExactly(texts("p", 3, 8));
    }

    @Test
    void betweenHistoryAndLiveMessagesThereIsNoGapAndNoRepeat() throws Exception {
        Backplane node = node();
        Position start = publish(node, "first", 1);
        int most = historyEntries() - 2;
        CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> {
            for (int i = 1; i <= most; i++) {
                try {
                    publish(node, "p", i);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            }
        });
        List<Told> all = new ArrayList<>();
        Backplane other = node();
        for (int i = 0; i < 10; i++) {
            var told = new Told();
            all.add(told);
            await(other.subscribe(topic, start, told).started());
        }
        await(publisher);

        for (Told told : all) {
            assertThat(told.texts(most)).containsExactly(texts("p", 1, most));
        }
    }

    @Test
    void whoReturnsTooLateIsToldThatMessagesAreLost() throws Exception {
        Backplane node = node();
        Position seen = publish(node, "p", 1);
        int last = historyEntries() * 2 + 1;
        for (int i = 2; i <= last; i++) {
            publish(node, "p", i);
        }

        var told = new Told();
        await(node.subscribe(topic, seen, told).started());

        assertThat(told.next())
                .isInstanceOfSatisfying(
                        Told.Loss.class, loss -> assertThat(loss.reason()).isEqualTo(LossReason.TRIMMED));
        Entry next = (Entry) told.next();
        long sequence = next.id().sequence();
        assertThat(sequence).isGreaterThan(2);
        assertThat(told.texts((int) (last - sequence))).containsExactly(texts("p", (int) sequence + 1, last));
        History read = await(node.read(topic, seen, 1));
        assertThat(read.lost()).isEqualTo(LossReason.TRIMMED);
        assertThat(read.entries().get(0).position()).isEqualTo(next.position());
    }

    @Test
    void aPositionOfAnotherLifeIsLost() throws Exception {
        Backplane node = node();
        Position there = publish(node, "p", 1);
        publish(node, "p", 2);

        for (Position strange : List.of(
                new Position("another", there.offset(), there.id()),
                new Position(there.epoch(), there.offset(), id("q", 1)),
                new Position(there.epoch(), there.offset() + 1_000_000, id("p", 9)))) {
            assertThat(await(node.read(topic, strange, 9)).lost())
                    .as("%s", strange)
                    .isEqualTo(LossReason.NEW_EPOCH);
            var told = new Told();
            await(node.subscribe(topic, strange, told).started());
            assertThat(told.next()).isInstanceOf(Told.Loss.class);
            assertThat(told.texts(2)).containsExactly("p1", "p2");
        }
    }

    @Test
    void historyIsReadInPieces() throws Exception {
        Backplane node = node();
        for (int i = 1; i <= 10; i++) {
            publish(node, "p", i);
        }

        List<String> texts = new ArrayList<>();
        Position at = null;
        boolean complete = false;
        while (!complete) {
            History piece = await(node.read(topic, at, 3));
            assertThat(piece.lost()).isNull();
            assertThat(piece.entries()).hasSizeBetween(1, 3);
            piece.entries().forEach(entry -> texts.add(entry.message().text()));
            at = piece.end();
            complete = piece.complete();
        }
        assertThat(texts).containsExactly(texts("p", 1, 10));
        assertThat(await(node.read(topic, at, 3)).entries()).isEmpty();
    }

    @Test
    void anEmptyTopicHasAPosition() throws Exception {
        Backplane node = node();
        var told = new Told();
        Position beginning = await(node.subscribe(topic, null, told).started());
        publish(node, "p", 1);

        assertThat(told.texts(1)).containsExactly("p1");
        History read = await(node.read(topic, beginning, 9));
        assertThat(read.lost()).isNull();
        assertThat(read.entries()).hasSize(1);
    }

    // ---- who listens

    @Test
    void aClosedFeedIsToldNothing() throws Exception {
        Backplane node = node();
        var closed = new Told();
        Backplane.Feed feed = node.subscribe(topic, null, closed);
        await(feed.started());
        feed.close();
        feed.close();
        var open = new Told();
        await(node.subscribe(topic, null, open).started());
        publish(node, "p", 1);

        assertThat(open.texts(1)).containsExactly("p1");
        assertThat(closed.isEmpty()).isTrue();
    }

    @Test
    void aListenerThatThrowsHearsTheNextEntry() throws Exception {
        Backplane node = node();
        var told = new Told();
        await(node.subscribe(topic, null, new Backplane.FeedListener() {
                    @Override
                    public void entry(Entry entry) {
                        told.entry(entry);
                        throw new IllegalStateException("on purpose");
                    }

                    @Override
                    public void lost(LossReason reason, Position now) {
                        told.lost(reason, now);
                    }
                })
                .started());
        publish(node, "p", 1);
        publish(node, "p", 2);

        assertThat(told.texts(2)).containsExactly("p1", "p2");
    }

    @Test
    void aClosedNodeRefuses() throws Exception {
        Backplane node = node();
        var told = new Told();
        await(node.subscribe(topic, null, told).started());
        publish(node, "p", 1);
        assertThat(told.texts(1)).containsExactly("p1");
        node.close();
        node.close();

        assertRefusedForEver(node.publish(topic, id("p", 2), Message.text("never stored")));
        assertRefusedForEver(node.subscribe(topic, null, told).started());
        assertThatThrownBy(() -> await(node.watch(topic, new Seen()).started()))
                .cause()
                .isInstanceOf(BackplaneException.class);
        assertThatThrownBy(() -> await(node.read(topic, null, 1))).cause().isInstanceOf(BackplaneException.class);
        assertThat(publish(node(), "p", 2).id()).isEqualTo(id("p", 2));
        assertThat(told.isEmpty()).isTrue();
    }

    @Test
    void whoSubscribesJustWhenTheNodeClosesIsAnswered() throws Exception {
        for (int i = 0; i < 20; i++) {
            Backplane node = node();
            List<CompletionStage<Position>> started = new ArrayList<>();
            CompletableFuture<Void> subscribing = CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 20; n++) {
                    started.add(node.subscribe(topic, null, new Told()).started());
                }
            });
            node.close();
            await(subscribing);
            for (CompletionStage<Position> one : started) {
                // Whether it has begun is chance; that it says so is not.
                await(one.handle((position, failure) -> 0));
            }
        }
    }
}
