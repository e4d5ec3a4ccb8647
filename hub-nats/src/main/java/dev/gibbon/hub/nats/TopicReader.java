package dev.gibbon.hub.nats;

import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** Asks the engine what it keeps of one topic; knows nothing between two questions. Only on the loop. */
final class TopicReader {

    private static final int BATCH = 256;
    private static final int HEADERS_BATCH = 1_024;

    private final String token;
    private final Names names;
    private final NatsSettings settings;
    private final ScheduledExecutorService loop;

    TopicReader(String token, Names names, NatsSettings settings, ScheduledExecutorService loop) {
        this.token = token;
        this.names = names;
        this.settings = settings;
        this.loop = loop;
    }

    /** The last message, without its payload; empty if there is none. */
    CompletableFuture<Optional<Stored>> last(Session current) {
        String request = "{\"last_by_subj\":\"" + names.log(token) + "\"}";
        // Not the direct read: with replicas that may be answered by one that is behind.
        return current.request(
                        "$JS.API.STREAM.MSG.GET." + names.logStream(), null, request.getBytes(StandardCharsets.UTF_8))
                .thenCompose(answer -> {
                    var info = new MessageInfo(answer, names.logStream(), false);
                    if (!info.hasError()) {
                        return CompletableFuture.completedFuture(
                                Optional.of(Stored.of(current.epoch(), info.getSeq(), info.getHeaders(), null)));
                    }
                    return info.getApiErrorCode() == Connector.NO_MESSAGE
                            ? CompletableFuture.completedFuture(Optional.empty())
                            : CompletableFuture.failedFuture(new IOException(info.getError()));
                });
    }

    /** Messages from an offset on, without their payloads. */
    CompletableFuture<HistoryRead.Batch> headers(Session current, long from) {
        return HistoryRead.headers(current, loop, names.logStream(), names.log(token), from, HEADERS_BATCH);
    }

    /** Messages from an offset on, the one there and one behind it at least. */
    CompletableFuture<HistoryRead.Batch> stretch(Session current, long from) {
        return HistoryRead.whole(
                current, loop, names.logStream(), names.log(token), from, 2, BATCH, settings.maxReadBytes());
    }

    /** Looks for a message among all that the engine keeps. */
    CompletableFuture<Optional<Position>> find(Session current, MessageId id) {
        return find(current, id, 1);
    }

    private CompletableFuture<Optional<Position>> find(Session current, MessageId id, long from) {
        return headers(current, from).thenCompose(batch -> {
            long next = from;
            for (Message message : batch.messages()) {
                Position position = Stored.of(current.epoch(), message).position(current.epoch());
                if (id.equals(position.id())) {
                    return CompletableFuture.completedFuture(Optional.of(position));
                }
                next = position.offset() + 1;
            }
            return batch.pending() > 0 && next > from
                    ? find(current, id, next)
                    : CompletableFuture.completedFuture(Optional.empty());
        });
    }
}
