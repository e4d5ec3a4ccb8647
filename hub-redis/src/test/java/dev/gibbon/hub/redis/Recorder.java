package dev.gibbon.hub.redis;

import dev.gibbon.hub.Backplane.FeedListener;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Notes what a feed tells: messages as OFFSET:TEXT, and the rest by name. */
final class Recorder implements FeedListener {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private volatile @Nullable Position last;

    @Override
    public void entry(Entry entry) {
        last = entry.position();
        told.add(entry.position().offset() + ":" + entry.message().text());
    }

    @Override
    public void lost(LossReason reason, Position now) {
        last = now;
        told.add("lost " + reason + " " + now.offset());
    }

    @Override
    public void away(Throwable cause) {
        told.add("away");
    }

    @Override
    public void back() {
        told.add("back");
    }

    @Nullable
    Position last() {
        return last;
    }

    String next() throws InterruptedException {
        String next = told.poll(30, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing more was told");
        }
        return next;
    }

    List<String> next(int count) throws InterruptedException {
        var next = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            next.add(next());
        }
        return next;
    }

    /** The next messages, whatever is told of the engine in between. */
    List<String> messages(int count) throws InterruptedException {
        var next = new ArrayList<String>();
        while (next.size() < count) {
            String one = next();
            if (!one.equals("away") && !one.equals("back")) {
                next.add(one);
            }
        }
        return next;
    }

    boolean nothingLeft() {
        told.removeIf(one -> one.equals("away") || one.equals("back"));
        return told.isEmpty();
    }
}
