package dev.gibbon.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** The subscribers of one topic whose connections share a loop: one task serves them all. Only {@link #execute} is for any thread. */
final class LoopSubscribers {
    private final Executor executor;
    private final List<Delivering> subscribers = new ArrayList<>();
    private boolean walking;

    LoopSubscribers(Executor executor) {
        this.executor = executor;
    }

    /** Has the loop do something for all subscribers there. */
    void execute(Consumer<Delivering> task) {
        try {
            executor.execute(() -> forEach(task));
        } catch (RejectedExecutionException e) {
            // The loop is closed, and all its connections have ended.
        }
    }

    private void forEach(Consumer<Delivering> task) {
        walking = true;
        // Those who come while it is walked through know already; those who go are left out afterwards.
        for (int i = 0, most = subscribers.size(); i < most; i++) {
            Delivering subscriber = subscribers.get(i);
            try {
                task.accept(subscriber);
            } catch (RuntimeException e) {
                // The others get theirs all the same, and this one is not left with a gap that nobody has told of.
                subscriber.fail(e);
            }
        }
        walking = false;
        subscribers.removeIf(Delivering::isOver);
    }

    void add(Delivering subscriber) {
        subscribers.add(subscriber);
    }

    void remove(Delivering subscriber) {
        if (!walking) {
            subscribers.remove(subscriber);
        }
    }
}
