package dev.gibbon.internal.connection;

import dev.gibbon.PreparedMessage;
import dev.gibbon.WebSocket;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.message.SharedFrame;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The members of a group, by loop: a send is one task on each loop that has members. Who is a member is known at once to
 * every thread; each loop learns of joins, leaves and sends in the order in which a thread made them.
 */
public final class Members {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    private final Set<ConnectedSocket> all = ConcurrentHashMap.newKeySet();
    private final Map<EventLoop, LoopMembers> byLoop = new ConcurrentHashMap<>();
    /** Held while a join or leave is noted and handed to its loop, so that both see them in one order. */
    private final ReentrantLock changing = new ReentrantLock();

    /** Adds a connection. */
    public boolean add(WebSocket socket) {
        ConnectedSocket member = (ConnectedSocket) socket;
        EventLoop loop = member.connection().loop();
        LoopMembers members = byLoop.computeIfAbsent(loop, LoopMembers::new);
        changing.lock();
        try {
            if (member.closeInfo() != null || !all.add(member)) {
                return false;
            }
            run(loop, () -> join(members, member));
            return true;
        } finally {
            changing.unlock();
        }
    }

    private void join(LoopMembers members, ConnectedSocket member) {
        if (member.closeInfo() != null) {
            all.remove(member);
        } else if (members.join(member)) {
            member.joined(this);
        }
    }

    /** Removes a connection. */
    public boolean remove(WebSocket socket) {
        ConnectedSocket member = (ConnectedSocket) socket;
        EventLoop loop = member.connection().loop();
        changing.lock();
        try {
            if (!all.remove(member)) {
                return false;
            }
            run(loop, () -> {
                LoopMembers members = byLoop.get(loop);
                if (members != null) {
                    members.leave(member);
                }
                member.parted(this);
            });
            return true;
        } finally {
            changing.unlock();
        }
    }

    /** A member's connection has ended. On its loop. */
    void left(ConnectedSocket member) {
        all.remove(member);
        LoopMembers members = byLoop.get(member.connection().loop());
        if (members != null) {
            members.forget(member);
        }
    }

    /** Sends to every member. */
    public void send(PreparedMessage message) {
        SharedFrame shared = (SharedFrame) message;
        byLoop.forEach((loop, members) -> run(loop, () -> members.send(shared)));
    }

    /** Delivers what waits for the members on this loop. On that loop. */
    void deliver(EventLoop loop) {
        LoopMembers members = byLoop.get(loop);
        if (members != null) {
            members.run();
        }
    }

    private static void run(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "a group's loop is closed", e);
        }
    }

    /** How many there are. */
    public int size() {
        return all.size();
    }
}
