package dev.gibbon.protocol.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs what the fuzzer found worth keeping, and the seeds, as plain tests; and a few thousand changes of them, always the same. */
class FuzzReplayTest {
    private static final int CHANGED = 3000;
    /** Enough for a change to matter, little enough for thousands of them in seconds. */
    private static final int LARGEST_CHANGED = 400;

    @ParameterizedTest
    @EnumSource
    void seeds(Target target) {
        run(target, target.seeds());
    }

    @ParameterizedTest
    @EnumSource
    void corpus(Target target) {
        List<byte[]> corpus = Corpus.of(target.lowerCaseName());
        assertThat(corpus).hasSizeGreaterThan(10);
        run(target, corpus);
    }

    @ParameterizedTest
    @EnumSource
    void changedCorpus(Target target) {
        List<byte[]> corpus = new ArrayList<>(Corpus.of(target.lowerCaseName()));
        // Scripts of frames make long streams: a hundred of them would take longer than all the others.
        corpus.removeIf(input -> input.length > LARGEST_CHANGED
                || (target == Target.FRAMES && FuzzInput.of(input).option(3)));
        Random random = new Random(20_260_101);
        List<byte[]> changed = new ArrayList<>();
        for (int i = 0; i < CHANGED; i++) {
            changed.add(change(corpus.get(random.nextInt(corpus.size())), corpus, random));
        }
        run(target, changed);
    }

    private static byte[] change(byte[] input, List<byte[]> corpus, Random random) {
        byte[] changed = input.clone();
        for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(4)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> changed[at] = (byte) random.nextInt(256);
                case 2 -> changed = Arrays.copyOf(changed, at);
                default -> {
                    byte[] other = corpus.get(random.nextInt(corpus.size()));
                    int from = random.nextInt(other.length + 1);
                    byte[] joined = Arrays.copyOf(changed, at + other.length - from);
                    System.arraycopy(other, from, joined, at, other.length - from);
                    changed = joined;
                }
            }
        }
        return changed;
    }

    private static void run(Target target, List<byte[]> inputs) {
        for (byte[] input : inputs) {
            try {
                target.run(input);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(target + " with " + HexFormat.of().formatHex(input), e);
            }
        }
    }
}
