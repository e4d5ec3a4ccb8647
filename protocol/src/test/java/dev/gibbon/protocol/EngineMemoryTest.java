package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.Engine.Event;
import dev.gibbon.testkit.Hex;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an engine holds for a peer that means ill, and what it allocates for one that does not. */
class EngineMemoryTest {
    private static final Limits LARGE = new Limits(1 << 30, 1 << 30, 1 << 20);

    private final CountingPool pool = new CountingPool(0);

    private Engine client(Limits limits) {
        return new Engine(Role.CLIENT, limits, Delivery.WHOLE, pool, () -> 0);
    }

    private static void feed(Engine engine, String hex) {
        assertThat(engine.next(Hex.buffer(hex))).isEqualTo(Event.NEEDS_BYTES);
    }

    @Test
    void claimsReserveNothing() {
        Engine client = client(LARGE);
        feed(client, "82 7f 0000000040000000");
        assertThat(client.heldBytes()).isZero();
        feed(client, "00");
        assertThat(client.heldBytes()).isEqualTo(256);
        assertThat(client.directTarget()).isNull();
        feed(client, "00*255");
        assertThat(client.heldBytes()).isEqualTo(256);
        feed(client, "00");
        assertThat(client.heldBytes()).isLessThanOrEqualTo(4 * 257);
        client.release();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void aLargeMessageStaysWithinFourTimesWhatCame() {
        Engine client = client(LARGE);
        feed(client, "82 7f 0000000002000000");
        int come = 0;
        byte[] chunk = new byte[1460];
        while (come < 1 << 25) {
            ByteBuffer target = client.directTarget();
            int count = Math.min(chunk.length, (1 << 25) - come);
            Event event;
            if (target == null) {
                event = client.next(ByteBuffer.wrap(chunk, 0, count));
            } else {
                count = Math.min(count, target.remaining());
                event = client.filled(count);
            }
            come += count;
            assertThat(client.heldBytes()).isLessThanOrEqualTo(Math.max(256, 4 * (come + 1)));
            assertThat(event).isEqualTo(come < 1 << 25 ? Event.NEEDS_BYTES : Event.MESSAGE);
        }
        assertThat(client.heldBytes()).isEqualTo(1 << 25);
        assertThat(pool.acquired()).isLessThan(12);
        feed(client, "");
        assertThat(client.heldBytes()).isZero();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void roomAheadLastsAsLongAsTheRead() {
        Engine client = client(LARGE);
        feed(client, "82 7f 0000000000100000");
        ByteBuffer target = client.directTarget(1 << 20);
        assertThat(target.remaining()).isEqualTo(1 << 20);
        assertThat(client.filled(0)).isEqualTo(Event.NEEDS_BYTES);
        assertThat(client.heldBytes()).isZero();
        client.directTarget(1 << 20).put((byte) 1).put((byte) 2);
        assertThat(client.filled(2)).isEqualTo(Event.NEEDS_BYTES);
        assertThat(client.heldBytes()).isEqualTo(256);
        target = client.directTarget(1 << 20);
        assertThat(target.get(0)).isEqualTo((byte) 1);
        assertThat(target.get(1)).isEqualTo((byte) 2);
        assertThat(target.position()).isEqualTo(2);
        // A quarter has come: the buffer stays, and the rest goes there.
        assertThat(client.filled((1 << 18) - 2)).isEqualTo(Event.NEEDS_BYTES);
        assertThat(client.heldBytes()).isEqualTo(1 << 20);
        int acquired = pool.acquired();
        assertThat(client.directTarget(1 << 20).remaining()).isEqualTo(3 << 18);
        assertThat(client.filled(3 << 18)).isEqualTo(Event.MESSAGE);
        assertThat(client.payloadLength()).isEqualTo(1 << 20);
        assertThat(client.payloadBuffer().get(1)).isEqualTo((byte) 2);
        assertThat(pool.acquired()).isEqualTo(acquired);
        feed(client, "");
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void roomAheadIsNoMoreThanTheFrameOrTheWish() {
        Engine client = client(LARGE);
        feed(client, "82 7e a000");
        assertThat(client.directTarget(1 << 20).remaining()).isEqualTo(0xa000);
        client.release();
        assertThat(pool.outstanding()).isZero();
        Engine other = client(LARGE);
        feed(other, "82 7f 0000000040000000 00*300");
        ByteBuffer target = other.directTarget(1 << 16);
        assertThat(target.remaining()).isEqualTo((1 << 16) - 300);
        assertThat(other.filled(target.remaining())).isEqualTo(Event.NEEDS_BYTES);
        assertThat(other.heldBytes()).isEqualTo(1 << 16);
        other.release();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void tinyFragmentsCostAByteEach() {
        Engine client = client(LARGE);
        feed(client, "02 00");
        for (int i = 1; i <= 100_000; i++) {
            feed(client, "00 01 07");
            assertThat(client.heldBytes()).isLessThanOrEqualTo(Math.max(256, 2 * i));
        }
        assertThat(client.next(Hex.buffer("80 00"))).isEqualTo(Event.MESSAGE);
        assertThat(client.payloadLength()).isEqualTo(100_000);
        client.release();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void emptyFragmentsCostNothing() {
        Engine client = client(Limits.DEFAULT);
        feed(client, "01 00");
        for (int i = 1; i < 131_071; i++) {
            feed(client, "00 00");
        }
        assertThat(client.heldBytes()).isZero();
        assertThat(pool.acquired()).isZero();
        assertThat(client.next(Hex.buffer("80 00 01 00"))).isEqualTo(Event.MESSAGE);
    }

    @Test
    void controlFramesInPiecesHoldOneSmallBuffer() {
        Engine client = client(Limits.DEFAULT);
        for (int i = 0; i < 1000; i++) {
            feed(client, "89 7d 00*100");
            assertThat(client.heldBytes()).isLessThanOrEqualTo(256);
            assertThat(client.next(Hex.buffer("00*25"))).isEqualTo(Event.PING);
        }
        client.release();
        assertThat(pool.outstanding()).isZero();
        assertThat(pool.most()).isLessThanOrEqualTo(256);
    }

    /** Buffers that are kept, as a loop's pool would: nothing is allocated when one is asked for. */
    private static final class Kept implements BufferPool {
        private final List<ByteBuffer> free = new ArrayList<>();

        @Override
        public ByteBuffer acquire(int minimumCapacity) {
            return free.isEmpty() ? ByteBuffer.allocateDirect(1 << 18) : free.remove(free.size() - 1);
        }

        @Override
        public void release(ByteBuffer buffer) {
            free.add(buffer);
        }
    }

    private static final class Case {
        private final Engine engine;
        private final ByteBuffer wire;
        private final int piece;
        private final int limit;

        Case(Role role, Delivery delivery, String hex, int piece) {
            this.engine = new Engine(role, Limits.DEFAULT, delivery, new Kept(), () -> 0);
            byte[] bytes = Hex.bytes(hex);
            // With a key of 0 the wire stays as it is when it is unmasked in place.
            byte[] masked = role == Role.SERVER ? Transcript.masked(bytes, 0) : bytes;
            this.wire = ByteBuffer.allocateDirect(masked.length).put(masked).flip();
            this.limit = masked.length;
            this.piece = piece;
        }

        int run() {
            int events = 0;
            for (int to = 0; to < limit; ) {
                int from = to;
                to = Math.min(limit, from + piece);
                wire.limit(to).position(from);
                Event event;
                while ((event = engine.next(wire)) != Event.NEEDS_BYTES) {
                    if (event == Event.FAILED || engine.payloadLength() < 0) {
                        throw new AssertionError(engine.failure());
                    }
                    events++;
                }
            }
            return events;
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void allocatesNothingForMessages(Role role) {
        String mixed = "81 7e 0190 " + "e4 b8 ad 61 62 c3 a9 f0 9f 98 80 63 64 65 66 67 ".repeat(25);
        String all = "82 10 00*16  81 7d 61*125  82 7e 0400 00*1024  81 00  89 04 00*4  " + mixed
                + " 01 02 'He' 8a 00 80 03 'llo'";
        for (Case one : List.of(
                new Case(role, Delivery.WHOLE, all, Integer.MAX_VALUE),
                new Case(role, Delivery.WHOLE, all, 100),
                new Case(role, Delivery.WHOLE, all, 1),
                new Case(role, Delivery.PARTS, all, 333))) {
            assertAllocatesNothing(one);
        }
    }

    private static void assertAllocatesNothing(Case one) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rounds = 3000;
        // The first rounds may still allocate: classes, profiles, code that is not compiled yet. The best of many
        // counts.
        double least = Double.MAX_VALUE;
        for (int attempt = 0; attempt < 10 && least >= 1; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long events = 0;
            for (int i = 0; i < rounds; i++) {
                events += one.run();
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(events).isGreaterThanOrEqualTo(8L * rounds);
            least = Math.min(least, (double) allocated / events);
        }
        assertThat(least).as("bytes a message").isLessThan(1);
    }

    @Test
    void allocatesNothingForFramesThatGoOut() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer out = ByteBuffer.allocateDirect(4096);
        ByteBuffer payload = ByteBuffer.allocateDirect(1000);
        for (Role role : Role.values()) {
            var engine = new Engine(role, Limits.DEFAULT, Delivery.WHOLE, BufferPool.heap(), () -> 7);
            double least = Double.MAX_VALUE;
            for (int attempt = 0; attempt < 10 && least >= 1; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 5000; i++) {
                    engine.writeFrame(out.clear(), Opcode.BINARY, true, false, payload);
                }
                least = (threads.getCurrentThreadAllocatedBytes() - before) / 5000.0;
            }
            assertThat(least).as("bytes a frame, %s", role).isLessThan(1);
        }
    }
}
