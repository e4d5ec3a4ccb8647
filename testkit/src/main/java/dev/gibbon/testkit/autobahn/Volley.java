package dev.gibbon.testkit.autobahn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a case sends between two waits: encoded in one go, handed over in pieces. For one thread. */
final class Volley {
    private final FrameEncoder encoder;
    private final List<Step.Send> sends = new ArrayList<>();
    private int[] cuts = new int[16];
    private int cutCount;

    Volley(FrameEncoder encoder) {
        this.encoder = encoder;
    }

    void add(Step.Send send) {
        sends.add(send);
    }

    boolean isEmpty() {
        return sends.isEmpty();
    }

    void sendTo(Subject subject, Cutting cutting) throws IOException {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (Step.Send send : sends) {
            for (Frame frame : send.frames()) {
                int from = joined.size();
                joined.writeBytes(encoder.encode(frame));
                cutOwn(send.cut(), from, joined.size());
            }
        }
        byte[] octets = joined.toByteArray();
        int from = 0;
        for (int cut : cuts(cutting, octets.length)) {
            if (cut > from) {
                subject.send(octets, from, cut);
                from = cut;
            }
        }
    }

    private void cutOwn(int cut, int from, int to) {
        if (cut == Step.Send.JOINED) {
            return;
        }
        int step = cut == Step.Send.APART ? to - from : cut;
        // Nothing that was joined before goes with a frame that is cut.
        cutAt(from);
        for (int at = from + step; at < to; at += step) {
            cutAt(at);
        }
        cutAt(to);
    }

    private void cutAt(int at) {
        if (cutCount == cuts.length) {
            cuts = Arrays.copyOf(cuts, 2 * cutCount);
        }
        cuts[cutCount++] = at;
    }

    private int[] cuts(Cutting cutting, int length) {
        return switch (cutting) {
            case OWN -> {
                cutAt(length);
                yield Arrays.copyOf(cuts, cutCount);
            }
            case WHOLE -> new int[] {length};
            case HALVED -> new int[] {length / 2, length};
            case OCTETS -> {
                int[] all = new int[length];
                Arrays.setAll(all, i -> i + 1);
                yield all;
            }
        };
    }
}
