package dev.gibbon.benchmarks.load;

/** Each session echoes one message as soon as it is open, if it is asked to, and is held. */
final class IdlePlay implements Play {

    private final Run run;
    private final int touches;

    IdlePlay(Run run) {
        this.run = run;
        this.touches = run.scenario().inFlight();
    }

    @Override
    public void begin() {
        // It began with each session.
    }

    @Override
    public void opened(Session session) {
        session.send(touches);
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
        // It has been told.
    }

    @Override
    public void turn() {
        // Nothing is sent.
    }

    @Override
    public void stop() {
        // Nothing is sent.
    }

    @Override
    public long outstanding() {
        return run.waiting();
    }

    @Override
    public String missing(long count) {
        return "no reply came to the one message on " + count + " of "
                + run.sessions().size() + " connections within " + run.patienceInWords();
    }
}
