package dev.gibbon.protocol.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A pool that knows what is out, refuses what it did not lend, checks that what comes back for reuse was reset, and lends it again, so
 * that anything left in it shows.
 */
public final class CountingNatives implements DeflatePool {
    private final ArrayDeque<Deflater> deflaters = new ArrayDeque<>();
    private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>();
    private final Set<Object> out = Collections.newSetFromMap(new IdentityHashMap<>());
    private int made;
    private int lent;
    private int discarded;
    private int level = -1;

    @Override
    public Deflater deflater(int wanted) {
        if (level != wanted) {
            deflaters.forEach(Deflater::end);
            deflaters.clear();
            level = wanted;
        }
        Deflater deflater = deflaters.poll();
        if (deflater == null) {
            deflater = new Deflater(wanted, true);
            made++;
        }
        lent++;
        out.add(deflater);
        return deflater;
    }

    @Override
    public void release(Deflater deflater) {
        takeBack(deflater);
        assertThat(deflater.getBytesRead()).as("reset").isZero();
        assertThat(deflater.needsInput()).isTrue();
        deflaters.push(deflater);
    }

    @Override
    public void discard(Deflater deflater) {
        takeBack(deflater);
        discarded++;
        deflater.end();
    }

    @Override
    public Inflater inflater() {
        Inflater inflater = inflaters.poll();
        if (inflater == null) {
            inflater = new Inflater(true);
            made++;
        }
        lent++;
        out.add(inflater);
        return inflater;
    }

    @Override
    public void release(Inflater inflater) {
        takeBack(inflater);
        assertThat(inflater.getBytesRead()).as("reset").isZero();
        assertThat(inflater.getRemaining()).as("without input").isZero();
        inflaters.push(inflater);
    }

    @Override
    public void discard(Inflater inflater) {
        takeBack(inflater);
        discarded++;
        inflater.end();
    }

    private void takeBack(Object loan) {
        assertThat(out.remove(loan)).as("lent, and not given back before").isTrue();
    }

    /** Natives that are out. */
    public int outstanding() {
        return out.size();
    }

    /** All loans so far. */
    public int lent() {
        return lent;
    }

    /** Natives made so far. */
    public int made() {
        return made;
    }

    /** Natives that came back to be ended. */
    public int discarded() {
        return discarded;
    }

    /** The end of a test: nothing is out; ends what is kept. */
    public void end() {
        assertThat(out).as("natives not given back").isEmpty();
        deflaters.forEach(Deflater::end);
        inflaters.forEach(Inflater::end);
        deflaters.clear();
        inflaters.clear();
    }
}
