package dev.gibbon.hub.contract;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Notes what a feed tells, for a test that waits for it. */
public final class Told implements Backplane.FeedListener {
    private static final long MOST_SECONDS = 30;

    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> states = new LinkedBlockingQueue<>();

    /**
     * A loss.
     *
     * @param reason why
     * @param now where it goes on
     */
    public record Loss(LossReason reason, Position now) {}

    @Override
    public void entry(Entry entry) {
        events.add(entry);
    }

    @Override
    public void lost(LossReason reason, Position now) {
        events.add(new Loss(reason, now));
    }

    @Override
    public void away(Throwable cause) {
        states.add("away");
    }

    @Override
    public void back() {
        states.add("back");
    }

    /**
     * Waits for the next event.
     *
     * @return an {@link Entry} or a {@link Loss}
     */
    public Object next() throws InterruptedException {
        Object event = events.poll(MOST_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing was told in time");
        }
        return event;
    }

    /**
     * Waits for the engine to go, or to come back.
     *
     * @return "away" or "back"
     */
    public String nextState() throws InterruptedException {
        return String.valueOf(states.poll(MOST_SECONDS, TimeUnit.SECONDS));
    }

    /**
     * Waits for entries.
     *
     * @param count how many
     * @return what was in them
     */
    public List<String> texts(int count) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        while (texts.size() < count) {
            Object event = next();
            if (!(event instanceof Entry entry)) {
                throw new AssertionError("an entry was expected after " + texts + ", and " + event + " was told");
            }
            texts.add(entry.message().text());
        }
        return texts;
    }

    /**
     * Looks whether something was told that nobody has taken.
     *
     * @return true if not
     */
    public boolean isEmpty() {
        return events.isEmpty();
    }
}
