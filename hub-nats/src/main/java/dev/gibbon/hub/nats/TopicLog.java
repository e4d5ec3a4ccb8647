package dev.gibbon.hub.nats;

import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import io.nats.client.Message;
import io.nats.client.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One topic as this node knows it: everything up to {@code known} has been read, in order, and been handed on once. From that follow
 * both promises. A live message is handed on only if the one before it is the known one; else the stretch between is read first. And the
 * {@link Outbox} sends a publication with the known offset as condition. Only on the loop.
 */
final class TopicLog {

    /** Whoever wants what comes; throws nothing. */
    interface Follower {
        void entry(Entry entry);

        /** Entries behind what was handed on last are gone for ever; what comes next is what is behind this position. */
        void lost(LossReason reason, Position now);

        /** The session is over (false), or the log is level with the engine again (true). */
        void level(boolean level);

        /** The node is closed, and nothing comes any more. */
        void closed();
    }

    private enum Stage {
        /** No session. */
        AWAY,
        /** Reading what is missing; live messages are put aside. */
        READING,
        /** All that the engine had when we looked, and all live messages since, have been handed on. */
        LEVEL
    }

    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub.nats");
    private static final int MOST_ASIDE = 1_000;
    private static final int MOST_FAILURES = 5;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String token;
    private final Names names;
    private final NatsSettings settings;
    private final ScheduledExecutorService loop;
    private final Runnable onRewound;
    private final Runnable onStuck;

    private final Producers producers;
    private final Outbox outbox;
    private final TopicReader reader;
    private final List<Follower> followers = new ArrayList<>();
    private final List<Message> aside = new ArrayList<>();

    private Stage stage = Stage.AWAY;
    private @Nullable Session session;
    private @Nullable Subscription subscription;
    /** The last entry that was read; null before the first read, after a change of the epoch, and when it is gone with others. */
    private @Nullable Position known;
    /** Whether the whole topic has been read in this epoch, which it may be without an entry. */
    private boolean begun;
    /** What the engine says is the last offset of the topic; lower than the known one when that has been trimmed. */
    private long last;
    /** Where the stream was, at least, when the topic was seen empty. */
    private long emptyUpTo;
    /** Whether followers have to be told of a new epoch. */
    private boolean owesNewEpoch;
    /** Whether live messages were thrown away while we read. */
    private boolean overflown;
    /** What followers heard last of being level. */
    private boolean toldLevel;
    /** Readings in a row that failed. */
    private int failures;
    /** Counts readings, so that answers to an older one are ignored. */
    private int reading;

    private long levelAt = System.nanoTime();
    private long idleSince = System.nanoTime();

    TopicLog(
            String token,
            Names names,
            NatsSettings settings,
            ScheduledExecutorService loop,
            Runnable onRewound,
            Runnable onStuck) {
        this.token = token;
        this.names = names;
        this.settings = settings;
        this.loop = loop;
        this.onRewound = onRewound;
        this.onStuck = onStuck;
        this.producers = new Producers(settings.rememberedProducers());
        this.reader = new TopicReader(token, names, settings, loop);
        this.outbox = new Outbox(this, reader, names, loop);
    }

    String token() {
        return token;
    }

    @Nullable
    Session session() {
        return session;
    }

    boolean isLevel() {
        return stage == Stage.LEVEL;
    }

    int reading() {
        return reading;
    }

    /** What a publication has to name as the topic's last offset. */
    long last() {
        return last;
    }

    /** The last offset that was handed on; 0 if there is none. */
    long known() {
        return known == null ? 0 : known.offset();
    }

    /** What is known of a producer; null if nothing is. */
    Producers.@Nullable Last lastOf(String producer) {
        return producers.last(producer);
    }

    /** Where a message is; null if it is not among the newest. */
    @Nullable
    Position recent(MessageId id) {
        return producers.find(id);
    }

    void publish(Outbox.Waiting waiting) {
        outbox.add(waiting);
    }

    void follow(Follower follower) {
        followers.add(follower);
        if (toldLevel) {
            follower.level(true);
        }
    }

    void unfollow(Follower follower) {
        followers.remove(follower);
        idleSince = System.nanoTime();
    }

    /** Whether nobody has needed it for so long. */
    boolean isIdle(Duration time) {
        return followers.isEmpty() && outbox.isEmpty() && System.nanoTime() - idleSince > time.toNanos();
    }

    /** The place up to which everything has been handed on; only with a session. */
    Position place() {
        String epoch = Objects.requireNonNull(session).epoch();
        // An empty topic has nothing up to where the stream was when it was read.
        return known == null ? new Position(epoch, emptyUpTo, null) : known;
    }

    // ---- sessions

    void up(Session fresh, boolean sameEpoch) {
        session = fresh;
        failures = 0;
        outbox.sessionChanged();
        if (!sameEpoch) {
            owesNewEpoch |= begun;
            known = null;
            begun = false;
            producers.clear();
        }
        aside.clear();
        if (fresh.lastOffset() < known()) {
            rewound("the engine's log ends before what was seen");
            return;
        }
        subscription = fresh.subscribe(names.live(token), message -> live(fresh, message));
        read();
    }

    void down() {
        if (stage == Stage.LEVEL) {
            levelAt = System.nanoTime();
        }
        session = null;
        subscription = null;
        outbox.sessionChanged();
        reading++;
        aside.clear();
        stage = Stage.AWAY;
        tellLevel(false);
    }

    /** Forgets the topic; what waits is refused. */
    void close() {
        if (session != null && subscription != null) {
            session.unsubscribe(subscription);
        }
        reading++;
        session = null;
        stage = Stage.AWAY;
        outbox.close(BackplaneException.closed());
        followers.forEach(Follower::closed);
        followers.clear();
    }

    // ---- reading

    /** Asks for the last entry, then for what is between the known one and it. */
    void read() {
        Session current = session;
        if (current == null) {
            return;
        }
        if (stage == Stage.LEVEL) {
            levelAt = System.nanoTime();
        }
        stage = Stage.READING;
        int own = ++reading;
        var unused = reader.last(current).whenComplete((newest, failure) -> {
            if (own != reading) {
                return;
            }
            if (failure != null) {
                again(own, failure);
            } else {
                sawLast(current, own, newest.orElse(null));
            }
        });
    }

    /** Nobody knows what became of something; so the topic is read again. */
    void lookAgain(Throwable failure) {
        if (stage == Stage.LEVEL) {
            levelAt = System.nanoTime();
            stage = Stage.READING;
            again(++reading, failure);
        }
    }

    private void again(int own, Throwable failure) {
        LOG.log(System.Logger.Level.DEBUG, "topic {0}: {1}", token, failure);
        if (++failures == MOST_FAILURES) {
            // The stream may be gone: a new session makes it.
            failures = 0;
            onStuck.run();
        }
        var unused = loop.schedule(
                () -> {
                    if (own == reading) {
                        read();
                    }
                },
                PAUSE.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void sawLast(Session current, int own, @Nullable Stored newest) {
        last = newest == null ? 0 : newest.offset();
        if (!begun) {
            if (newest == null) {
                begun = true;
                emptyUpTo = current.lastOffset();
                level();
            } else {
                readAll(current, own, 1);
            }
        } else if (newest == null) {
            if (mayHaveComeAndGone(current)) {
                known = null;
                emptyUpTo = current.lastOffset();
                tellLost(LossReason.TRIMMED, place());
            }
            level();
        } else if (newest.offset() > known()) {
            readOn(current, own);
        } else if (known != null && newest.position(current.epoch()).equals(known)) {
            level();
        } else {
            rewound("the engine's log does not have what was seen");
        }
    }

    /** Whether messages can have been stored and have become too old since we last saw all of an empty topic, or one empty by now. */
    private boolean mayHaveComeAndGone(Session current) {
        // A connection is silent for a while before it is found to be dead.
        long away = System.nanoTime()
                - levelAt
                + settings.pingInterval().multipliedBy(3).toNanos();
        boolean longEnough =
                settings.maxStreamBytes() > 0 || away >= settings.maxAge().toNanos();
        return longEnough && current.firstOffset() > Math.max(known(), emptyUpTo) + 1;
    }

    /** Reads who has published what there is; nothing of it is handed on. */
    private void readAll(Session current, int own, long from) {
        var unused = reader.headers(current, from).whenComplete((batch, failure) -> {
            if (own != reading) {
                return;
            }
            if (failure != null) {
                again(own, failure);
                return;
            }
            for (Message message : batch.messages()) {
                Stored stored = Stored.of(current.epoch(), message);
                known = stored.position(current.epoch());
                producers.saw(stored);
            }
            if (!batch.messages().isEmpty() && batch.pending() > 0) {
                readAll(current, own, known() + 1);
            } else if (!batch.messages().isEmpty() && known() < last) {
                // A replica that is behind; the next look finds more.
                again(own, new IOException("the history ends before the last entry"));
            } else {
                begun = true;
                emptyUpTo = current.lastOffset();
                level();
            }
        });
    }

    /** Reads from the known entry on: it must still be there, or nothing between it and the first that is. */
    private void readOn(Session current, int own) {
        var unused = reader.stretch(current, known == null ? emptyUpTo + 1 : known())
                .whenComplete((batch, failure) -> {
                    if (own != reading) {
                        return;
                    }
                    if (failure != null) {
                        again(own, failure);
                    } else {
                        sawStretch(current, own, batch);
                    }
                });
    }

    private void sawStretch(Session current, int own, HistoryRead.Batch batch) {
        Position seen = known;
        boolean first = true;
        for (Message message : batch.messages()) {
            Stored stored = Stored.of(current.epoch(), message);
            if (first) {
                first = false;
                if (seen != null && stored.offset() == seen.offset()) {
                    if (!stored.position(current.epoch()).equals(seen)) {
                        rewound("the engine's log does not have what was seen");
                        return;
                    }
                    continue;
                }
                long upTo = seen == null ? emptyUpTo : seen.offset();
                boolean whole = stored.after() > 0
                        ? stored.after() <= upTo
                        : stored.after() == 0 && !mayHaveComeAndGone(current);
                if (!whole) {
                    tellLost(LossReason.TRIMMED, new Position(current.epoch(), stored.offset() - 1, null));
                }
            }
            handOn(stored);
        }
        if (batch.pending() > 0 && !batch.messages().isEmpty()) {
            readOn(current, own);
        } else if (known() < last && !batch.messages().isEmpty()) {
            again(own, new IOException("the history ends before the last entry"));
        } else {
            level();
        }
    }

    private void rewound(String reason) {
        LOG.log(System.Logger.Level.WARNING, "topic {0}: {1}; a new epoch begins", token, reason);
        reading++;
        onRewound.run();
    }

    private void level() {
        stage = Stage.LEVEL;
        failures = 0;
        if (owesNewEpoch) {
            owesNewEpoch = false;
            tellLost(LossReason.NEW_EPOCH, place());
        }
        List<Message> late = List.copyOf(aside);
        aside.clear();
        Session current = session;
        for (Message message : late) {
            if (current != null) {
                live(current, message);
            }
        }
        if (overflown && stage == Stage.LEVEL) {
            overflown = false;
            read();
        }
        if (stage == Stage.LEVEL) {
            levelAt = System.nanoTime();
            tellLevel(true);
            outbox.pump();
        }
    }

    // ---- live

    private void live(Session from, Message message) {
        if (from != session) {
            return;
        }
        if (stage != Stage.LEVEL) {
            if (aside.size() < MOST_ASIDE) {
                aside.add(message);
            } else {
                overflown = true;
            }
            return;
        }
        Stored stored = Stored.ofLive(from.epoch(), message);
        if (stored == null || stored.offset() <= known()) {
            return;
        }
        if (Stored.number(message, Names.LAST_SEQUENCE) > known()) {
            // A gap: the message will be found by reading.
            read();
            return;
        }
        handOn(stored);
        outbox.pump();
    }

    /** The next one behind the known one. */
    void handOn(Stored stored) {
        Position position = stored.position(place().epoch());
        known = position;
        last = Math.max(last, position.offset());
        outbox.entryCame();
        producers.saw(stored);
        Entry entry = stored.entry();
        if (entry != null) {
            for (Follower follower : List.copyOf(followers)) {
                follower.entry(entry);
            }
        }
    }

    private void tellLost(LossReason reason, Position now) {
        List.copyOf(followers).forEach(follower -> follower.lost(reason, now));
    }

    private void tellLevel(boolean level) {
        if (level != toldLevel) {
            toldLevel = level;
            List.copyOf(followers).forEach(follower -> follower.level(level));
        }
    }
}
