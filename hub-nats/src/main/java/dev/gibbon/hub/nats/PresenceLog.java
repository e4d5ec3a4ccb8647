package dev.gibbon.hub.nats;

import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who is present on one topic, as this node knows it. The engine keeps the last word of each member; a word holds for the time that it
 * names, counted by the clock of the node that hears it, so clocks need not agree. Nobody expires while the engine is out of reach:
 * others could not renew. Only on the loop.
 */
final class PresenceLog {

    /** Whoever wants to know who comes and goes. */
    interface Watcher {
        void joined(String member, byte[] info);

        void left(String member, byte[] info);
    }

    private static final class Member {
        byte[] info = new byte[0];
        long offset;
        long lasting;
        long renewedAt;
    }

    private static final String LASTING = "Gibbon-Lasting";
    private static final int MOST_GONE = 1_024;
    private static final int BATCH = 512;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String token;
    private final Names names;
    private final ScheduledExecutorService loop;
    private final Map<String, Member> members = new LinkedHashMap<>();
    /** When those who left last did: an older word of theirs may still be on its way. */
    private final Map<String, Long> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_GONE;
        }
    };

    private final List<Watcher> watchers = new ArrayList<>();
    private final List<CompletableFuture<Map<String, byte[]>>> askers = new ArrayList<>();
    private @Nullable Session session;
    private @Nullable Subscription subscription;
    private boolean level;
    private int reading;
    private long usedAt = System.nanoTime();

    PresenceLog(String token, Names names, ScheduledExecutorService loop) {
        this.token = token;
        this.names = names;
        this.loop = loop;
    }

    void watch(Watcher watcher) {
        watchers.add(watcher);
        members.forEach((name, member) -> watcher.joined(name, member.info));
    }

    void unwatch(Watcher watcher) {
        watchers.remove(watcher);
        usedAt = System.nanoTime();
    }

    boolean isIdle(Duration time) {
        return watchers.isEmpty() && askers.isEmpty() && System.nanoTime() - usedAt > time.toNanos();
    }

    /** Who is there, as soon as that is known. */
    CompletableFuture<Map<String, byte[]>> members() {
        usedAt = System.nanoTime();
        if (level) {
            return CompletableFuture.completedFuture(present());
        }
        var asked = new CompletableFuture<Map<String, byte[]>>();
        askers.add(asked);
        return asked;
    }

    private Map<String, byte[]> present() {
        var present = new LinkedHashMap<String, byte[]>();
        members.forEach((name, member) -> present.put(name, member.info));
        return present;
    }

    /**
     * Says that somebody is there, or, with a time of zero, has left; completes when the engine knows.
     *
     * @param lasting how long the word holds
     */
    CompletableFuture<Void> say(String member, byte[] info, Duration lasting) {
        Session current = session;
        if (current == null) {
            return CompletableFuture.failedFuture(new IOException("NATS is out of reach"));
        }
        var headers = new Headers().put(LASTING, Long.toString(lasting.toMillis()));
        return current.request(names.presence(token, Tokens.of(member)), headers, info)
                .thenAccept(answer -> {
                    try {
                        heard(member, new PublishAck(answer).getSeqno(), lasting.toMillis(), info);
                    } catch (IOException | JetStreamApiException e) {
                        throw new java.util.concurrent.CompletionException(e);
                    }
                });
    }

    // ---- sessions

    void up(Session fresh) {
        session = fresh;
        subscription = fresh.subscribe(names.presenceLive(token, "*"), message -> {
            if (fresh == session) {
                heard(message, Entry.number(message, Names.SEQUENCE));
            }
        });
        // Offsets begin anew when the engine kept them in its memory alone.
        members.values().forEach(member -> {
            member.offset = 0;
            member.renewedAt = System.nanoTime();
        });
        gone.clear();
        read(fresh, ++reading, 1);
    }

    void down() {
        session = null;
        subscription = null;
        level = false;
        reading++;
    }

    void close(Throwable reason) {
        if (session != null && subscription != null) {
            session.unsubscribe(subscription);
        }
        down();
        askers.forEach(asker -> asker.completeExceptionally(reason));
        askers.clear();
        watchers.clear();
    }

    private void read(Session current, int own, long from) {
        var unused = HistoryRead.of(
                        current, loop, names.presenceStream(), names.presence(token, "*"), from, BATCH, false)
                .whenComplete((batch, failure) -> {
                    if (own != reading) {
                        return;
                    }
                    if (failure != null) {
                        Runnable again = () -> {
                            if (own == reading) {
                                read(current, own, from);
                            }
                        };
                        var unusedRetry = loop.schedule(again, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
                        return;
                    }
                    long end = from;
                    for (Message message : batch.messages()) {
                        long offset = message.metaData().streamSequence();
                        heard(message, offset);
                        end = offset + 1;
                    }
                    if (batch.pending() > 0 && !batch.messages().isEmpty()) {
                        read(current, own, end);
                    } else {
                        level = true;
                        askers.forEach(asker -> asker.complete(present()));
                        askers.clear();
                    }
                });
    }

    private void heard(Message message, long offset) {
        String[] subject = message.getSubject().split("\\.", -1);
        long lasting = Entry.number(message, LASTING);
        if (subject.length == 4 && lasting >= 0) {
            heard(Tokens.name(subject[3]), offset, lasting, message.getData());
        }
    }

    private void heard(String name, long offset, long lasting, byte[] info) {
        Member member = members.get(name);
        if (offset <= (member == null ? gone.getOrDefault(name, 0L) : member.offset)) {
            return;
        }
        if (lasting == 0) {
            gone.put(name, offset);
            if (member != null) {
                members.remove(name);
                List.copyOf(watchers).forEach(watcher -> watcher.left(name, member.info));
            }
            return;
        }
        Member now = member == null ? new Member() : member;
        now.info = info;
        now.offset = offset;
        now.lasting = TimeUnit.MILLISECONDS.toNanos(lasting);
        now.renewedAt = System.nanoTime();
        if (member == null) {
            members.put(name, now);
            List.copyOf(watchers).forEach(watcher -> watcher.joined(name, info));
        }
    }

    /** Lets those go who did not renew in time; called now and then. */
    void expire() {
        if (!level) {
            return;
        }
        long now = System.nanoTime();
        Set<String> late = new TreeSet<>();
        members.forEach((name, member) -> {
            if (now - member.renewedAt > member.lasting) {
                late.add(name);
            }
        });
        for (String name : late) {
            Member member = members.remove(name);
            if (member != null) {
                List.copyOf(watchers).forEach(watcher -> watcher.left(name, member.info));
            }
        }
    }
}
