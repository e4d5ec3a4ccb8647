package dev.gibbon.hub.nats;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One topic as this node knows it: everything up to {@code known} has been read, in order, and been handed on once. From that follow
 * both promises. A live message is handed on only if the one before it is the known one; else the stretch between is read first. And a
 * publication is sent with the known offset as condition: the engine stores it only if nothing came in between, so whoever has read up to
 * there and not seen its id knows that it is new. Only on the loop.
 */
final class TopicLog {

    /** Whoever wants what comes. */
    interface Follower {
        void entry(Entry entry);

        /** Entries behind what was handed on last are gone for ever; what comes next is what there is now. */
        void lost(boolean sameEpoch);

        /** The session is over (false), or the log is level with the engine again (true). */
        void level(boolean level);
    }

    /** What waits for its acknowledgement. */
    record Waiting(Entry message, CompletableFuture<Long> stored) {}

    private enum Stage {
        /** No session. */
        AWAY,
        /** Reading what is missing; live messages are put aside. */
        READING,
        /** All that the engine had when we looked, and all live messages since, have been handed on. */
        LEVEL
    }

    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub.nats");
    private static final int MOST_ASIDE = 10_000;
    private static final int BATCH = 256;
    private static final int MOST_FAILURES = 5;
    private static final Duration FEED_PATIENCE = Duration.ofMillis(20);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String token;
    private final Names names;
    private final NatsSettings settings;
    private final ScheduledExecutorService loop;
    private final Runnable onRewound;
    private final Runnable onStuck;

    private final Producers producers;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<Message> aside = new ArrayList<>();

    private Stage stage = Stage.AWAY;
    private @Nullable Session session;
    private @Nullable Subscription subscription;
    /** The last entry that was read; null before the first read and after a change of the epoch. */
    private @Nullable Entry known;
    /** Whether the whole topic has been read in this epoch, which it may be without an entry. */
    private boolean begun;
    /** What the engine says is the last offset of the topic; lower than the known one when that has been trimmed. */
    private long last;
    /** Where the stream was, at least, when the topic was seen empty. */
    private long emptyUpTo;
    /** Whether a publication is on its way. */
    private boolean sending;
    /** Whether another node's message was stored before ours, and has not come yet. */
    private boolean overtaken;
    /** Whether live messages were thrown away while we read. */
    private boolean overflown;
    /** What followers heard last of being level. */
    private boolean toldLevel;
    /** Readings in a row that failed. */
    private int failures;
    /** Counts readings, so that answers to an older one are ignored. */
    private int reading;

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
        this.producers = new Producers(settings.rememberedIds());
    }

    String token() {
        return token;
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
        return followers.isEmpty() && queue.isEmpty() && System.nanoTime() - idleSince > time.toNanos();
    }

    /** The last offset that was handed on; 0 if there is none. */
    long known() {
        return known == null ? 0 : known.offset();
    }

    /** The place up to which everything has been handed on; only while level. */
    Mark place() {
        Session current = session;
        String epoch = current == null ? "" : current.epoch();
        // An empty topic has nothing up to where the stream was when it was read.
        return known == null || !known.isOurs()
                ? Mark.empty(epoch, Math.max(known(), emptyUpTo))
                : Mark.of(epoch, known);
    }

    void publish(Waiting waiting) {
        queue.add(waiting);
        pump();
    }

    // ---- sessions

    void up(Session fresh, boolean sameEpoch) {
        session = fresh;
        sending = false;
        overtaken = false;
        failures = 0;
        if (!sameEpoch) {
            boolean had = begun;
            known = null;
            begun = false;
            producers.clear();
            if (had) {
                tellLost(false);
            }
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
        session = null;
        subscription = null;
        sending = false;
        reading++;
        aside.clear();
        stage = Stage.AWAY;
        tellLevel(false);
    }

    /** Forgets the topic; what waits is refused. */
    void close(Throwable reason) {
        if (session != null && subscription != null) {
            session.unsubscribe(subscription);
        }
        reading++;
        session = null;
        stage = Stage.AWAY;
        List<Waiting> refused = List.copyOf(queue);
        queue.clear();
        refused.forEach(waiting -> waiting.stored().completeExceptionally(reason));
    }

    // ---- reading

    /** Asks for the last entry, then for what is between the known one and it. */
    private void read() {
        Session current = session;
        if (current == null) {
            return;
        }
        stage = Stage.READING;
        int own = ++reading;
        String request = "{\"last_by_subj\":\"" + names.log(token) + "\"}";
        // Not the direct read: with replicas that may be answered by one that is behind.
        var unused = current.request(
                        "$JS.API.STREAM.MSG.GET." + names.logStream(), null, request.getBytes(StandardCharsets.UTF_8))
                .whenComplete((answer, failure) -> {
                    if (own != reading) {
                        return;
                    }
                    if (failure != null) {
                        again(own, failure);
                        return;
                    }
                    try {
                        sawLast(current, own, newest(answer));
                    } catch (IOException | RuntimeException e) {
                        again(own, e);
                    }
                });
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

    private void sawLast(Session current, int own, @Nullable Entry newest) {
        last = newest == null ? 0 : newest.offset();
        if (!begun) {
            if (newest == null) {
                begun = true;
                emptyUpTo = current.lastOffset();
                level();
            } else {
                readOn(current, own, 1, true);
            }
            return;
        }
        Entry seen = known;
        if (seen == null || (newest != null && newest.offset() > seen.offset())) {
            if (newest == null) {
                level();
            } else {
                readOn(current, own, known(), false);
            }
        } else if (newest == null) {
            // All of it is too old by now.
            level();
        } else if (newest.offset() == seen.offset() && newest.isOf(seen.producer(), seen.sequence())) {
            level();
        } else {
            rewound("the engine's log does not have what was seen");
        }
    }

    private void readOn(Session current, int own, long from, boolean first) {
        var unused = HistoryRead.of(
                        current, loop, names.logStream(), names.log(token), from, first ? 4 * BATCH : BATCH, first)
                .whenComplete((batch, failure) -> {
                    if (own != reading) {
                        return;
                    }
                    if (failure != null) {
                        again(own, failure);
                    } else {
                        sawStretch(current, own, first, batch);
                    }
                });
    }

    private void sawStretch(Session current, int own, boolean first, HistoryRead.Batch batch) {
        boolean checked = first || known == null;
        if (!first && known == null && batch.messages().size() + batch.pending() >= settings.maxMessages()) {
            // The topic was empty, and by now so full that the first ones may have been trimmed.
            tellLost(true);
        }
        for (Message message : batch.messages()) {
            Entry entry = Entry.of(message.metaData().streamSequence(), message.getHeaders(), message.getData());
            Entry seen = known;
            if (!checked && seen != null) {
                checked = true;
                if (entry.offset() == seen.offset()) {
                    if (!entry.isOf(seen.producer(), seen.sequence())) {
                        rewound("the engine's log does not have what was seen");
                        return;
                    }
                    continue;
                }
                // The known one has been trimmed, and perhaps others behind it.
                tellLost(true);
            }
            if (seen != null && entry.offset() <= seen.offset()) {
                continue;
            }
            if (first) {
                known = entry;
                if (entry.isOurs()) {
                    producers.saw(entry);
                }
            } else {
                handOn(entry);
            }
        }
        if (batch.pending() > 0 && !batch.messages().isEmpty()) {
            Message end = batch.messages().get(batch.messages().size() - 1);
            // The last one again, so that the check above finds it if the engine still has it.
            readOn(current, own, first ? end.metaData().streamSequence() + 1 : known(), first);
        } else if (known() < last && !batch.messages().isEmpty()) {
            // A replica that is behind; the next look finds more.
            again(own, new IOException("the history ends before the last entry"));
        } else {
            begun = true;
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
            tellLevel(true);
            pump();
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
        Entry entry = Entry.ofLive(message);
        if (entry == null || entry.offset() <= known()) {
            return;
        }
        if (Entry.number(message, Names.LAST_SEQUENCE) > known()) {
            // A gap: the message will be found by reading.
            read();
            return;
        }
        handOn(entry);
        pump();
    }

    private void handOn(Entry entry) {
        known = entry.payload().length == 0 ? entry : withoutPayload(entry);
        last = Math.max(last, entry.offset());
        overtaken = false;
        if (!entry.isOurs()) {
            return;
        }
        producers.saw(entry);
        for (Follower follower : List.copyOf(followers)) {
            follower.entry(entry);
        }
    }

    private static Entry withoutPayload(Entry entry) {
        return new Entry(entry.offset(), entry.producer(), entry.sequence(), entry.text(), new byte[0]);
    }

    private void tellLost(boolean sameEpoch) {
        List.copyOf(followers).forEach(follower -> follower.lost(sameEpoch));
    }

    private void tellLevel(boolean level) {
        if (level != toldLevel) {
            toldLevel = level;
            List.copyOf(followers).forEach(follower -> follower.level(level));
        }
    }

    // ---- publishing

    /** Sends what waits longest, if nothing is on its way and everything has been read. */
    private void pump() {
        while (stage == Stage.LEVEL && !sending && !overtaken && !queue.isEmpty()) {
            Waiting waiting = queue.element();
            Entry message = waiting.message();
            long stored = producers.offsetOf(message.producer(), message.sequence());
            if (stored > 0) {
                queue.remove();
                waiting.stored().complete(stored);
            } else {
                send(waiting);
            }
        }
    }

    private void send(Waiting waiting) {
        Session current = session;
        if (current == null) {
            return;
        }
        sending = true;
        Entry message = waiting.message();
        Headers headers = Entry.headers(token, message.producer(), message.sequence(), message.text(), last);
        int own = reading;
        long before = known();
        var unused = current.request(names.log(token), headers, message.payload())
                .whenComplete((answer, failure) -> {
                    if (current != session || queue.peek() != waiting) {
                        return;
                    }
                    sending = false;
                    if (failure != null) {
                        unanswered(waiting, failure);
                        return;
                    }
                    try {
                        var ack = new PublishAck(answer);
                        acknowledged(waiting, ack);
                    } catch (JetStreamApiException e) {
                        if (e.getApiErrorCode() == Connector.WRONG_LAST_SEQUENCE) {
                            overtaken(own, before);
                        } else {
                            refused(waiting, e);
                        }
                    } catch (IOException e) {
                        unanswered(waiting, e);
                    }
                    pump();
                });
    }

    private void acknowledged(Waiting waiting, PublishAck ack) {
        queue.remove();
        Entry sent = waiting.message();
        var entry = new Entry(ack.getSeqno(), sent.producer(), sent.sequence(), sent.text(), sent.payload());
        if (!ack.isDuplicate() && entry.offset() > known()) {
            if (stage == Stage.LEVEL) {
                // Nothing is between the known one and it: that was the condition.
                handOn(entry);
            }
            // Otherwise the reading that goes on finds it, or it comes live.
        }
        waiting.stored().complete(entry.offset());
    }

    /** Somebody else stored first. That message is on its way to us; it is read if it does not come soon. */
    private void overtaken(int own, long before) {
        if (own != reading || stage != Stage.LEVEL || known() > before) {
            return;
        }
        overtaken = true;
        var unused = loop.schedule(
                () -> {
                    if (own == reading && overtaken) {
                        overtaken = false;
                        read();
                    }
                },
                FEED_PATIENCE.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Perhaps stored, perhaps not: only reading tells. */
    private void unanswered(Waiting waiting, Throwable failure) {
        if (failure instanceof IllegalArgumentException) {
            refused(waiting, failure);
        } else if (stage == Stage.LEVEL) {
            int own = ++reading;
            stage = Stage.READING;
            again(own, failure);
        }
    }

    private void refused(Waiting waiting, Throwable failure) {
        queue.remove();
        waiting.stored().completeExceptionally(failure);
    }

    /** Reads the answer to a request for the last entry; null if there is none. */
    private @Nullable Entry newest(Message answer) throws IOException {
        var info = new MessageInfo(answer, names.logStream(), false);
        if (info.hasError()) {
            if (info.getApiErrorCode() == Connector.NO_MESSAGE) {
                return null;
            }
            throw new IOException(info.getError());
        }
        return Entry.of(info.getSeq(), info.getHeaders(), null);
    }
}
