package dev.gibbon.benchmarks.micro;

import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.Opcode;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Parses and writes headers, 16 of them one behind the other.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeaderBenchmark {
    static final int HEADERS = 16;

    /** Payload that they announce: one for each form of length. */
    @Param({"125", "1024", "65536"})
    public long length = 125;

    private final FrameHeader header = new FrameHeader();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(HEADERS * FrameHeader.MAX_LENGTH);

    /** Writes what {@link #parse} parses. */
    @Setup
    public void fill() {
        write();
    }

    /** Reads masked headers. */
    @Benchmark
    @OperationsPerInvocation(HEADERS)
    public long parse() {
        ByteBuffer in = bytes.position(0);
        long sum = 0;
        while (header.parse(in)) {
            sum += header.payloadLength() ^ header.key();
        }
        return sum;
    }

    /** Writes masked headers. */
    @Benchmark
    @OperationsPerInvocation(HEADERS)
    public ByteBuffer write() {
        bytes.clear();
        for (int i = 0; i < HEADERS; i++) {
            FrameHeader.encode(bytes, true, 0, Opcode.BINARY, true, 0x37FA213D, length);
        }
        return bytes.flip();
    }
}
