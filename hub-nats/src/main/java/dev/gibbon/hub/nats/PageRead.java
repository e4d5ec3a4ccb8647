package dev.gibbon.hub.nats;

import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Position;
import io.nats.client.Message;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is behind a position, and judges whether it is all of it. With an id, the message of the position must still be there and
 * have it. Without one (the topic was empty then) the first message behind it must name one that is not behind it as the one before. If
 * the position is lost, the oldest there are are read. Only on the loop.
 */
final class PageRead {

    private final Session session;
    private final ScheduledExecutorService loop;
    private final Names names;
    private final String token;
    private final int most;
    private final long mostBytes;

    /** Where the stream begins and ends. */
    private record Ends(long first, long last) {}

    PageRead(Session session, ScheduledExecutorService loop, Names names, String token, int most, long mostBytes) {
        this.session = session;
        this.loop = loop;
        this.names = names;
        this.token = token;
        this.most = most;
        this.mostBytes = mostBytes;
    }

    CompletableFuture<History> read(@Nullable Position after) {
        if (after == null) {
            return oldest(null);
        }
        if (!after.epoch().equals(session.epoch())) {
            return oldest(LossReason.NEW_EPOCH);
        }
        if (after.id() == null) {
            // First what there is, then where the stream begins: in this order nothing can be trimmed unseen.
            return from(after.offset() + 1, 1)
                    .thenCompose(batch -> ends().thenCompose(ends -> behindPlace(after, batch, ends)));
        }
        return from(after.offset(), 2).thenCompose(batch -> behindMessage(after, batch));
    }

    private CompletableFuture<HistoryRead.Batch> from(long offset, int least) {
        return HistoryRead.whole(
                session, loop, names.logStream(), names.log(token), offset, least, most + least - 1, mostBytes);
    }

    private CompletableFuture<History> oldest(@Nullable LossReason lost) {
        return from(1, 1).thenCompose(batch -> {
            if (!batch.messages().isEmpty()) {
                return CompletableFuture.completedFuture(
                        history(batch, 0, lost, new Position(session.epoch(), 0, null)));
            }
            return ends().thenApply(ends -> history(batch, 0, lost, new Position(session.epoch(), ends.last(), null)));
        });
    }

    private CompletableFuture<History> behindMessage(Position after, HistoryRead.Batch batch) {
        if (batch.messages().isEmpty()) {
            // Nothing there nor behind: too old by now, or taken back with an older storage.
            return ends().thenCompose(
                            ends -> oldest(ends.last() < after.offset() ? LossReason.NEW_EPOCH : LossReason.TRIMMED));
        }
        Stored first = stored(batch.messages().get(0));
        if (first.offset() > after.offset()) {
            return oldest(LossReason.TRIMMED);
        }
        if (!after.equals(first.position(session.epoch()))) {
            return oldest(LossReason.NEW_EPOCH);
        }
        return CompletableFuture.completedFuture(history(batch, 1, null, after));
    }

    private CompletableFuture<History> behindPlace(Position after, HistoryRead.Batch batch, Ends ends) {
        if (ends.last() < after.offset()) {
            return oldest(LossReason.NEW_EPOCH);
        }
        boolean whole = batch.messages().isEmpty()
                ? ends.first() <= after.offset() + 1
                : stored(batch.messages().get(0)).follows(after.offset(), ends.first());
        return whole ? CompletableFuture.completedFuture(history(batch, 0, null, after)) : oldest(LossReason.TRIMMED);
    }

    private History history(HistoryRead.Batch batch, int skip, @Nullable LossReason lost, Position start) {
        List<Entry> entries = new ArrayList<>();
        Position end = start;
        for (Message message : batch.messages().subList(skip, batch.messages().size())) {
            Stored stored = stored(message);
            end = stored.position(session.epoch());
            Entry entry = stored.entry();
            if (entry != null) {
                entries.add(entry);
            }
        }
        return new History(entries, lost, end, batch.pending() == 0);
    }

    private Stored stored(Message message) {
        return Stored.of(session.epoch(), message);
    }

    private CompletableFuture<Ends> ends() {
        return session.request("$JS.API.STREAM.INFO." + names.logStream(), null, new byte[0])
                .thenCompose(info -> {
                    try {
                        JsonValue state = member(JsonParser.parse(info.getData()), "state");
                        return CompletableFuture.completedFuture(
                                new Ends(number(state, "first_seq"), number(state, "last_seq")));
                    } catch (IOException e) {
                        return CompletableFuture.failedFuture(e);
                    }
                });
    }

    private static JsonValue member(JsonValue json, String name) throws IOException {
        JsonValue value = json.map == null ? null : json.map.get(name);
        if (value == null) {
            throw new IOException("NATS tells no " + name + " of its stream: " + json.toJson());
        }
        return value;
    }

    private static long number(JsonValue json, String name) throws IOException {
        Number number = member(json, name).number;
        if (number == null) {
            throw new IOException("NATS tells no number for " + name + " of its stream");
        }
        return number.longValue();
    }
}
