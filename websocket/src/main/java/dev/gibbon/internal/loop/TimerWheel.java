package dev.gibbon.internal.loop;

import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop: a hashed wheel of intrusive lists, so that arming and disarming cost a few writes and no object.
 * A timer fires at its deadline or up to one tick later, never earlier. Only for the loop's thread.
 */
public final class TimerWheel {
    /** One tick: about 16.8 ms, fine enough for deadlines of seconds, coarse enough to fire many timers in one turn. */
    public static final long TICK_NANOS = 1L << 24;

    private static final int SLOTS = 512;

    private final @Nullable Timer[] slots = new Timer[SLOTS];
    private final @Nullable Timer[] lasts = new Timer[SLOTS];
    private final long[] occupied = new long[SLOTS / Long.SIZE];
    private @Nullable Timer cursor;
    private long tick;
    private int armed;

    /** Something with a deadline; in at most one wheel at a time. */
    public abstract static class Timer {
        private @Nullable Timer previous;
        private @Nullable Timer next;
        private long deadline;
        private int slot = -1;

        /** For subclasses. */
        protected Timer() {}

        /** Called once after the deadline, disarmed already; may arm itself again. */
        protected abstract void expired(long now);

        /** Whether it will fire. */
        public final boolean armed() {
            return slot >= 0;
        }

        /** When it fires, if armed. */
        public final long deadline() {
            return deadline;
        }
    }

    /** Makes an empty wheel whose clock stands at {@code now}, which is never negative. */
    public TimerWheel(long now) {
        tick = now / TICK_NANOS;
    }

    /** Arms a timer, or moves it. */
    public void arm(Timer timer, long deadline) {
        disarm(timer);
        long due = Math.max(ceilingTick(deadline), tick + 1);
        int slot = (int) (due % SLOTS);
        // Behind the others, so that timers of one deadline fire in the order in which they were armed.
        Timer last = lasts[slot];
        timer.deadline = deadline;
        timer.slot = slot;
        timer.previous = last;
        timer.next = null;
        if (last != null) {
            last.next = timer;
        } else {
            slots[slot] = timer;
        }
        lasts[slot] = timer;
        occupied[slot >> 6] |= 1L << slot;
        armed++;
    }

    /** Disarms a timer; nothing happens if it is not armed. */
    public void disarm(Timer timer) {
        int slot = timer.slot;
        if (slot < 0) {
            return;
        }
        Timer previous = timer.previous;
        Timer next = timer.next;
        if (timer == cursor) {
            cursor = next;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            slots[slot] = next;
            if (next == null) {
                occupied[slot >> 6] &= ~(1L << slot);
            }
        }
        if (next != null) {
            next.previous = previous;
        } else {
            lasts[slot] = previous;
        }
        timer.previous = null;
        timer.next = null;
        timer.slot = -1;
        armed--;
    }

    /** Disarms every timer: the loop ends. */
    void disarmAll() {
        for (int slot = 0; slot < SLOTS; slot++) {
            for (Timer timer = slots[slot]; timer != null; timer = slots[slot]) {
                disarm(timer);
            }
        }
    }

    /** Fires every timer whose deadline has come. */
    public void advance(long now) {
        long target = now / TICK_NANOS;
        if (target - tick >= SLOTS) {
            // After a long sleep one round visits every slot; more would visit them again.
            tick = target - SLOTS;
        }
        while (tick < target) {
            tick++;
            fire((int) (tick % SLOTS), now);
        }
    }

    private void fire(int slot, long now) {
        Timer timer = slots[slot];
        while (timer != null) {
            // A timer that fires may disarm the one behind it; disarm moves the cursor on then.
            cursor = timer.next;
            if (timer.deadline <= now) {
                disarm(timer);
                timer.expired(now);
            }
            timer = cursor;
        }
    }

    /** Nanoseconds until a timer may fire; {@link Long#MAX_VALUE} if none is armed. */
    public long untilNext(long now) {
        if (armed == 0) {
            return Long.MAX_VALUE;
        }
        int from = (int) ((tick + 1) % SLOTS);
        long word = occupied[from >> 6] & (-1L << from);
        int index = from >> 6;
        for (int i = 0; i <= occupied.length; i++) {
            if (word != 0) {
                int slot = (index << 6) + Long.numberOfTrailingZeros(word);
                long ticks = Math.floorMod(slot - from, SLOTS) + 1L;
                return Math.max(0, (tick + ticks) * TICK_NANOS - now);
            }
            index = (index + 1) % occupied.length;
            word = occupied[index];
        }
        throw new IllegalStateException(armed + " timers are armed but no slot is occupied");
    }

    /** How many timers are armed. */
    public int armed() {
        return armed;
    }

    private static long ceilingTick(long nanos) {
        return (nanos + TICK_NANOS - 1) / TICK_NANOS;
    }
}
