package dev.gibbon.hub.nats;

import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Member;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who is present on one topic, as this node knows it. The engine keeps the last word of each member; a word holds for the time that it
 * names, counted by the clock of the node that hears it, so clocks need not agree. Nobody expires while the engine is out of reach:
 * others could not renew. Only on the loop.
 */
final class PresenceLog {

    private static final class Known {
        Member member;
        long offset;
        long lasting;
        long renewedAt;

        Known(Member member) {
            this.member = member;
        }
    }

    private static final String MEMBER = "Gibbon-Member";
    private static final String LASTING = "Gibbon-Lasting";
    private static final int MOST_GONE = 1_024;
    private static final int BATCH = 512;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String token;
    private final Names names;
    private final ScheduledExecutorService loop;
    private final long mostReadBytes;
    private final Map<String, Known> present = new LinkedHashMap<>();
    /** When those who left last did: an older word of theirs may still be on its way. */
    private final Map<String, Long> gone = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_GONE;
        }
    };

    private final List<NatsWatch> watches = new ArrayList<>();
    private final List<CompletableFuture<List<Member>>> askers = new ArrayList<>();
    private @Nullable Session session;
    private @Nullable Subscription subscription;
    private boolean level;
    private int reading;
    private long usedAt = System.nanoTime();

    PresenceLog(String token, Names names, ScheduledExecutorService loop, long mostReadBytes) {
        this.token = token;
        this.names = names;
        this.loop = loop;
        this.mostReadBytes = mostReadBytes;
    }

    void watch(NatsWatch watch) {
        watches.add(watch);
        if (level) {
            watch.begin(members());
        }
    }

    void unwatch(NatsWatch watch) {
        watches.remove(watch);
        usedAt = System.nanoTime();
    }

    boolean isIdle(Duration time) {
        return watches.isEmpty() && askers.isEmpty() && System.nanoTime() - usedAt > time.toNanos();
    }

    /** Who is there, as soon as that is known. */
    CompletableFuture<List<Member>> whenKnown() {
        usedAt = System.nanoTime();
        if (level) {
            return CompletableFuture.completedFuture(members());
        }
        var asked = new CompletableFuture<List<Member>>();
        askers.add(asked);
        return asked;
    }

    private List<Member> members() {
        return present.values().stream().map(known -> known.member).toList();
    }

    /**
     * Says that somebody is there, or, with a time of zero, has left; completes when the engine knows.
     *
     * @param lasting how long the word holds
     */
    CompletableFuture<Void> say(Session current, Member member, Duration lasting) {
        usedAt = System.nanoTime();
        String id = Tokens.of(member.id());
        var headers = new Headers().put(MEMBER, id).put(LASTING, Long.toString(lasting.toMillis()));
        byte[] information = member.information().getBytes(StandardCharsets.UTF_8);
        return current.request(names.presence(token, Tokens.brief(member.id())), headers, information)
                .thenAccept(answer -> {
                    try {
                        long offset = new PublishAck(answer).getSeqno();
                        if (current == session) {
                            heard(member, offset, lasting.toMillis());
                        }
                    } catch (IOException | JetStreamApiException e) {
                        throw new CompletionException(e);
                    }
                });
    }

    // ---- sessions

    void up(Session fresh) {
        session = fresh;
        subscription = fresh.subscribe(names.presenceLive(token, "*"), message -> {
            if (fresh == session) {
                heard(message, Stored.number(message, Names.SEQUENCE));
            }
        });
        // Offsets begin anew when the engine kept them in its memory alone.
        present.values().forEach(known -> {
            known.offset = 0;
            known.renewedAt = System.nanoTime();
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

    void close() {
        if (session != null && subscription != null) {
            session.unsubscribe(subscription);
        }
        down();
        askers.forEach(asker -> asker.completeExceptionally(BackplaneException.closed()));
        askers.clear();
        watches.forEach(NatsWatch::closed);
        watches.clear();
    }

    private void read(Session current, int own, long from) {
        var unused = HistoryRead.whole(
                        current,
                        loop,
                        names.presenceStream(),
                        names.presence(token, "*"),
                        from,
                        1,
                        BATCH,
                        mostReadBytes)
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
                        level();
                    }
                });
    }

    private void level() {
        level = true;
        List<Member> members = members();
        askers.forEach(asker -> asker.complete(members));
        askers.clear();
        watches.forEach(watch -> watch.begin(members));
    }

    private void heard(Message message, long offset) {
        long lasting = Stored.number(message, LASTING);
        Headers headers = message.getHeaders();
        String id = headers == null ? null : headers.getFirst(MEMBER);
        if (id == null || lasting < 0) {
            return;
        }
        try {
            heard(new Member(Tokens.name(id), new String(message.getData(), StandardCharsets.UTF_8)), offset, lasting);
        } catch (IllegalArgumentException e) {
            // Somebody else's word.
            return;
        }
    }

    private void heard(Member member, long offset, long lasting) {
        String id = member.id();
        Known before = present.get(id);
        if (offset <= (before == null ? gone.getOrDefault(id, 0L) : before.offset)) {
            return;
        }
        if (lasting == 0) {
            gone.put(id, offset);
            if (present.remove(id) != null) {
                List.copyOf(watches).forEach(watch -> watch.left(id));
            }
            return;
        }
        Known now = before == null ? new Known(member) : before;
        boolean news = before == null || !before.member.equals(member);
        now.member = member;
        now.offset = offset;
        now.lasting = TimeUnit.MILLISECONDS.toNanos(lasting);
        now.renewedAt = System.nanoTime();
        present.put(id, now);
        if (news) {
            List.copyOf(watches).forEach(watch -> watch.joined(member));
        }
    }

    /** Lets those go who did not renew in time; called now and then. */
    void expire() {
        if (!level) {
            return;
        }
        long now = System.nanoTime();
        Set<String> late = new TreeSet<>();
        present.forEach((id, known) -> {
            if (now - known.renewedAt > known.lasting) {
                late.add(id);
            }
        });
        for (String id : late) {
            present.remove(id);
            List.copyOf(watches).forEach(watch -> watch.left(id));
        }
    }
}
