package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What Linux tells in {@code /proc}. Elsewhere there is nothing to read, and the figures that need it are left out. (The
 * processor time of a server is read by the generator, at the very edges of its window.)
 */
final class Proc {
    /** Steps a second: what {@code USER_HZ} has been for ever. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private final Path root;

    /** Reads below a folder: {@code /proc}, or a test's. */
    Proc(Path root) {
        this.root = root;
    }

    /** The machine's own. */
    static Proc ofMachine() {
        return new Proc(Path.of("/proc"));
    }

    /** Whether there is anything to read. */
    boolean isThere() {
        return Files.isReadable(root.resolve("stat"));
    }

    /** Resident memory of a process, in bytes. */
    long residentBytes(long pid) throws IOException {
        return residentBytes(read(root.resolve(Long.toString(pid)).resolve("status")));
    }

    /** The same, of the text of such a file. */
    static long residentBytes(String status) throws IOException {
        return kibibytes(status, "VmRSS")
                .orElseThrow(() -> new IOException("no resident memory is told of the process"));
    }

    /**
     * Processor time of a JVM's compiler threads, in seconds, in steps of 10 ms. Threads that have ended are not in it, so it may become
     * less; 0 for a process that has ended.
     */
    double compilerSeconds(long pid) {
        double sum = 0;
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(root.resolve(Long.toString(pid)).resolve("task"))) {
            for (Path thread : threads) {
                try {
                    String stat = read(thread.resolve("stat"));
                    if (stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler")) {
                        sum += cpuSeconds(stat);
                    }
                } catch (IOException ended) {
                    // Before it was opened (no such file) or before it was read (no such process).
                }
            }
        } catch (IOException | DirectoryIteratorException ended) {
            // Whoever loads the process will notice.
        }
        return sum;
    }

    /** User and system time of a process or thread, in seconds, of the text of such a file. */
    static double cpuSeconds(String stat) throws IOException {
        // The name in parentheses may hold blanks and parentheses itself; after the last one come plain fields.
        int end = stat.lastIndexOf(')');
        String[] fields = stat.substring(end + 1).strip().split(" +", -1);
        if (end < 0 || fields.length <= SYSTEM_TIME) {
            throw new IOException("no line of a process: " + stat.strip());
        }
        return (number(fields[USER_TIME]) + number(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
    }

    /** Memory that could be had without swapping, in bytes. */
    OptionalLong availableBytes() throws IOException {
        return kibibytes(read(root.resolve("meminfo")), "MemAvailable");
    }

    /** The processors this process may run on, in order. */
    List<Integer> allowedProcessors() throws IOException {
        String status = read(root.resolve("self").resolve("status"));
        for (String line : status.split("\n", -1)) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return processorList(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return List.of();
    }

    /** The numbers of a list such as {@code 0-3,8}. */
    static List<Integer> processorList(String list) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (String part : list.strip().split(",", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int dash = part.indexOf('-');
            int first = (int) number(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : (int) number(part.substring(dash + 1));
            for (int i = first; i <= last; i++) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    /** The model of the first processor. */
    String processorModel() throws IOException {
        for (String line : read(root.resolve("cpuinfo")).split("\n", -1)) {
            if (line.startsWith("model name")) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return "unknown";
    }

    private static OptionalLong kibibytes(String text, String field) throws IOException {
        for (String line : text.split("\n", -1)) {
            if (line.startsWith(field + ":")) {
                String[] words = line.substring(field.length() + 1).strip().split(" +", -1);
                return OptionalLong.of(number(words[0]) * 1024);
            }
        }
        return OptionalLong.empty();
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException fault) {
            throw new IOException("expected a number in /proc and found " + text, fault);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
