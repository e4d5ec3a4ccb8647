package dev.gibbon.hub;

import dev.gibbon.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A topic in memory: its log, its producers, and who is present. Only for whoever holds its lock, which is what makes one order of everything;
 * feeds and watches only take note there, and tell on their node's thread.
 */
final class MemoryTopic {
    private static final int LEAST_PRODUCERS = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final String name;
    private final HistoryBounds bounds;
    private final Clock clock;
    /** By the offset; without holes. */
    private final TreeMap<Long, Entry> log = new TreeMap<>();

    private final List<MemoryFeed> feeds = new ArrayList<>();
    private final List<MemoryWatch> watches = new ArrayList<>();
    private final Map<String, Present> present = new LinkedHashMap<>();
    /**
     * The one that has stored nothing for longest first. There are never fewer than the history has entries, so one that goes has none of
     * its messages in there any more.
     */
    private final Map<String, Producer> producers = new LinkedHashMap<>();

    private final int mostProducers;

    private String epoch = newEpoch();
    private Position end = new Position(epoch, 0, null);
    /** Of the newest entry that the history has cut. */
    private Position cut = end;

    private long bytes;
    /** Since when nobody has needed the topic; null while somebody does. */
    private @Nullable Instant unused;

    private boolean gone;

    private record Present(Member member, Instant until) {}

    /** What is known of a producer: all its messages of the sequences from the first to the last one were stored. */
    private record Producer(Position last, long first, long sequence) {}

    MemoryTopic(String name, HistoryBounds bounds, Clock clock) {
        this.name = name;
        this.bounds = bounds;
        this.clock = clock;
        mostProducers = Math.max(LEAST_PRODUCERS, bounds.entries());
    }

    private static String newEpoch() {
        return UUID.randomUUID().toString();
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    // ---- messages

    Position publish(MessageId id, Message message) {
        Producer producer = producers.get(id.producer());
        if (producer != null && id.sequence() <= producer.sequence()) {
            return publishedBefore(id, producer);
        }
        var position = new Position(epoch, end.offset() + 1, id);
        var entry = new Entry(position, message, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        end = position;
        log.put(position.offset(), entry);
        bytes += message.size();
        trim();
        long first = producer != null && id.sequence() == producer.sequence() + 1 ? producer.first() : id.sequence();
        // Removed first, so that it becomes the youngest.
        producers.remove(id.producer());
        producers.put(id.producer(), new Producer(position, first, id.sequence()));
        if (producers.size() > mostProducers) {
            Iterator<String> oldest = producers.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        feeds.forEach(MemoryFeed::announce);
        return position;
    }

    private Position publishedBefore(MessageId id, Producer producer) {
        if (id.sequence() == producer.sequence()) {
            return producer.last();
        }
        for (Entry entry : log.values()) {
            if (id.equals(entry.position().id())) {
                return entry.position();
            }
        }
        if (id.sequence() < producer.first()) {
            throw BackplaneException.outOfSequence(id, producer.sequence());
        }
        // It was stored, and is gone from the history.
        return producer.last();
    }

    private void trim() {
        Instant oldest = clock.instant().minus(bounds.age());
        while (!log.isEmpty()) {
            Entry first = log.firstEntry().getValue();
            boolean tooMuch = log.size() > bounds.entries() || (bytes > bounds.bytes() && log.size() > 1);
            if (!tooMuch && !first.time().isBefore(oldest)) {
                return;
            }
            log.pollFirstEntry();
            bytes -= first.message().size();
            cut = first.position();
        }
    }

    History read(@Nullable Position after, int most) {
        trim();
        LossReason lost = after == null ? null : lossBehind(after);
        long from = after == null || lost != null ? cut.offset() : after.offset();
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : log.tailMap(from, false).values()) {
            if (entries.size() == most) {
                break;
            }
            entries.add(entry);
        }
        Position reached =
                entries.isEmpty() ? end : entries.get(entries.size() - 1).position();
        return new History(entries, lost, reached, reached.equals(end));
    }

    private @Nullable LossReason lossBehind(Position after) {
        if (!after.epoch().equals(epoch) || after.offset() > end.offset()) {
            return LossReason.NEW_EPOCH;
        }
        if (after.offset() < cut.offset()) {
            return LossReason.TRIMMED;
        }
        Entry entry = log.get(after.offset());
        MessageId there = entry == null ? cut.id() : entry.position().id();
        return after.id() == null || after.id().equals(there) ? null : LossReason.NEW_EPOCH;
    }

    /** Where the topic ends. */
    Position end() {
        return end;
    }

    /** Behind which there is everything. */
    Position cut() {
        return cut;
    }

    void add(MemoryFeed feed) {
        feeds.add(feed);
    }

    void remove(MemoryFeed feed) {
        feeds.remove(feed);
    }

    /** Everything that was stored is lost. */
    void beginAnew() {
        epoch = newEpoch();
        end = new Position(epoch, 0, null);
        cut = end;
        log.clear();
        producers.clear();
        bytes = 0;
        feeds.forEach(MemoryFeed::announce);
    }

    // ---- who is present

    void enter(Collection<Member> members, Duration expiry) {
        Instant until = clock.instant().plus(expiry);
        for (Member member : members) {
            Present before = present.put(member.id(), new Present(member, until));
            if (before == null || !before.member().equals(member)) {
                watches.forEach(watch -> watch.changed(member.id(), member));
            }
        }
    }

    void leave(Collection<String> ids) {
        for (String id : ids) {
            if (present.remove(id) != null) {
                watches.forEach(watch -> watch.changed(id, null));
            }
        }
    }

    /** By their ids, in no order. */
    Map<String, Member> members() {
        expireMembers();
        Map<String, Member> members = new HashMap<>();
        present.forEach((id, one) -> members.put(id, one.member()));
        return members;
    }

    void add(MemoryWatch watch) {
        watches.add(watch);
    }

    void remove(MemoryWatch watch) {
        watches.remove(watch);
    }

    private void expireMembers() {
        if (present.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        for (Iterator<Present> each = present.values().iterator(); each.hasNext(); ) {
            Present one = each.next();
            if (!one.until().isAfter(now)) {
                each.remove();
                watches.forEach(watch -> watch.changed(one.member().id(), null));
            }
        }
    }

    // ---- its end

    /** Somebody needs it. */
    void use() {
        unused = null;
    }

    /** Drops what is too old; true if it has gone, because nobody has needed it for long, or nobody does and there are too many. */
    boolean expire(boolean crowded) {
        expireMembers();
        trim();
        if (!feeds.isEmpty() || !watches.isEmpty() || !present.isEmpty() || !log.isEmpty()) {
            unused = null;
            return false;
        }
        Instant now = clock.instant();
        if (unused == null) {
            unused = now;
        }
        // A position in it is good for as long as one with messages is.
        gone = crowded || !unused.plus(bounds.age()).isAfter(now);
        return gone;
    }

    void go() {
        gone = true;
    }

    /** Whether there is another one of this name, or will be. */
    boolean isGone() {
        return gone;
    }

    @Override
    public String toString() {
        return name + " in epoch " + epoch + " at " + end.offset();
    }
}
