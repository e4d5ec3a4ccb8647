package dev.gibbon.benchmarks.micro;

import dev.gibbon.protocol.deflate.MessageDeflater;
import dev.gibbon.protocol.deflate.MessageInflater;
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
 * Inflates messages of JSON, each from a buffer outside of the heap into another one. They refer to nothing before; with takeover the
 * window is kept all the same.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class InflateBenchmark {
    /** Whether the window is kept. */
    @Param({"false", "true"})
    public boolean takeover;

    /** Bytes of the message. */
    @Param({"1024", "16384"})
    public int size = 1024;

    private final OneOfEach pool = new OneOfEach(6);
    private ByteBuffer in = ByteBuffer.allocate(0);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private MessageInflater inflater = new MessageInflater(pool, false);

    /** Makes the message. */
    @Setup
    public void fill() {
        byte[] deflated = MessageDeflater.whole(pool, 6, 15, ByteBuffer.wrap(Payloads.of("json", size)));
        in = Payloads.buffer(deflated, true);
        out = ByteBuffer.allocateDirect(2 * size);
        inflater = new MessageInflater(pool, takeover);
    }

    /** One message. */
    @Benchmark
    public int inflate() {
        int length = inflater.inflate(in.rewind(), out, 0, out.capacity());
        if (length != size || !inflater.end()) {
            throw new IllegalStateException("inflated to " + length + " bytes");
        }
        return length;
    }

    /** Gives its native memory back. */
    @TearDown
    public void release() {
        inflater.release();
        pool.close();
    }
}
