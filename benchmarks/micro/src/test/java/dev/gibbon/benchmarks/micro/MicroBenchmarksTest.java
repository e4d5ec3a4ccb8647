package dev.gibbon.benchmarks.micro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.Masking;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** That the benchmarks run, and that what they compare does the same. Never how fast it is. */
class MicroBenchmarksTest {
    /** Each benchmark for a moment with each of its parameters, in this process: one that throws ends it. */
    @Test
    void allOfThemRun() throws Exception {
        var options = new OptionsBuilder()
                .include(MicroBenchmarks.class.getPackageName())
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        assertThat(BenchmarkList.defaultList()).isNotNull();
        assertThat(new Runner(options).run()).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary", "ascii", "mixed"})
    void theEngineAndTheBareLoopEchoTheSame(String kind) {
        for (int size : new int[] {16, 125, 1024}) {
            var benchmark = new EngineBenchmark();
            benchmark.kind = kind;
            benchmark.size = size;
            benchmark.frame();
            ByteBuffer bare = copy(benchmark.bare());
            assertThat(copy(benchmark.engine())).isEqualTo(bare);
            assertThat(bare.remaining()).isEqualTo(EngineBenchmark.FRAMES * (size + (size < 126 ? 2 : 4)));
            byte[] first = new byte[size];
            bare.get(size < 126 ? 2 : 4, first);
            assertThat(first).isEqualTo(Payloads.of(kind, size));
        }
    }

    private static ByteBuffer copy(ByteBuffer written) {
        ByteBuffer view = written.duplicate().flip();
        return ByteBuffer.allocate(view.remaining()).put(view).flip();
    }

    @Test
    void fanOutPutsTheSameIntoEachQueue() {
        var benchmark = new FanOutBenchmark();
        benchmark.connections = 3;
        benchmark.open();
        ByteBuffer once = copy(benchmark.framedOnce()[2]);
        assertThat(copy(benchmark.framedForEach()[0])).isEqualTo(once);
    }

    @Test
    void maskingIsUndoneByTheNextRound() {
        ByteBuffer text = ByteBuffer.wrap(Payloads.of("ascii", 125));
        Masking.apply(text, 0, 125, 0x37FA213D, 0);
        assertThat(Masking.applyAndCheck(text, 0, 125, 0x37FA213D, 0)).isTrue();
        assertThat(text.array()).isEqualTo(Payloads.of("ascii", 125));
    }
}
