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
 * Reads a stretch of what the engine keeps of one subject: a consumer in the engine's memory is made, asked for one batch, and removed.
 * So a read costs the same few round trips for one message and for hundreds, and the engine sends no more than was asked for. Only on
 * the loop.
 */
final class HistoryRead {

    /**
     * What was read.
     *
     * @param messages in order
     * @param pending how many more the engine had behind them
     */
    record Batch(List<Message> messages, long pending) {}

    private final Session session;
    private final String stream;
    private final String name = "gibbon-" + UUID.randomUUID();
    private final CompletableFuture<Batch> result = new CompletableFuture<>();
    private final List<Message> messages = new ArrayList<>();
    private int wanted;
    private long pending;
    private @Nullable Subscription subscription;
    private @Nullable ScheduledFuture<?> deadline;

    private HistoryRead(Session session, String stream) {
        this.session = session;
        this.stream = stream;
    }

    /**
     * Reads.
     *
     * @param subject may have wildcards
     * @param from the first offset that counts
     * @param most messages, at least 1
     * @param headersOnly whether payloads stay where they are
     */
    static CompletableFuture<Batch> of(
            Session session,
            ScheduledExecutorService loop,
            String stream,
            String subject,
            long from,
            int most,
            boolean headersOnly) {
        var read = new HistoryRead(session, stream);
        read.deadline = loop.schedule(
                () -> read.fail("no answer in time"), session.timeout().toNanos(), TimeUnit.NANOSECONDS);
        String request = """
                {"stream_name":"%s","config":{"name":"%s","filter_subject":"%s","deliver_policy":"by_start_sequence",\
                "opt_start_seq":%d,"ack_policy":"none","replay_policy":"instant","inactive_threshold":%d,"num_replicas":1,\
                "mem_storage":true,"headers_only":%b}}""".formatted(
                        stream,
                        read.name,
                        subject,
                        Math.max(1, from),
                        session.timeout().multipliedBy(2).toNanos(),
                        headersOnly);
        var unused = session.request(
                        "$JS.API.CONSUMER.CREATE." + stream + "." + read.name + "." + subject,
                        null,
                        request.getBytes(StandardCharsets.UTF_8))
                .whenComplete((answer, failure) -> read.created(answer, failure, most));
        return read.result;
    }

    private void created(@Nullable Message answer, @Nullable Throwable failure, int most) {
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
        wanted = (int) Math.min(most, pending);
        if (wanted == 0) {
            succeed();
            return;
        }
        String inbox = session.connection().createInbox();
        subscription = session.subscribe(inbox, this::arrived);
        String next = "{\"batch\":" + wanted + ",\"no_wait\":true}";
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
        pending = data.pendingCount();
        if (messages.size() == wanted) {
            succeed();
        }
    }

    private void succeed() {
        result.complete(new Batch(List.copyOf(messages), pending));
        finish();
    }

    private void fail(String reason) {
        result.completeExceptionally(new IOException("history of NATS could not be read: " + reason));
        finish();
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
