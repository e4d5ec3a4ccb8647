package dev.gibbon.benchmarks.micro;

import dev.gibbon.protocol.Masking;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Masks in place, with and without looking for ASCII in the same pass. What one round masks the next one unmasks.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MaskingBenchmark {
    private static final int KEY = 0x37FA213D;

    /** Bytes. */
    @Param({"16", "125", "1024", "65536"})
    public int size = 16;

    /** Whether they lie outside of the heap. */
    @Param({"true", "false"})
    public boolean direct = true;

    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /** Fills the buffer. */
    @Setup
    public void fill() {
        buffer = Payloads.buffer(Payloads.of("ascii", size), direct);
    }

    /** Of binary data. */
    @Benchmark
    public ByteBuffer apply() {
        Masking.apply(buffer, 0, size, KEY, 0);
        return buffer;
    }

    /** Of text. */
    @Benchmark
    public boolean applyAndCheck() {
        return Masking.applyAndCheck(buffer, 0, size, KEY, 0);
    }
}
