package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.deflate.DeflatePool;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Natives that are counted. One of each kind is kept and lent again, so that what is left in it shows. */
final class FuzzNatives implements DeflatePool {
    private final Set<Object> out = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable Deflater deflater;
    private @Nullable Inflater inflater;

    @Override
    public Deflater deflater(int level) {
        // Each run has one level.
        Deflater lent = deflater == null ? new Deflater(level, true) : deflater;
        deflater = null;
        out.add(lent);
        return lent;
    }

    @Override
    public void release(Deflater returned) {
        takeBack(returned);
        deflater = returned;
    }

    @Override
    public void discard(Deflater returned) {
        takeBack(returned);
        returned.end();
    }

    @Override
    public Inflater inflater() {
        Inflater lent = inflater == null ? new Inflater(true) : inflater;
        inflater = null;
        out.add(lent);
        return lent;
    }

    @Override
    public void release(Inflater returned) {
        takeBack(returned);
        inflater = returned;
    }

    @Override
    public void discard(Inflater returned) {
        takeBack(returned);
        returned.end();
    }

    private void takeBack(Object loan) {
        Oracle.holds("a native that was lent, and not given back before", out.remove(loan));
    }

    int outstanding() {
        return out.size();
    }

    void end() {
        Oracle.same("natives not given back", 0, out.size());
        if (deflater != null) {
            deflater.end();
        }
        if (inflater != null) {
            inflater.end();
        }
    }
}
