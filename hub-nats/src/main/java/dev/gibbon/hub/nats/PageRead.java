package dev.gibbon.hub.nats;

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
 * Reads what is behind a mark, and judges whether it is all of it. With an id the message of the mark must still be there and have it.
 * Without one (the topic was empty then) nothing behind the mark may have been trimmed: neither by age or bytes, which would have moved
 * the stream's beginning past it, nor by count, which would have left as many as are kept. Only on the loop.
 */
final class PageRead {

    private final Session session;
    private final ScheduledExecutorService loop;
    private final Names names;
    private final int maxMessages;

    PageRead(Session session, ScheduledExecutorService loop, Names names, int maxMessages) {
        this.session = session;
        this.loop = loop;
        this.names = names;
        this.maxMessages = maxMessages;
    }

    CompletableFuture<Page> read(String token, @Nullable Mark after, int most) {
        if (after != null && !after.epoch().equals(session.epoch())) {
            return CompletableFuture.completedFuture(Page.lost(Page.Outcome.EPOCH, session.epoch()));
        }
        if (after == null) {
            return history(token, 1, most).thenApply(batch -> page(batch, 0));
        }
        if (after.hasId()) {
            return history(token, after.offset(), most + 1).thenApply(batch -> behind(after, batch));
        }
        // First what there is, then where the stream begins: in this order nothing can be trimmed unseen.
        return history(token, after.offset() + 1, most)
                .thenCompose(batch -> session.request("$JS.API.STREAM.INFO." + names.logStream(), null, new byte[0])
                        .thenCompose(info -> behindEmpty(after, batch, info)));
    }

    private CompletableFuture<HistoryRead.Batch> history(String token, long from, int most) {
        return HistoryRead.of(session, loop, names.logStream(), names.log(token), from, most, false);
    }

    private Page behind(Mark after, HistoryRead.Batch batch) {
        if (batch.messages().isEmpty()) {
            // Nothing there nor behind: too old by now, or taken back with an older storage.
            return Page.lost(Page.Outcome.TRIMMED, session.epoch());
        }
        Entry first = entry(batch.messages().get(0));
        if (first.offset() > after.offset()) {
            return Page.lost(Page.Outcome.TRIMMED, session.epoch());
        }
        if (!first.isOf(after.producer(), after.sequence())) {
            return Page.lost(Page.Outcome.EPOCH, session.epoch());
        }
        return page(batch, 1);
    }

    private CompletableFuture<Page> behindEmpty(Mark after, HistoryRead.Batch batch, Message info) {
        try {
            JsonValue state = member(JsonParser.parse(info.getData()), "state");
            long first = number(state, "first_seq");
            long last = number(state, "last_seq");
            Page page;
            if (last < after.offset()) {
                page = Page.lost(Page.Outcome.EPOCH, session.epoch());
            } else if (first > after.offset() + 1 || batch.messages().size() + batch.pending() >= maxMessages) {
                page = Page.lost(Page.Outcome.TRIMMED, session.epoch());
            } else {
                page = page(batch, 0);
            }
            return CompletableFuture.completedFuture(page);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Page page(HistoryRead.Batch batch, int skip) {
        List<Entry> entries = new ArrayList<>();
        for (Message message : batch.messages().subList(skip, batch.messages().size())) {
            Entry entry = entry(message);
            if (entry.isOurs()) {
                entries.add(entry);
            }
        }
        return new Page(Page.Outcome.WHOLE, session.epoch(), List.copyOf(entries), batch.pending() > 0);
    }

    private static Entry entry(Message message) {
        return Entry.of(message.metaData().streamSequence(), message.getHeaders(), message.getData());
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
