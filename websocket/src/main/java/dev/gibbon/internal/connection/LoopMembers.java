package dev.gibbon.internal.connection;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.message.SharedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group on one loop. What is sent to them within a turn is gathered once, in the loop's cork, and leaves from there for each
 * member in one write. Only for the loop's thread.
 */
final class LoopMembers implements Runnable {
    /** A larger frame goes alone, from where it lies. */
    private static final int LARGEST_GATHERED = 64 << 10;

    private final EventLoop loop;
    private final Set<ConnectedSocket> sockets = new LinkedHashSet<>();
    private final List<SharedFrame> waiting = new ArrayList<>();
    /** The members as an array, until one comes or goes: those who go while it is walked through must not disturb that. */
    private ConnectedSocket @Nullable [] listed;

    private boolean delivering;

    LoopMembers(EventLoop loop) {
        this.loop = loop;
    }

    /** Adds a member, who gets what is sent from now on. False if it is one. */
    boolean join(ConnectedSocket member) {
        run();
        listed = null;
        return sockets.add(member);
    }

    /** Removes a member, who gets what was sent before. */
    void leave(ConnectedSocket member) {
        run();
        forget(member);
    }

    /** Removes a member whose connection has ended. */
    void forget(ConnectedSocket member) {
        listed = null;
        sockets.remove(member);
    }

    /** Sends to all members, behind the other tasks of this turn, which may send more. */
    void send(SharedFrame message) {
        waiting.add(message);
        if (waiting.size() == 1) {
            loop.execute(this);
        }
    }

    /** Delivers what waits. */
    @Override
    public void run() {
        if (delivering) {
            // What a member does with it has led back here; the rest comes behind that.
            return;
        }
        delivering = true;
        try {
            for (int next = 0; next < waiting.size(); ) {
                next = deliver(next);
            }
        } finally {
            delivering = false;
            waiting.clear();
        }
    }

    /** Delivers as many as can be gathered, one at least; says where to go on. */
    private int deliver(int from) {
        int to = from;
        boolean gathers = loop.takeCork();
        ByteBuffer frames = loop.cork();
        try {
            if (gathers) {
                frames.clear();
                while (to < waiting.size() && gather(waiting.get(to), frames)) {
                    to++;
                }
                frames.flip();
            }
            List<SharedFrame> batch = waiting.subList(from, Math.max(to, from + 1));
            for (ConnectedSocket member : listed()) {
                member.connection().sending().sendToMember(batch, to > from ? frames.rewind() : null);
            }
        } finally {
            if (gathers) {
                loop.giveCorkBack();
            }
        }
        return Math.max(to, from + 1);
    }

    private static boolean gather(SharedFrame message, ByteBuffer frames) {
        ByteBuffer frame = message.plain().frame();
        int length = frame.remaining();
        if (length > LARGEST_GATHERED || length > frames.remaining()) {
            return false;
        }
        frames.put(frames.position(), frame, frame.position(), length).position(frames.position() + length);
        return true;
    }

    private ConnectedSocket[] listed() {
        ConnectedSocket[] present = listed;
        if (present == null) {
            present = sockets.toArray(new ConnectedSocket[0]);
            listed = present;
        }
        return present;
    }
}
