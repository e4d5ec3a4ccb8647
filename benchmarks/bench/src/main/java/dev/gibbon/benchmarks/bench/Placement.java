package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Which processors the servers and the generator run on, and with which priority: words to put in front of their commands. The
 * programs named there become the command, so the process keeps its id.
 *
 * @param server words in front of a server's command
 * @param generator words in front of the generator's
 * @param inWords what was done, or why not, for the report
 */
record Placement(List<String> server, List<String> generator, String inWords) {
    private static final String HIGHEST_PRIORITY = "-20";
    private static final int PROGRAM_DEADLINE_SECONDS = 10;

    /** Nothing in front. */
    static final Placement NONE = new Placement(List.of(), List.of(), "not pinned");

    /**
     * What this machine allows.
     *
     * @param loops how many processors a server is to have
     */
    static Placement ofMachine(int loops) throws IOException, InterruptedException {
        List<String> priority =
                succeeds("nice", "-n", HIGHEST_PRIORITY, "true") ? List.of("nice", "-n", HIGHEST_PRIORITY) : List.of();
        String told = priority.isEmpty() ? "normal priority" : "raised priority";
        Proc proc = Proc.ofMachine();
        if (!proc.isThere() || !succeeds("taskset", "-c", first(proc), "true")) {
            return new Placement(priority, priority, "not pinned to cores (there is no taskset), " + told);
        }
        return of(proc.allowedProcessors(), Placement::siblings, loops, priority, told);
    }

    /**
     * The choice itself: the servers on the first cores, the generator on the next one, and never on the other half of a core
     * that a server has when that can be helped.
     */
    static Placement of(List<Integer> allowed, Siblings siblings, int loops, List<String> priority, String told) {
        List<Integer> free = new ArrayList<>(allowed);
        List<Integer> server = new ArrayList<>();
        List<Integer> beside = new ArrayList<>();
        while (server.size() < loops && !free.isEmpty()) {
            Integer next = free.get(0);
            free.subList(0, 1).clear();
            server.add(next);
            for (Integer sibling : siblings.of(next)) {
                if (free.removeIf(sibling::equals)) {
                    beside.add(sibling);
                }
            }
        }
        Collection<Integer> rest = free.isEmpty() ? beside : free;
        if (server.size() < loops || rest.isEmpty()) {
            String lack = "not pinned to cores (" + allowed.size() + " allowed, " + (loops + 1) + " needed), ";
            return new Placement(priority, priority, lack + told);
        }
        Integer generator = rest.iterator().next();
        String half = free.isEmpty() ? " (two halves of one core)" : "";
        return new Placement(
                pinned(priority, server),
                pinned(priority, List.of(generator)),
                "servers on core " + list(server) + ", load on core " + generator + half + ", " + told);
    }

    private static List<String> pinned(List<String> priority, List<Integer> cores) {
        List<String> words = new ArrayList<>(priority);
        words.addAll(List.of("taskset", "-c", list(cores)));
        return List.copyOf(words);
    }

    private static String list(List<Integer> cores) {
        return cores.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String first(Proc proc) throws IOException {
        List<Integer> allowed = proc.allowedProcessors();
        return allowed.isEmpty() ? "0" : allowed.get(0).toString();
    }

    private static List<Integer> siblings(int processor) {
        Path file = Path.of("/sys/devices/system/cpu/cpu" + processor + "/topology/thread_siblings_list");
        try {
            return Proc.processorList(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException untold) {
            return List.of();
        }
    }

    /** Whether a program is there, and does it without a word. */
    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            boolean silent = process.getInputStream().read() < 0;
            return process.waitFor(PROGRAM_DEADLINE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 && silent;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Tells which processors share a core. */
    @FunctionalInterface
    interface Siblings {
        /** All processors of the core that this one belongs to, itself included or not. */
        List<Integer> of(int processor);
    }
}
