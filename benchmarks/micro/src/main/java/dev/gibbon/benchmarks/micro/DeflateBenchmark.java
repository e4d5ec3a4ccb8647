package dev.gibbon.benchmarks.micro;

import dev.gibbon.protocol.deflate.DeflatePool;
import dev.gibbon.protocol.deflate.MessageDeflater;
import dev.gibbon.protocol.deflate.MessageDeflater.Flush;
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
import org.openjdk.jmh.annotations.TearDown;

/**
 * Deflates messages of JSON, each from a buffer outside of the heap into another one. Without context takeover zlib clears its tables
 * for each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DeflateBenchmark {
    /** zlib's. */
    @Param({"1", "4", "5", "6", "9"})
    public int level = 6;

    /** Whether messages refer to earlier ones. */
    @Param({"false", "true"})
    public boolean takeover;

    /** Bytes. */
    @Param({"1024", "16384"})
    public int size = 1024;

    private ByteBuffer in = ByteBuffer.allocate(0);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private MessageDeflater deflater = new MessageDeflater(DeflatePool.unpooled(), 6, 15, false);

    /** Makes the message. */
    @Setup
    public void fill() {
        in = Payloads.buffer(Payloads.of("json", size), true);
        out = ByteBuffer.allocateDirect((int) MessageDeflater.bound(size, 15));
        deflater = new MessageDeflater(new OneOfEach(level), level, 15, takeover);
    }

    /** One message. */
    @Benchmark
    public int deflate() {
        out.clear();
        if (!deflater.deflate(in.rewind(), out, Flush.MESSAGE)) {
            throw new IllegalStateException("the message does not fit");
        }
        return out.position();
    }

    /** Gives its native memory back. */
    @TearDown
    public void release() {
        deflater.release();
    }
}
