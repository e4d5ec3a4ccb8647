package dev.gibbon.cli.soak;

import dev.gibbon.EventLoops;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** All clients. They are dealt out to rooms in turn, and those of a room to the nodes. */
final class Crowd implements AutoCloseable {
    /** So many enter at a time, so that no node has to refuse newcomers. */
    private static final int ENTERING = 100;

    /** A client that has so much unacknowledged says nothing more for now. */
    private static final int MOST_UNACKNOWLEDGED = 16;

    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Duration LONGEST_CUT = Duration.ofSeconds(2);
    /** Between two cuts of some connections. */
    private static final Duration CUT_EVERY = Duration.ofMillis(500);

    /** Of so many connections one is cut at a time. */
    private static final int CUT_ONE_OF = 200;

    private final EventLoops loops;
    private final int rooms;
    private final Ledger ledger;
    private final Outages outages = new Outages();
    private final List<Participant> all = new ArrayList<>();
    private int cuts;

    Crowd(int connections, int rooms) {
        this.rooms = rooms;
        ledger = new Ledger(rooms);
        for (int i = 0; i < connections; i++) {
            all.add(new Participant(i % rooms, ledger, outages));
        }
        loops = EventLoops.builder().daemon(true).start();
    }

    Ledger ledger() {
        return ledger;
    }

    Outages outages() {
        return outages;
    }

    int cuts() {
        return cuts;
    }

    /** All enter their rooms. */
    void enter(List<URI> nodes, Duration patience) throws SoakFailedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (int i = 0; i < all.size(); i++) {
            all.get(i).enter(loops, nodes, i / rooms % nodes.size(), i);
            int before = i - ENTERING;
            await(() -> before < 0 || all.get(before).present(), deadline);
        }
        if (!await(() -> all.stream().allMatch(Participant::present), deadline)) {
            long present = all.stream().filter(Participant::present).count();
            throw new SoakFailedException("only " + present + " of " + all.size()
                    + " clients have entered their rooms within " + patience.toSeconds() + " s" + refusals());
        }
    }

    /** Clients drawn by chance say something, so many a second, until the deadline. */
    void publish(int rate, long deadline, SplittableRandom random) {
        long begin = System.nanoTime();
        for (long next = 0; System.nanoTime() - deadline < 0; next++) {
            long due = begin + next * 1_000_000_000L / rate;
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            Participant who = all.get(random.nextInt(all.size()));
            if (who.unacknowledged() < MOST_UNACKNOWLEDGED) {
                who.say();
            }
        }
    }

    /** Connections drawn by chance are cut all the time, until the deadline. */
    void cutSome(long deadline, SplittableRandom random) {
        while (System.nanoTime() - deadline < 0) {
            for (int i = 0; i <= all.size() / CUT_ONE_OF; i++) {
                all.get(random.nextInt(all.size())).cut(Duration.ofMillis(random.nextLong(LONGEST_CUT.toMillis())));
                cuts++;
            }
            LockSupport.parkNanos(CUT_EVERY.toNanos());
        }
    }

    /** The engine answers again. */
    void engineIsBack(Fault.Row row) {
        outages.engineIsBack(row);
        all.forEach(participant -> participant.engineIsBack(row));
    }

    /** Nobody says anything more: waits until all have everything, and a little for what comes too often. Returns whether they have. */
    boolean becomesQuiet(Duration patience) {
        boolean quiet =
                await(() -> all.stream().allMatch(Participant::hasEverything), System.nanoTime() + patience.toNanos());
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        return quiet;
    }

    /** Who has not everything, in words. */
    String laggards() {
        long without =
                all.stream().filter(participant -> !participant.present()).count();
        long waiting = all.stream()
                .filter(participant -> participant.unacknowledged() > 0)
                .count();
        long behind =
                all.stream().filter(participant -> !participant.hasEverything()).count();
        return behind + " clients have not everything: " + without + " of them are in no room, and " + waiting
                + " wait for acknowledgements" + refusals();
    }

    private String refusals() {
        return all.stream()
                .map(Participant::refusal)
                .filter(Objects::nonNull)
                .findFirst()
                .map(refusal -> "; a node refused: " + refusal)
                .orElse("");
    }

    /** Compares each client's record with what was published. */
    Verdict verdict() {
        return Verdict.of(ledger, rooms, all.stream().map(Participant::record).toList());
    }

    private static boolean await(BooleanSupplier done, long deadline) {
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    /** All go. */
    @Override
    public void close() {
        all.forEach(Participant::close);
        loops.close();
    }
}
