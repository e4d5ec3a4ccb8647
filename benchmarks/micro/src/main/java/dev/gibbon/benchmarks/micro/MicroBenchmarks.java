package dev.gibbon.benchmarks.micro;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.Main;

/**
 * Runs the benchmarks of this package: the arguments are a pattern of names and JMH's own options ({@code -h} lists them). Without
 * options a run takes a second or two for each line of its table, which is enough to compare, not to publish.
 */
public final class MicroBenchmarks {
    /** One process for each benchmark, one second to warm up, one to measure; whoever wants more says so. */
    private static final List<String> QUICK = List.of("-f", "1", "-wi", "5", "-w", "200ms", "-i", "5", "-r", "200ms");

    private MicroBenchmarks() {}

    /**
     * Runs JMH.
     *
     * @param args what JMH takes
     * @throws Exception what JMH throws
     */
    public static void main(String[] args) throws Exception {
        boolean options = Arrays.stream(args).anyMatch(argument -> argument.startsWith("-"));
        List<String> all = new ArrayList<>(List.of(args));
        if (!options) {
            all.addAll(QUICK);
        }
        Main.main(all.toArray(new String[0]));
    }
}
