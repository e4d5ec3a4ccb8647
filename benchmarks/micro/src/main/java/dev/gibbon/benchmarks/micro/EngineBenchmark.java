package dev.gibbon.benchmarks.micro;

import dev.gibbon.protocol.BufferPool;
import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Masking;
import dev.gibbon.protocol.Opcode;
import dev.gibbon.protocol.Role;
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
 * The echo of small messages as a server does it, without a socket: 16 masked frames in one direct buffer are parsed, judged,
 * unmasked, checked, handed out and framed into another buffer. {@link #bare} does it without any rule: what is between them is what
 * correctness costs. The frames arrive anew for each round, because they are unmasked where they lie.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineBenchmark {
    static final int FRAMES = 16;

    private static final int CONNECTIONS = 64;
    private static final int KEY = 0x37FA213D;

    /** Kind of payload. */
    @Param({"binary", "ascii", "mixed"})
    public String kind = "binary";

    /** Its size in bytes. */
    @Param({"16", "125", "1024"})
    public int size = 16;

    private final BareLoop bare = new BareLoop();
    private final Engine[] engines = new Engine[CONNECTIONS];
    private ByteBuffer masked = ByteBuffer.allocate(0);
    private ByteBuffer in = ByteBuffer.allocate(0);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private int turn;

    /** Frames the messages. */
    @Setup
    public void frame() {
        byte[] payload = Payloads.of(kind, size);
        Opcode opcode = kind.equals("binary") ? Opcode.BINARY : Opcode.TEXT;
        masked = ByteBuffer.allocateDirect(FRAMES * (FrameHeader.MAX_LENGTH + size));
        for (int i = 0; i < FRAMES; i++) {
            FrameHeader.encode(masked, true, 0, opcode, true, KEY, size);
            int at = masked.position();
            masked.put(payload);
            Masking.apply(masked, at, at + size, KEY, 0);
        }
        masked.flip();
        in = ByteBuffer.allocateDirect(1 << 18);
        out = ByteBuffer.allocateDirect(1 << 18);
        for (int i = 0; i < CONNECTIONS; i++) {
            engines[i] = new Engine(Role.SERVER, Limits.DEFAULT, Delivery.WHOLE, BufferPool.heap(), () -> 0);
        }
    }

    private ByteBuffer arrive() {
        return in.clear().put(0, masked, 0, masked.limit()).limit(masked.limit());
    }

    /** The engine's echo, each round on another connection. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public ByteBuffer engine() {
        Engine engine = engines[turn++ & CONNECTIONS - 1];
        ByteBuffer bytes = arrive();
        out.clear();
        while (engine.next(bytes) == Engine.Event.MESSAGE) {
            Opcode opcode = engine.isText() ? Opcode.TEXT : Opcode.BINARY;
            engine.writeFrame(
                    out, opcode, true, false, engine.payloadBuffer(), engine.payloadOffset(), engine.payloadLength());
        }
        return out;
    }

    /** The bare loop's. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public ByteBuffer bare() {
        ByteBuffer bytes = arrive();
        out.clear();
        while (bare.echo(bytes, out)) {
            // One frame after the other.
        }
        return out;
    }

    /** What both cost beside: the frames are copied to where they would arrive. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public ByteBuffer arrival() {
        out.clear();
        return arrive();
    }
}
