package dev.gibbon.benchmarks.micro;

import dev.gibbon.protocol.Utf8Validator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * Validates text; beside it what the JDK takes to decode it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Utf8Benchmark {
    /** What is written in it. */
    @Param({"ascii", "chinese", "emoji", "mixed"})
    public String kind = "ascii";

    /** Bytes. */
    @Param({"125", "1024", "65536"})
    public int size = 125;

    private final Utf8Validator validator = new Utf8Validator();
    private byte[] bytes = {};
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /** Fills the buffer. */
    @Setup
    public void fill() {
        bytes = Payloads.of(kind, size);
        buffer = Payloads.buffer(bytes, true);
    }

    /** By the validator, in a direct buffer. */
    @Benchmark
    public boolean validate() {
        validator.reset();
        return validator.feed(buffer, 0, size) && validator.complete();
    }

    /** By the JDK, into a string. */
    @Benchmark
    public String decode() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
