package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTest {
    @TempDir
    Path root;

    @Test
    void readsResidentMemory() throws IOException {
        Files.createDirectories(root.resolve("42"));
        Files.writeString(
                root.resolve("42/status"), "Name:\tjava\nVmPeak:\t  9 kB\nVmRSS:\t   53124 kB\nThreads:\t1\n");
        assertThat(new Proc(root).residentBytes(42)).isEqualTo(53124 * 1024L);
    }

    @Test
    void sumsUpTheTimeOfCompilerThreads() throws IOException {
        thread(43, "43 (C2 CompilerThre) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0 9");
        thread(44, "44 (C1 CompilerThre) S 1 2 3 4 5 6 7 8 9 10 20 5 0 0 20 0 9");
        thread(45, "45 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 999 999 0 0 20 0 9");
        assertThat(new Proc(root).compilerSeconds(42)).isEqualTo(2.0);
        assertThat(Proc.cpuSeconds("45 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 100 1 0"))
                .isEqualTo(1.01);
        assertThatThrownBy(() -> Proc.cpuSeconds("45 (a) S 1 2"))
                .isInstanceOf(IOException.class)
                .hasMessage("no line of a process: 45 (a) S 1 2");
    }

    /** A thread may end between any two steps, and so may the process; the run goes on. */
    @Test
    void threadsAndProcessesMayEndMeanwhile() throws IOException {
        thread(43, "43 (C2 CompilerThre) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 9");
        Files.createDirectories(root.resolve("42/task/44"));
        Files.createDirectories(root.resolve("42/task/45/stat"));
        assertThat(new Proc(root).compilerSeconds(42)).isEqualTo(2.0);
        assertThat(new Proc(root).compilerSeconds(46)).isZero();
    }

    private void thread(int id, String stat) throws IOException {
        Path folder = Files.createDirectories(root.resolve("42/task").resolve(Integer.toString(id)));
        Files.writeString(folder.resolve("stat"), stat + "\n");
    }

    @Test
    void aProcessWithoutMemoryIsNone() {
        // A zombie has no such line.
        assertThatThrownBy(() -> Proc.residentBytes("Name:\tjava\nState:\tZ (zombie)\n"))
                .isInstanceOf(IOException.class)
                .hasMessage("no resident memory is told of the process");
    }

    @Test
    void readsListsOfProcessors() throws IOException {
        assertThat(Proc.processorList("0-3,8,10-11\n")).containsExactly(0, 1, 2, 3, 8, 10, 11);
        assertThat(Proc.processorList("5")).containsExactly(5);
        assertThat(Proc.processorList("")).isEmpty();
        assertThatThrownBy(() -> Proc.processorList("a-b"))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a number in /proc and found a");
    }

    @Test
    void readsWhatThisProcessMayUse() throws IOException {
        Files.createDirectories(root.resolve("self"));
        Files.writeString(root.resolve("self/status"), "Cpus_allowed:\t5\nCpus_allowed_list:\t0,2\n");
        assertThat(new Proc(root).allowedProcessors()).containsExactly(0, 2);
    }

    @Test
    void readsTheMachine() throws IOException {
        Files.writeString(root.resolve("meminfo"), "MemTotal:  100 kB\nMemAvailable:  50 kB\n");
        Files.writeString(root.resolve("cpuinfo"), "processor\t: 0\nmodel name\t: A Fast One @ 3 GHz\n");
        Proc proc = new Proc(root);
        assertThat(proc.availableBytes()).hasValue(50 * 1024);
        assertThat(proc.processorModel()).isEqualTo("A Fast One @ 3 GHz");
        assertThat(proc.isThere()).isFalse();
    }
}
