package dev.gibbon.benchmarks.load;

import java.util.HashSet;
import java.util.Set;

/** Connect, opening handshake, closing handshake, and again; so many at a time. */
final class HandshakePlay implements Play {

    private final Run run;
    private final Set<Session> atWork = new HashSet<>();
    private boolean going = true;

    HandshakePlay(Run run) {
        this.run = run;
    }

    @Override
    public void begin() {
        for (int i = 0; i < run.scenario().connections(); i++) {
            start();
        }
    }

    private void start() {
        Session session = going && !run.isGivenUp() ? run.start() : null;
        if (session != null) {
            atWork.add(session);
        }
    }

    @Override
    public void opened(Session session) {
        session.close();
    }

    @Override
    public void replied(Session session, int count) {
        // None is due.
    }

    @Override
    public void closed(Session session) {
        run.tally().replies(1);
        lost(session);
    }

    @Override
    public void lost(Session session) {
        atWork.remove(session);
        start();
    }

    @Override
    public void turn() {
        // One end makes one beginning.
    }

    @Override
    public void stop() {
        going = false;
    }

    @Override
    public long due(Session session) {
        return -session.received();
    }

    @Override
    public long outstanding() {
        return atWork.size();
    }

    @Override
    public String missing(long count) {
        return count + " of " + run.scenario().connections() + " connections did not come through both handshakes, "
                + run.patienceInWords() + " after the window";
    }
}
