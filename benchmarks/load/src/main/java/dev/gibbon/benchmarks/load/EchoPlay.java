package dev.gibbon.benchmarks.load;

/** A number of messages in flight on each session; each reply is followed by a new one. */
final class EchoPlay implements Play {

    private final Run run;
    private final int inFlight;
    private boolean sending = true;

    EchoPlay(Run run) {
        this.run = run;
        this.inFlight = run.scenario().inFlight();
    }

    @Override
    public void begin() {
        for (Session session : run.sessions()) {
            session.send(inFlight);
            session.stamp(System.nanoTime());
            run.flush(session);
        }
    }

    @Override
    public void opened(Session session) {
        // It waits for the others.
    }

    @Override
    public void replied(Session session, int count) {
        run.tally().replies(count);
        if (inFlight == 1) {
            long now = System.nanoTime();
            run.tally().took(now - session.sentAt());
            session.stamp(now);
        }
        if (sending) {
            session.send(count);
        }
    }

    @Override
    public void closed(Session session) {
        // At the end of the run.
    }

    @Override
    public void lost(Session session) {
        // It has been told, and the others go on.
    }

    @Override
    public void turn() {
        // Replies alone make new messages.
    }

    @Override
    public void stop() {
        sending = false;
        run.sessions().forEach(Session::disown);
    }

    @Override
    public long outstanding() {
        return run.waiting();
    }

    @Override
    public String missing(long count) {
        boolean never = run.tally().messages() == 0;
        return "no reply came " + (never ? "at all" : "to the last messages") + " on " + count + " of "
                + run.sessions().size() + " connections, " + run.patienceInWords() + " after the window";
    }
}
