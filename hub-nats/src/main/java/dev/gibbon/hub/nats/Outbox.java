package dev.gibbon.hub.nats;

import dev.gibbon.Message;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.PublishAck;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What this node publishes on one topic, in its order, one after the other. A publication is sent with the offset up to which the topic has
 * been read as condition: the engine stores it only if nothing came in between, so whoever has read up to there and not seen its id knows
 * that it is new. One without an answer is never just sent again: the topic is read first. Only on the loop.
 */
final class Outbox {

    /**
     * What waits for its acknowledgement.
     *
     * @param millis when it was published
     */
    record Waiting(MessageId id, Message message, long millis, CompletableFuture<Position> stored) {}

    private static final int SERVER_ERRORS = 500;
    private static final Duration FEED_PATIENCE = Duration.ofMillis(20);

    private final TopicLog log;
    private final TopicReader reader;
    private final Names names;
    private final ScheduledExecutorService loop;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    /** Whether the first one is on its way, or is looked for in the history. */
    private boolean busy;
    /** Whether another node's message was stored before ours, and has not come yet. */
    private boolean overtaken;

    Outbox(TopicLog log, TopicReader reader, Names names, ScheduledExecutorService loop) {
        this.log = log;
        this.reader = reader;
        this.names = names;
        this.loop = loop;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    void add(Waiting waiting) {
        queue.add(waiting);
        pump();
    }

    /** Another session, or none: whatever was on its way has no answer any more. */
    void sessionChanged() {
        busy = false;
        overtaken = false;
    }

    /** The log has gone on. */
    void entryCame() {
        overtaken = false;
    }

    /** Refuses what waits. */
    void close(Throwable reason) {
        List<Waiting> refused = List.copyOf(queue);
        queue.clear();
        refused.forEach(waiting -> waiting.stored().completeExceptionally(reason));
    }

    /** Sends what waits longest, if nothing is on its way and everything has been read. */
    void pump() {
        while (log.isLevel() && !busy && !overtaken && !queue.isEmpty()) {
            Waiting waiting = queue.element();
            MessageId id = waiting.id();
            Producers.Last last = log.lastOf(id.producer());
            Position recent = log.recent(id);
            if (recent != null) {
                queue.remove();
                waiting.stored().complete(recent);
            } else if (last == null || last.sequence() < id.sequence()) {
                send(waiting, last != null && last.sequence() + 1 == id.sequence() ? last.from() : id.sequence());
            } else if (last.sequence() == id.sequence()) {
                queue.remove();
                waiting.stored().complete(last.position());
            } else {
                search(waiting, last);
            }
        }
    }

    /** A later message of its producer has been stored; so this one was, too, or was passed over. */
    private void search(Waiting waiting, Producers.Last last) {
        Session current = log.session();
        if (current == null) {
            return;
        }
        busy = true;
        var unused = reader.find(current, waiting.id()).whenComplete((position, failure) -> {
            if (current != log.session() || queue.peek() != waiting) {
                return;
            }
            busy = false;
            if (failure != null) {
                log.lookAgain(failure);
                return;
            }
            queue.remove();
            if (position.isPresent()) {
                waiting.stored().complete(position.get());
            } else if (waiting.id().sequence() >= last.from()) {
                // It was stored, and is gone.
                waiting.stored().complete(last.position());
            } else {
                waiting.stored().completeExceptionally(BackplaneException.outOfSequence(waiting.id(), last.sequence()));
            }
            pump();
        });
    }

    private void send(Waiting waiting, long from) {
        Session current = log.session();
        if (current == null) {
            return;
        }
        busy = true;
        long known = log.known();
        var headers = Stored.headers(
                log.token(), waiting.id(), from, waiting.message().isText(), waiting.millis(), known, log.last());
        int reading = log.reading();
        var unused = current.request(
                        names.log(log.token()), headers, waiting.message().toByteArray())
                .whenComplete((answer, failure) -> {
                    if (current != log.session() || queue.peek() != waiting) {
                        return;
                    }
                    busy = false;
                    if (failure != null) {
                        unanswered(waiting, failure);
                        return;
                    }
                    try {
                        acknowledged(current, waiting, from, known, new PublishAck(answer));
                    } catch (JetStreamApiException e) {
                        if (e.getApiErrorCode() == Connector.WRONG_LAST_SEQUENCE) {
                            overtaken(reading, known);
                        } else if (e.getErrorCode() >= SERVER_ERRORS) {
                            // No space, or no leader: it waits.
                            unanswered(waiting, e);
                        } else {
                            refused(waiting, e);
                        }
                    } catch (IOException e) {
                        unanswered(waiting, e);
                    }
                    pump();
                });
    }

    private void acknowledged(Session current, Waiting waiting, long from, long after, PublishAck ack) {
        queue.remove();
        var position = new Position(current.epoch(), ack.getSeqno(), waiting.id());
        waiting.stored().complete(position);
        // Nothing is between the known one and it: that was the condition.
        if (!ack.isDuplicate() && log.isLevel() && position.offset() > log.known()) {
            var entry = new Entry(position, waiting.message(), Instant.ofEpochMilli(waiting.millis()));
            log.handOn(new Stored(position.offset(), after, from, entry));
        }
        // Otherwise the reading that goes on finds it, or it comes live.
    }

    /** Somebody else stored first. That message is on its way to us; it is read if it does not come soon. */
    private void overtaken(int reading, long known) {
        if (reading != log.reading() || !log.isLevel() || log.known() > known) {
            return;
        }
        overtaken = true;
        var unused = loop.schedule(
                () -> {
                    if (reading == log.reading() && overtaken) {
                        overtaken = false;
                        log.read();
                    }
                },
                FEED_PATIENCE.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Perhaps stored, perhaps not: only reading tells. */
    private void unanswered(Waiting waiting, Throwable failure) {
        if (failure instanceof IllegalArgumentException) {
            refused(waiting, failure);
            pump();
        } else {
            log.lookAgain(failure);
        }
    }

    private void refused(Waiting waiting, Throwable failure) {
        queue.remove();
        waiting.stored()
                .completeExceptionally(BackplaneException.refused("NATS refuses the message: " + failure.getMessage()));
    }
}
