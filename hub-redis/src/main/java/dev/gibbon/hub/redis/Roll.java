package dev.gibbon.hub.redis;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.Backplane.PresenceListener;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Member;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Who is present in a topic, as this node knows it. Joining and leaving come on a channel; after a connection was cut the whole roll is read
 * again, and what has changed meanwhile is told. Belongs to the thread of the backplane.
 */
final class Roll implements Hearer, Backplane.Watch {
    private static final System.Logger LOG = System.getLogger(Roll.class.getName());

    private final RedisBackplane node;
    private final Keys keys;
    private final PresenceListener listener;
    private final CompletableFuture<List<Member>> started = new CompletableFuture<>();
    private Map<String, String> present = Map.of();
    private boolean reading = true;
    private volatile boolean closed;

    Roll(RedisBackplane node, Keys keys, PresenceListener listener) {
        this.node = node;
        this.keys = keys;
        this.listener = listener;
    }

    /** Completes with who is there; from then on changes are told. */
    @Override
    public CompletableFuture<List<Member>> started() {
        return started;
    }

    @Override
    public void close() {
        closed = true;
        started.completeExceptionally(BackplaneException.failed("the watch was closed before it began", null));
        node.remove(this);
    }

    @Override
    public void closed(BackplaneException cause) {
        started.completeExceptionally(cause);
    }

    @Override
    public byte[] channel() {
        return keys.presence();
    }

    @Override
    public void missed(Session session) {
        if (!reading) {
            up(session);
        }
    }

    @Override
    public void renew(Session session) {
        // Who is present renews that themselves.
    }

    @Override
    public void up(Session session) {
        reading = true;
        session.run(Script.MEMBERS, keys.members(), values("list"), (answer, failure) -> {
            if (closed) {
                return;
            }
            if (answer == null) {
                var cause = BackplaneException.failed("Redis has refused to tell who is present: " + failure, failure);
                if (started.completeExceptionally(cause)) {
                    close();
                } else {
                    node.later(this);
                }
            } else {
                reading = false;
                read(answered(answer));
            }
        });
    }

    @Override
    public void down(Throwable cause) {
        reading = true;
    }

    @Override
    public void hear(Session session, byte[] body) {
        if (reading || closed) {
            // It is in the roll that is being read.
            return;
        }
        var words = new Wire.Words(body);
        boolean joined = words.next().equals("J");
        int length = Integer.parseInt(words.next());
        String member = Wire.string(body, words.at(), length);
        if (!joined) {
            if (present.remove(member) != null) {
                guard(() -> listener.left(member));
            }
            return;
        }
        int at = words.at() + length;
        join(member, Wire.string(body, at, body.length - at));
    }

    /** Lets those go whose time is over; Redis tells everybody, this node included. */
    void sweep(Session session) {
        session.run(Script.MEMBERS, keys.members(), values("sweep"), (answer, failure) -> {
            if (answer != null && !answer.isEmpty() && !closed) {
                sweep(session);
            }
        });
    }

    static Map<String, String> answered(List<Object> answer) {
        var members = new HashMap<String, String>();
        for (int i = 0; i < answer.size(); i += 2) {
            members.put(Wire.string(answer.get(i)), Wire.string(answer.get(i + 1)));
        }
        return members;
    }

    private void read(Map<String, String> now) {
        if (started.isDone()) {
            for (String member : List.copyOf(present.keySet())) {
                if (!now.containsKey(member)) {
                    present.remove(member);
                    guard(() -> listener.left(member));
                }
            }
            now.forEach(this::join);
        } else {
            present = now;
            started.complete(listed(now));
        }
    }

    private void join(String member, String information) {
        if (!information.equals(present.put(member, information))) {
            guard(() -> listener.joined(new Member(member, information)));
        }
    }

    private void guard(Runnable call) {
        if (closed) {
            return;
        }
        try {
            call.run();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "a listener of who is present failed", e);
        }
    }

    static List<Member> listed(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> new Member(member.getKey(), member.getValue()))
                .toList();
    }

    private byte[][] values(String verb) {
        return new byte[][] {keys.presence(), Wire.bytes(verb), Wire.bytes(0)};
    }
}
