package dev.gibbon.hub.redis;

import java.lang.System.Logger.Level;

/** A task that is done again and again: what it throws is logged, and it is done again all the same. */
record Repeated(Runnable task) implements Runnable {
    private static final System.Logger LOG = System.getLogger(Repeated.class.getName());

    @Override
    public void run() {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "a task that is repeated failed", e);
        }
    }
}
