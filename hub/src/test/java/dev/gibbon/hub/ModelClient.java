package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who comes back: keeps the position of the last message that arrived and the message that is not acknowledged yet, and judges what it is
 * told. In memory offsets are consecutive, so the next entry is the next offset, unless the hub has said what is missing.
 */
final class ModelClient {
    /** What is known of the topic, by all clients together. */
    private final ModelTopic topic;

    private final String name;
    private final SlowConsumer policy;
    private final boolean drops;
    private final SplittableRandom random;
    private final Deque<String> story = new ArrayDeque<>();

    private @Nullable ModelOutlet outlet;
    private @Nullable HubConnection connection;
    private @Nullable CompletableFuture<Subscription> subscribing;
    private @Nullable Position at;
    private boolean began;
    /** Entries that the hub has said to have dropped behind the position, in this connection. */
    private long dropped;
    /** Whether the hub has told of a loss in this connection: where what was dropped lies is then not known exactly. */
    private boolean inexact;

    private long sequence;
    private @Nullable CompletableFuture<Position> publishing;
    private boolean unacknowledged;

    ModelClient(ModelTopic topic, String name, SlowConsumer policy, SplittableRandom random) {
        this.topic = topic;
        this.name = name;
        this.policy = policy;
        this.drops = policy.policy() != SlowConsumer.Policy.DISCONNECT;
        this.random = random;
    }

    String name() {
        return name;
    }

    // ---- what it does

    boolean isConnected() {
        ModelOutlet current = outlet;
        return current != null && !current.isOver();
    }

    /** Connects to a node, and returns to where it was. */
    void connect(Hub hub, Executor loop) {
        var fresh = new ModelOutlet(loop, this::hear, () -> random.nextInt(8) == 0);
        Position position = at;
        SubscribeOptions options = position != null
                ? SubscribeOptions.after(position)
                : random.nextBoolean() ? SubscribeOptions.fromHistory() : SubscribeOptions.fromNow();
        HubConnection joined;
        try {
            joined = hub.join(fresh, null);
        } catch (HubException e) {
            return;
        }
        note("connects, at " + at);
        outlet = fresh;
        connection = joined;
        began = false;
        dropped = 0;
        inexact = false;
        subscribing = joined.subscribe(
                        ModelTopic.NAME, options.slowConsumer(policy).member(new Member(name, "")))
                .toCompletableFuture();
    }

    /** Its connection ends. */
    void cut() {
        ModelOutlet current = outlet;
        if (current != null) {
            note("is cut off");
            current.cut();
        }
        outlet = null;
        connection = null;
        subscribing = null;
    }

    /** Notes a node that does not serve it, or a connection that was closed for it. */
    void look() {
        CompletableFuture<Subscription> asked = subscribing;
        ModelOutlet current = outlet;
        if ((asked != null && asked.isCompletedExceptionally()) || (current != null && current.isOver())) {
            cut();
        }
        CompletableFuture<Position> stored = publishing;
        if (stored != null && stored.isDone()) {
            publishing = null;
            if (!stored.isCompletedExceptionally()) {
                unacknowledged = false;
                topic.acknowledged(stored.join(), new MessageId(name, sequence), text());
            }
        }
    }

    void arrive(int most) {
        ModelOutlet current = outlet;
        if (current != null) {
            current.arrive(most);
        }
    }

    /** Says the next, or again what was not acknowledged. */
    void say() {
        HubConnection current = connection;
        if (current == null || publishing != null) {
            return;
        }
        if (!unacknowledged) {
            sequence++;
            unacknowledged = true;
        }
        CompletionStage<Position> stored =
                current.publish(ModelTopic.NAME, new MessageId(name, sequence), Message.text(text()));
        publishing = stored.toCompletableFuture();
    }

    boolean isAnswered() {
        return publishing == null && !unacknowledged;
    }

    private String text() {
        return name + "-" + sequence;
    }

    // ---- what it hears

    private void hear(String told) {
        note(told);
        String[] words = told.split(" ");
        switch (words[0]) {
            case "subscribed" -> subscribed(ModelFormat.position(words), words[5]);
            case "lost" -> lost(requireAt(ModelFormat.position(words)), LossReason.valueOf(words[5]));
            case "dropped" -> {
                assertThat(drops).as("%s", this).isTrue();
                dropped += Long.parseLong(words[1]);
            }
            case "entry" -> entry(requireAt(ModelFormat.position(words)), words[5]);
            default -> throw new AssertionError(told);
        }
    }

    private static Position requireAt(@Nullable Position position) {
        assertThat(position).isNotNull();
        return position;
    }

    private void subscribed(@Nullable Position from, String reason) {
        assertThat(began).as("%s", this).isFalse();
        began = true;
        if (!reason.equals("null")) {
            lost(requireAt(from), LossReason.valueOf(reason));
        } else if (at == null) {
            at = from;
        } else {
            assertThat(from).as("%s", this).isEqualTo(at);
        }
    }

    private void lost(Position now, LossReason reason) {
        Position before = at;
        if (before == null) {
            // Its place was fixed, and was lost before it heard of it.
            assertThat(reason).as("%s", this).isEqualTo(LossReason.NEW_EPOCH);
        } else if (reason == LossReason.TRIMMED) {
            assertThat(now.epoch()).as("%s", this).isEqualTo(before.epoch());
            assertThat(now.offset()).as("%s", this).isGreaterThan(before.offset());
            topic.trimmed(now, this);
        } else {
            assertThat(now.epoch()).as("%s", this).isNotEqualTo(before.epoch());
            topic.anew(before.epoch(), now.epoch(), this);
        }
        at = now;
        dropped = 0;
        inexact = true;
    }

    private void entry(Position position, String text) {
        assertThat(began).as("%s", this).isTrue();
        topic.heard(position, text, this);
        Position before = at;
        if (before != null) {
            assertThat(position.epoch()).as("%s", this).isEqualTo(before.epoch());
            long next = before.offset() + 1;
            if (policy.policy() == SlowConsumer.Policy.LATEST_PER_KEY) {
                // What was dropped lies anywhere.
                assertThat(position.offset()).as("%s", this).isBetween(next, next + dropped);
                dropped -= position.offset() - next;
            } else if (drops && inexact) {
                assertThat(position.offset()).as("%s", this).isGreaterThanOrEqualTo(next);
                dropped = 0;
            } else {
                assertThat(position.offset()).as("%s", this).isEqualTo(next + dropped);
                dropped = 0;
            }
        }
        at = position;
    }

    /** Whether it has heard everything, or that it did not. */
    boolean hasAllUntil(Position end) {
        Position last = at;
        return last != null && last.epoch().equals(end.epoch()) && last.offset() + dropped == end.offset();
    }

    private void note(String what) {
        story.add(what);
        if (story.size() > 40) {
            story.remove();
        }
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>(story);
        return topic + ", " + name + " at " + at + ":\n  " + String.join("\n  ", lines) + "\n";
    }
}
