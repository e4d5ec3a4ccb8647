package dev.gibbon.benchmarks.load;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The first session sends, all get it. It is so many messages ahead of what the average session has got. Many servers let a
 * subscriber join a moment after its handshake is done; so the sender begins with single messages, until each has got one.
 */
final class BroadcastPlay implements Play {

    // Without any reply for so long the last single message has reached whom it will reach. Doubled each time.
    private static final long FIRST_QUIET_NANOS = 20_000_000;
    private static final long LONGEST_QUIET_NANOS = 1_000_000_000;

    private final Run run;
    private final int ahead;
    private long sent;
    private boolean sending;

    // Of the single messages: what came before each session had joined, which it will not get.
    private final Map<Session, Long> missed = new HashMap<>();
    private long missedByAll;
    private long seen;
    private long quiet = FIRST_QUIET_NANOS;
    private long deadline;

    BroadcastPlay(Run run) {
        this.run = run;
        this.ahead = run.scenario().inFlight();
    }

    @Override
    public boolean gather() {
        long now = System.nanoTime();
        long got = run.tally().messages();
        boolean isQuiet = got == seen && now - deadline > 0;
        if (sent > 0 && gathered() == run.sessions().size() && (missedByAll == 0 || isQuiet)) {
            giveUpWhatIsMissing(got);
            return false;
        }
        if (sent == 0 || isQuiet) {
            giveUpWhatIsMissing(got);
            quiet = sent == 0 ? quiet : Math.min(2 * quiet, LONGEST_QUIET_NANOS);
            deadline = now + quiet;
            send(1);
        } else if (got != seen) {
            deadline = now + quiet;
        }
        seen = got;
        return true;
    }

    private void giveUpWhatIsMissing(long got) {
        run.sessions().forEach(each -> missed.put(each, sent - each.received()));
        missedByAll = sent * run.sessions().size() - got;
    }

    @Override
    public long gathered() {
        return run.sessions().stream()
                .filter(each -> each.received() > 0 && due(each) <= 0)
                .count();
    }

    @Override
    public void begin() {
        sending = true;
        turn();
    }

    @Override
    public void opened(Session session) {
        // It waits for the others.
    }

    @Override
    public void replied(Session session, int count) {
        run.tally().replies(count);
    }

    @Override
    public void closed(Session session) {
        // At the end of the run.
    }

    @Override
    public void lost(Session session) {
        // The average would wait for it for ever.
        run.giveUp();
    }

    @Override
    public void turn() {
        List<Session> sessions = run.sessions();
        if (!sending || sessions.isEmpty()) {
            return;
        }
        long all = sessions.size();
        int more = (int) ((run.tally().messages() + missedByAll + ahead * all) / all - sent);
        if (more > 0) {
            send(more);
        }
    }

    private void send(int messages) {
        Session sender = run.sessions().get(0);
        sent += messages;
        sender.send(messages);
        run.flush(sender);
    }

    @Override
    public void stop() {
        sending = false;
        if (!run.sessions().isEmpty()) {
            sent -= run.sessions().get(0).disown();
        }
    }

    @Override
    public long due(Session session) {
        long due = sent - missed.getOrDefault(session, 0L) - session.received();
        // What had been given up may come all the same; but never more than was sent.
        return due >= 0 ? due : Math.min(0, sent - session.received());
    }

    @Override
    public long outstanding() {
        return run.waiting();
    }

    @Override
    public String missing(long count) {
        return count + " of " + run.sessions().size() + " connections did not get all that was sent, "
                + run.patienceInWords() + " after the window";
    }
}
