package dev.gibbon.cli.soak;

import dev.gibbon.EventLoops;
import dev.gibbon.demos.chat.ChatClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client of the crowd, which writes down what it is told, and how long it takes to have everything again. For any thread. */
final class Participant implements ChatClient.Listener, AutoCloseable {
    /** Messages have a length that is usual in a chat: a number, and this. */
    private static final String FILLING = " " + "blah ".repeat(12).strip();

    private final int room;
    private final Ledger ledger;
    private final ClientRecord record;
    private final Outages outages;
    private final IntList sayings = new IntList();
    private @Nullable ChatClient client;
    private volatile boolean present;
    private volatile @Nullable String refusal;

    // Guarded by this object's lock.
    private boolean wasPresent;
    private boolean recovering;
    private long troubleSince;
    private Fault.Row trouble = Fault.Row.CONNECTION_CUT;
    private int target = Integer.MAX_VALUE;

    Participant(int room, Ledger ledger, Outages outages) {
        this.room = room;
        this.ledger = ledger;
        this.outages = outages;
        record = new ClientRecord(room);
    }

    /** Enters its room. */
    void enter(EventLoops loops, List<URI> nodes, int first, int number) {
        client = ChatClient.enter(loops, nodes, first, "soak-" + room, "guest-" + number, this);
    }

    int room() {
        return room;
    }

    ClientRecord record() {
        return record;
    }

    /** Whether it is in its room now, as far as it knows. */
    boolean present() {
        return present;
    }

    /** Whether all it said is acknowledged, and it has all that was acknowledged to anybody. */
    boolean hasEverything() {
        return present && client().unacknowledged() == 0 && record.messages() >= ledger.acknowledgedIn(room);
    }

    int unacknowledged() {
        return client().unacknowledged();
    }

    /** Why a node refused it for good, which must not happen; or null. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** Says the next message. For one thread. */
    void say() {
        int message = ledger.said(room);
        synchronized (sayings) {
            sayings.add(message);
        }
        client().say(message + FILLING);
    }

    /** Its connection is cut, and may be made again after a while. */
    void cut(Duration heals) {
        boolean was = present;
        client().cut(heals);
        if (was) {
            synchronized (this) {
                trouble = Fault.Row.CONNECTION_CUT;
                troubleSince = System.nanoTime() + heals.toNanos();
            }
        }
    }

    /** The engine answers again: whoever has a connection recovers from now on. */
    void engineIsBack(Fault.Row row) {
        synchronized (this) {
            if (present && !recovering) {
                recovering = true;
                trouble = row;
                troubleSince = System.nanoTime();
                target = ledger.saidIn(room);
            }
        }
        recovered();
    }

    @Override
    public void entered(String node) {
        synchronized (this) {
            present = true;
            wasPresent = true;
            if (recovering) {
                target = ledger.acknowledgedIn(room);
            }
        }
        recovered();
    }

    @Override
    public void disconnected() {
        synchronized (this) {
            if (present && wasPresent) {
                recovering = true;
                trouble = Fault.Row.NODE_KILLED;
                troubleSince = System.nanoTime();
                target = Integer.MAX_VALUE;
            }
            present = false;
        }
    }

    @Override
    public void message(ChatClient.Place at, String name, String text) {
        int message = number(text);
        boolean known = ledger.received(message, room, at.epoch(), at.offset());
        record.message(known ? message : ClientRecord.FOREIGN);
        recovered();
    }

    @Override
    public void stored(long sequence, ChatClient.Place at) {
        int message;
        synchronized (sayings) {
            message = sayings.get((int) sequence - 1);
        }
        ledger.acknowledged(message, at.epoch(), at.offset());
    }

    @Override
    public void missed(String reason, long messages) {
        record.missed();
    }

    @Override
    public void refused(long sequence, String code, String text) {
        refusal = code + ": " + text;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }

    private void recovered() {
        synchronized (this) {
            if (recovering && record.messages() >= target) {
                recovering = false;
                target = Integer.MAX_VALUE;
                outages.recovered(trouble, troubleSince);
            }
        }
    }

    private ChatClient client() {
        if (client == null) {
            throw new IllegalStateException("has not entered");
        }
        return client;
    }

    private static int number(String text) {
        int blank = text.indexOf(' ');
        try {
            return Integer.parseInt(blank < 0 ? text : text.substring(0, blank));
        } catch (NumberFormatException foreign) {
            return -1;
        }
    }
}
