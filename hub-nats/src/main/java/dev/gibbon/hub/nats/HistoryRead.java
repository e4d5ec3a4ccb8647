package dev.gibbon.hub.nats;

import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stretch of what the engine keeps of one subject: a consumer in the engine's memory is made, asked for one batch or a few, and
 * removed. So a read costs the same few round trips for one message and for hundreds, and the engine sends about as many bytes as are wanted
 * at most. Only on the loop.
 */
final class HistoryRead {

    /**
     * What was read.
     *
     * @param messages in order
     * @param pending how many more the engine had behind them
     */
    record Batch(List<Message> messages, long pending) {}

    /** Asked for at once before the size of the messages is known, when payloads count. */
    private static final int FIRST_CHUNK = 16;

    private final Session session;
    private final String stream;
    private final int least;
    private final int most;
    private final long mostBytes;
    private final String name = "gibbon-" + UUID.randomUUID();
    private final CompletableFuture<Batch> result = new CompletableFuture<>();
    private final List<Message> messages = new ArrayList<>();
    private long bytes;
    /** How many there are when the request that is under way has been answered. */
    private int asked;

    private long pending;
    private @Nullable String inbox;
    private @Nullable Subscription subscription;
    private @Nullable ScheduledFuture<?> deadline;

    private HistoryRead(Session session, String stream, int least, int most, long mostBytes) {
        this.session = session;
        this.stream = stream;
        this.least = least;
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /**
     * Reads messages with their payloads.
     *
     * @param subject may have wildcards
     * @param from the first offset that counts
     * @param least messages, if there are as many, whatever their size
     * @param most messages, at least as many
     * @param mostBytes of payload, about
     */
    static CompletableFuture<Batch> whole(
            Session session,
            ScheduledExecutorService loop,
            String stream,
            String subject,
            long from,
            int least,
            int most,
            long mostBytes) {
        return new HistoryRead(session, stream, least, most, mostBytes).start(loop, subject, from, false);
    }

    /** Reads messages whose payloads stay where they are. */
    static CompletableFuture<Batch> headers(
            Session session, ScheduledExecutorService loop, String stream, String subject, long from, int most) {
        return new HistoryRead(session, stream, most, most, Long.MAX_VALUE).start(loop, subject, from, true);
    }

    private CompletableFuture<Batch> start(
            ScheduledExecutorService loop, String subject, long from, boolean headersOnly) {
        deadline =
                loop.schedule(() -> fail("no answer in time"), session.timeout().toNanos(), TimeUnit.NANOSECONDS);
        String request = """
                {"stream_name":"%s","config":{"name":"%s","filter_subject":"%s","deliver_policy":"by_start_sequence",\
                "opt_start_seq":%d,"ack_policy":"none","replay_policy":"instant","inactive_threshold":%d,"num_replicas":1,\
                "mem_storage":true,"headers_only":%b}}""".formatted(
                        stream,
                        name,
                        subject,
                        Math.max(1, from),
                        session.timeout().multipliedBy(2).toNanos(),
                        headersOnly);
        var unused = session.request(
                        "$JS.API.CONSUMER.CREATE." + stream + "." + name + "." + subject,
                        null,
                        request.getBytes(StandardCharsets.UTF_8))
                .whenComplete(this::created);
        return result;
    }

    private void created(@Nullable Message answer, @Nullable Throwable failure) {
        if (answer == null) {
            result.completeExceptionally(failure == null ? new IOException("no answer") : failure);
            finish();
            return;
        }
        try {
            JsonValue json = JsonParser.parse(answer.getData());
            JsonValue count = json.map == null ? null : json.map.get("num_pending");
            if (count == null || count.number == null) {
                fail(new String(answer.getData(), StandardCharsets.UTF_8));
                return;
            }
            pending = count.number.longValue();
        } catch (JsonParseException e) {
            result.completeExceptionally(e);
            finish();
            return;
        }
        if (pending == 0) {
            succeed();
            return;
        }
        inbox = session.connection().createInbox();
        subscription = session.subscribe(inbox, this::arrived);
        ask();
    }

    /** Asks for as many as are wanted and have room, as far as the size of those that came tells. */
    private void ask() {
        long room = FIRST_CHUNK;
        if (mostBytes == Long.MAX_VALUE) {
            room = most;
        } else if (!messages.isEmpty()) {
            room = Math.max(1, (mostBytes - bytes) / Math.max(1, bytes / messages.size()));
        }
        room = Math.max(room, least - messages.size());
        int count = (int) Math.min(Math.min(most - messages.size(), pending), room);
        asked = messages.size() + count;
        String next = "{\"batch\":" + count + ",\"no_wait\":true}";
        session.send("$JS.API.CONSUMER.MSG.NEXT." + stream + "." + name, inbox, next.getBytes(StandardCharsets.UTF_8));
    }

    private void arrived(Message message) {
        if (result.isDone()) {
            return;
        }
        if (message.isStatusMessage()) {
            // Fewer than there were: the others were trimmed in the meantime.
            pending = 0;
            succeed();
            return;
        }
        NatsJetStreamMetaData data = message.metaData();
        if (data.consumerSequence() != messages.size() + 1) {
            fail("messages are missing in a read");
            return;
        }
        messages.add(message);
        bytes += message.getData().length;
        pending = data.pendingCount();
        if (messages.size() == most || pending == 0 || (bytes >= mostBytes && messages.size() >= least)) {
            succeed();
        } else if (messages.size() == asked) {
            ask();
        }
    }

    private void succeed() {
        result.complete(new Batch(List.copyOf(messages), pending));
        finish();
    }

    private void fail(String reason) {
        if (result.completeExceptionally(new IOException("history of NATS could not be read: " + reason))) {
            finish();
        }
    }

    private void finish() {
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (subscription != null) {
            session.unsubscribe(subscription);
        }
        session.send("$JS.API.CONSUMER.DELETE." + stream + "." + name, null, new byte[0]);
    }
}
