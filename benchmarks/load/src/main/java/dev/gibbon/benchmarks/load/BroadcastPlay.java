package dev.gibbon.benchmarks.load;

import java.util.List;

/** The first session sends, all get it. It is so many messages ahead of what the average session has got. */
final class BroadcastPlay implements Play {

    private final Run run;
    private final int ahead;
    private long sent;
    private boolean sending;

    BroadcastPlay(Run run) {
        this.run = run;
        this.ahead = run.scenario().inFlight();
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
        int more = (int) ((run.tally().messages() + ahead * all) / all - sent);
        if (more > 0) {
            sent += more;
            sessions.get(0).send(more);
            run.flush(sessions.get(0));
        }
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
        return sent - session.received();
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
