package dev.gibbon.benchmarks.micro;

import dev.gibbon.protocol.BufferPool;
import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Opcode;
import dev.gibbon.protocol.Role;
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
 * One message to many connections: framed once and put as it is into the queue of each, as a group does it; beside it, framed anew for each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FanOutBenchmark {
    /** How many. */
    @Param({"1", "100", "1000"})
    public int connections = 1;

    /** Bytes of the message. */
    @Param({"125", "1024"})
    public int size = 125;

    private ByteBuffer payload = ByteBuffer.allocate(0);
    private ByteBuffer shared = ByteBuffer.allocate(0);
    private ByteBuffer[] queues = {};
    private Engine[] engines = {};

    /** Makes the connections. */
    @Setup
    public void open() {
        payload = Payloads.buffer(Payloads.of("ascii", size), true);
        shared = ByteBuffer.allocateDirect(FrameHeader.MAX_LENGTH + size);
        queues = new ByteBuffer[connections];
        engines = new Engine[connections];
        for (int i = 0; i < connections; i++) {
            queues[i] = ByteBuffer.allocateDirect(FrameHeader.MAX_LENGTH + size);
            engines[i] = new Engine(Role.SERVER, Limits.DEFAULT, Delivery.WHOLE, BufferPool.heap(), () -> 0);
        }
    }

    /** Framed once. */
    @Benchmark
    public ByteBuffer[] framedOnce() {
        FrameHeader.encode(shared.clear(), true, 0, Opcode.TEXT, false, 0, size);
        shared.put(payload.rewind()).flip();
        int length = shared.limit();
        for (ByteBuffer queue : queues) {
            queue.clear().put(0, shared, 0, length).position(length);
        }
        return queues;
    }

    /** Framed for each. */
    @Benchmark
    public ByteBuffer[] framedForEach() {
        for (int i = 0; i < queues.length; i++) {
            engines[i].writeFrame(queues[i].clear(), Opcode.TEXT, true, false, payload, 0, size);
        }
        return queues;
    }
}
