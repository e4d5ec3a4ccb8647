package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.protocol.Engine.Event;
import dev.gibbon.testkit.Hex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine's doors one by one: the mask rule, the lifecycle, views of payloads, large payloads, the tap. */
class EngineTest {
    private final CountingPool pool = new CountingPool();
    private final List<Engine> engines = new ArrayList<>();

    private Engine engine(Role role, Limits limits, Delivery delivery) {
        var engine = new Engine(role, limits, delivery, pool, () -> 0x01020304);
        engines.add(engine);
        return engine;
    }

    private Engine engine(Role role) {
        return engine(role, Limits.DEFAULT, Delivery.WHOLE);
    }

    @AfterEach
    void nothingIsLeft() {
        engines.forEach(Engine::release);
        assertThat(pool.outstanding()).isZero();
    }

    private static Event feed(Engine engine, String hex) {
        return engine.next(Hex.buffer(hex));
    }

    private static String payload(Engine engine) {
        return Hex.of(payloadBytes(engine));
    }

    private static byte[] payloadBytes(Engine engine) {
        byte[] payload = new byte[engine.payloadLength()];
        engine.payloadBuffer().get(engine.payloadOffset(), payload);
        return payload;
    }

    // ---- masks

    @Test
    void serverWantsMasks() {
        Engine server = engine(Role.SERVER);
        assertThat(feed(server, "81 00")).isEqualTo(Event.FAILED);
        assertThat(server.failure()).isEqualTo(FrameRule.MASK_MISSING.failure());
        Engine half = engine(Role.SERVER);
        assertThat(feed(half, "82")).isEqualTo(Event.NEEDS_BYTES);
        assertThat(feed(half, "7e")).isEqualTo(Event.FAILED);
        Engine control = engine(Role.SERVER);
        assertThat(feed(control, "89 00")).isEqualTo(Event.FAILED);
        assertThat(control.failure()).isEqualTo(FrameRule.MASK_MISSING.failure());
    }

    @Test
    void clientWantsNone() {
        Engine client = engine(Role.CLIENT);
        assertThat(feed(client, "88 80 00 00 00 00")).isEqualTo(Event.FAILED);
        assertThat(client.failure()).isEqualTo(FrameRule.MASK_FORBIDDEN.failure());
        Engine half = engine(Role.CLIENT);
        assertThat(feed(half, "82 81")).isEqualTo(Event.FAILED);
    }

    @Test
    void everyFrameHasAKeyOfItsOwn() {
        var recorder = new Recorder(Role.SERVER, Limits.DEFAULT, Delivery.WHOLE, true);
        recorder.feed("81 85 37 fa 21 3d 7f 9f 4d 51 58  82 82 00 00 00 00 01 02  89 81 ff 00 00 00 00");
        assertThat(recorder.lines()).containsExactly("TEXT Hello", "BINARY 01 02", "PING ff");
        recorder.end();
    }

    // ---- lifecycle

    @Test
    void weCloseFirst() {
        Engine server = engine(Role.SERVER);
        ByteBuffer out = ByteBuffer.allocate(200);
        assertThat(server.state()).isEqualTo(CloseState.OPEN);
        server.writeClose(out, 1001, "away");
        assertThat(Hex.of(out.flip())).isEqualTo(Hex.of(Hex.bytes("88 06 03 e9 'away'")));
        assertThat(server.state()).isEqualTo(CloseState.CLOSE_SENT);
        assertThatThrownBy(() -> server.writeFrame(out.clear(), Opcode.TEXT, true, false, Hex.buffer("")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> server.writeClose(out.clear(), 1000, "")).isInstanceOf(IllegalStateException.class);
        assertThat(out.position()).isZero();
        // What the peer sent before its Close still comes, and its Ping is still answered.
        assertThat(feed(server, "81 81 00 00 00 00 'a'")).isEqualTo(Event.MESSAGE);
        assertThat(feed(server, "89 80 00 00 00 00")).isEqualTo(Event.PING);
        server.writeFrame(out, Opcode.PONG, true, false, Hex.buffer(""));
        assertThat(feed(server, "88 82 00 00 00 00 03 e9")).isEqualTo(Event.CLOSE);
        assertThat(server.state()).isEqualTo(CloseState.CLOSED);
        assertThat(server.endOfStream()).isTrue();
        assertThat(server.state()).isEqualTo(CloseState.CLOSED);
    }

    @Test
    void thePeerClosesFirst() {
        Engine client = engine(Role.CLIENT);
        assertThat(client.closeCode()).isZero();
        assertThat(client.closeReason()).isEmpty();
        assertThat(feed(client, "88 00")).isEqualTo(Event.CLOSE);
        assertThat(client.closeCode()).isEqualTo(1005);
        assertThat(client.closeReason()).isEmpty();
        assertThat(client.state()).isEqualTo(CloseState.CLOSE_RECEIVED);
        ByteBuffer out = ByteBuffer.allocate(20);
        client.writeClose(out, CloseCode.NO_STATUS, "");
        assertThat(Hex.of(out.flip())).isEqualTo("88 80 01 02 03 04");
        assertThat(client.state()).isEqualTo(CloseState.CLOSED);
        assertThat(feed(client, "81 01 'x'")).isEqualTo(Event.NEEDS_BYTES);
    }

    @Test
    void faultsLeaveOurCloseToSend() {
        Engine client = engine(Role.CLIENT);
        ByteBuffer in = Hex.buffer("c1 00  81 01 'x'");
        assertThat(client.failure()).isNull();
        assertThat(client.next(in)).isEqualTo(Event.FAILED);
        assertThat(client.state()).isEqualTo(CloseState.FAILED);
        assertThat(client.next(in)).isEqualTo(Event.NEEDS_BYTES);
        assertThat(in.hasRemaining()).isFalse();
        Failure failure = client.failure();
        ByteBuffer out = ByteBuffer.allocate(200);
        client.writeClose(out, failure.code(), failure.reason());
        assertThat(client.state()).isEqualTo(CloseState.CLOSED);
        assertThat(client.endOfStream()).isFalse();
    }

    @Test
    void aFaultAfterOurCloseEndsAll() {
        Engine client = engine(Role.CLIENT);
        client.writeClose(ByteBuffer.allocate(20), 1000, "");
        assertThat(feed(client, "83 00")).isEqualTo(Event.FAILED);
        assertThat(client.failure()).isNotNull();
        assertThat(client.state()).isEqualTo(CloseState.CLOSED);
    }

    @Test
    void endOfStream() {
        Engine open = engine(Role.CLIENT);
        feed(open, "82 7e 0100 01");
        assertThat(open.heldBytes()).isPositive();
        assertThat(open.endOfStream()).isFalse();
        assertThat(open.heldBytes()).isZero();
        assertThat(open.state()).isEqualTo(CloseState.FAILED);
        assertThat(open.failure()).isNull();
        assertThat(feed(open, "81 00")).isEqualTo(Event.NEEDS_BYTES);

        Engine closing = engine(Role.CLIENT);
        closing.writeClose(ByteBuffer.allocate(20), 1000, "");
        assertThat(closing.endOfStream()).isFalse();
        assertThat(closing.state()).isEqualTo(CloseState.CLOSED);

        Engine closed = engine(Role.CLIENT);
        feed(closed, "88 02 03 e8");
        assertThat(closed.endOfStream()).isTrue();
        assertThat(closed.endOfStream()).isTrue();
        assertThat(closed.state()).isEqualTo(CloseState.CLOSE_RECEIVED);
    }

    // ---- views

    @Test
    void wholeMessagesAreViewsOfTheCallersBuffer() {
        Engine client = engine(Role.CLIENT);
        ByteBuffer in = Hex.buffer("82 02 01 02  89 01 07  82 00");
        assertThat(client.next(in)).isEqualTo(Event.MESSAGE);
        assertThat(client.payloadBuffer()).isSameAs(in);
        assertThat(client.payloadOffset()).isEqualTo(2);
        assertThat(client.payloadLength()).isEqualTo(2);
        assertThat(in.position()).isEqualTo(4);
        assertThat(client.next(in)).isEqualTo(Event.PING);
        assertThat(client.payloadBuffer()).isSameAs(in);
        assertThat(payload(client)).isEqualTo("07");
        assertThat(client.next(in)).isEqualTo(Event.MESSAGE);
        assertThat(client.payloadLength()).isZero();
        assertThat(pool.acquired()).isZero();
    }

    @Test
    void assembledMessagesAreLentUntilTheNextCall() {
        Engine client = engine(Role.CLIENT);
        assertThat(feed(client, "02 01 01")).isEqualTo(Event.NEEDS_BYTES);
        ByteBuffer in = Hex.buffer("80 01 02  82 01 03");
        assertThat(client.next(in)).isEqualTo(Event.MESSAGE);
        assertThat(client.payloadBuffer()).isNotSameAs(in);
        assertThat(payload(client)).isEqualTo("01 02");
        assertThat(client.heldBytes()).isPositive();
        assertThat(client.next(in)).isEqualTo(Event.MESSAGE);
        assertThat(client.heldBytes()).isZero();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void aControlFrameInPiecesLeavesTheMessageAlone() {
        Engine client = engine(Role.CLIENT);
        feed(client, "02 01 01  89 04 0a 0b");
        ByteBuffer in = Hex.buffer("0c 0d  80 01 02");
        assertThat(client.next(in)).isEqualTo(Event.PING);
        assertThat(payload(client)).isEqualTo("0a 0b 0c 0d");
        assertThat(pool.outstanding()).isEqualTo(2);
        assertThat(client.next(in)).isEqualTo(Event.MESSAGE);
        assertThat(payload(client)).isEqualTo("01 02");
        assertThat(pool.outstanding()).isEqualTo(1);
        assertThat(feed(client, "")).isEqualTo(Event.NEEDS_BYTES);
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void whatIsHeldGoesBackOnCloseAndFault() {
        Engine closed = engine(Role.CLIENT);
        feed(closed, "02 05 01 02 03 04 05  88 04 03 e8 'a'");
        assertThat(pool.outstanding()).isEqualTo(2);
        assertThat(feed(closed, "'b'")).isEqualTo(Event.CLOSE);
        assertThat(closed.closeReason()).isEqualTo("ab");
        assertThat(pool.outstanding()).isZero();

        Engine failed = engine(Role.CLIENT);
        feed(failed, "02 05 01 02 03 04 05  89 04 'a'");
        assertThat(feed(failed, "'bcd' 81")).isEqualTo(Event.PING);
        assertThat(feed(failed, "81 00")).isEqualTo(Event.FAILED);
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void releaseAtAnyMoment() {
        Engine client = engine(Role.CLIENT);
        feed(client, "02 01 01");
        assertThat(feed(client, "80 01 02")).isEqualTo(Event.MESSAGE);
        client.release();
        assertThat(pool.outstanding()).isZero();
        assertThat(client.payloadLength()).isZero();
        client.release();
        assertThat(client.heldBytes()).isZero();
    }

    // ---- parts

    @Test
    void partsComeAsTheyArrive() {
        Engine client = engine(Role.CLIENT, Limits.DEFAULT, Delivery.PARTS);
        ByteBuffer in = Hex.buffer("01 05 'abc'");
        assertThat(client.next(in)).isEqualTo(Event.PART);
        assertThat(client.payloadBuffer()).isSameAs(in);
        assertThat(client.isText()).isTrue();
        assertThat(client.isFirstPart()).isTrue();
        assertThat(client.isLastPart()).isFalse();
        assertThat(client.next(in)).isEqualTo(Event.NEEDS_BYTES);
        in = Hex.buffer("'de'  00 00  89 00  80 00  82 00");
        assertThat(client.next(in)).isEqualTo(Event.PART);
        assertThat(payload(client)).isEqualTo(Hex.of(Hex.bytes("'de'")));
        assertThat(client.isFirstPart() || client.isLastPart()).isFalse();
        assertThat(client.next(in)).isEqualTo(Event.PING);
        assertThat(client.next(in)).isEqualTo(Event.PART);
        assertThat(client.payloadLength()).isZero();
        assertThat(client.isFirstPart()).isFalse();
        assertThat(client.isLastPart()).isTrue();
        assertThat(client.next(in)).isEqualTo(Event.PART);
        assertThat(client.isText()).isFalse();
        assertThat(client.isFirstPart() && client.isLastPart()).isTrue();
        assertThat(client.next(in)).isEqualTo(Event.NEEDS_BYTES);
        assertThat(client.directTarget()).isNull();
        assertThat(pool.acquired()).isZero();
    }

    @Test
    void partsMayBeLongerThanAnyArray() {
        var limits = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, 1);
        Engine client = engine(Role.CLIENT, limits, Delivery.PARTS);
        assertThat(feed(client, "82 7f 7fffffffffffffff 00*50")).isEqualTo(Event.PART);
        assertThat(client.payloadLength()).isEqualTo(50);
        assertThat(client.isLastPart()).isFalse();
        assertThat(client.directTarget()).isNull();
        assertThatThrownBy(() -> client.filled(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine(Role.CLIENT, limits, Delivery.WHOLE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Delivery.PARTS");
    }

    // ---- large payloads

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 % 127);
        }
        return bytes;
    }

    @Test
    void directTargetTakesTheRestOfALargePayload() {
        for (Opcode opcode : List.of(Opcode.TEXT, Opcode.BINARY)) {
            for (boolean masked : new boolean[] {false, true}) {
                Engine engine = engine(masked ? Role.SERVER : Role.CLIENT);
                byte[] payload = pattern(1 << 20);
                ByteBuffer wire = ByteBuffer.allocate(payload.length + 14);
                new Engine(masked ? Role.CLIENT : Role.SERVER, Limits.DEFAULT, Delivery.WHOLE, pool, () -> 0x99AABBCC)
                        .writeFrame(wire, opcode, true, false, payload, 0, payload.length);
                wire.flip();
                int limit = wire.limit();
                assertThat(engine.directTarget()).isNull();
                assertThat(engine.next(wire.limit(10_001))).isEqualTo(Event.NEEDS_BYTES);
                wire.limit(limit);
                Event event = Event.NEEDS_BYTES;
                int turns = 0;
                ByteBuffer target;
                while ((target = engine.directTarget()) != null) {
                    int have = target.position();
                    assertThat(target.limit()).isLessThanOrEqualTo(payload.length);
                    assertThat(target.limit()).isLessThanOrEqualTo(4 * have + 4 + 7);
                    int count = Math.min(target.remaining(), 50_001);
                    target.put(target.position(), wire, wire.position(), count);
                    wire.position(wire.position() + count);
                    event = engine.filled(count);
                    turns++;
                }
                assertThat(turns).isBetween(10, 40);
                if (event == Event.NEEDS_BYTES) {
                    event = engine.next(wire);
                }
                assertThat(event).isEqualTo(Event.MESSAGE);
                assertThat(engine.isText()).isEqualTo(opcode == Opcode.TEXT);
                assertThat(payloadBytes(engine)).isEqualTo(payload);
                assertThat(wire.hasRemaining()).isFalse();
                assertThat(feed(engine, "")).isEqualTo(Event.NEEDS_BYTES);
                assertThat(engine.heldBytes()).isZero();
            }
        }
    }

    @Test
    void directTargetIsOfferedAboveItsThresholds() {
        // 8 KiB have come, 32 KiB are missing.
        assertThat(offers(8 * 1024 + 32 * 1024, 8 * 1024)).isTrue();
        assertThat(offers(8 * 1024 + 32 * 1024, 8 * 1024 - 1)).isFalse();
        assertThat(offers(8 * 1024 + 32 * 1024 - 1, 8 * 1024)).isFalse();
        assertThat(offers(8 * 1024 + 32 * 1024, 8 * 1024 + 1)).isFalse();
        assertThat(offers(1 << 20, 0)).isFalse();
    }

    private boolean offers(int length, int come) {
        Engine client = engine(Role.CLIENT);
        ByteBuffer in = ByteBuffer.allocate(come + 10);
        FrameHeader.encode(in, true, 0, Opcode.BINARY, false, 0, length);
        assertThat(client.next(in.limit(in.position() + come).position(0))).isEqualTo(Event.NEEDS_BYTES);
        return client.directTarget() != null;
    }

    @Test
    void directTargetIsNotForOtherMoments() {
        Engine client = engine(Role.CLIENT);
        feed(client, "02 7e 4000 00*16384"); // between two fragments
        assertThat(client.directTarget()).isNull();
        feed(client, "89 05 00"); // inside a Ping
        assertThat(client.directTarget()).isNull();
        assertThatThrownBy(() -> client.filled(1)).isInstanceOf(IllegalStateException.class);
        assertThat(feed(client, "00*4")).isEqualTo(Event.PING);
        feed(client, "80 7e ff"); // inside a header
        assertThat(client.directTarget()).isNull();
        feed(client, "ff 00");
        assertThat(client.directTarget()).isNotNull();
        assertThat(feed(client, "00*65534")).isEqualTo(Event.MESSAGE);
        assertThat(client.payloadLength()).isEqualTo(16384 + 65535);
        assertThat(client.directTarget()).isNull();
        client.release();
        assertThat(client.directTarget()).isNull();
    }

    @Test
    void filledChecksItsCount() {
        Engine client = engine(Role.CLIENT);
        feed(client, "82 7f 0000000000020000 00*20000");
        ByteBuffer target = client.directTarget();
        assertThatThrownBy(() -> client.filled(-1)).isInstanceOf(IllegalArgumentException.class);
        int room = target.remaining();
        assertThatThrownBy(() -> client.filled(room + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("room for " + room);
        assertThat(client.filled(0)).isEqualTo(Event.NEEDS_BYTES);
        assertThat(client.filled(room)).isEqualTo(Event.NEEDS_BYTES);
    }

    @Test
    void filledFailsAtWrongText() {
        Engine client = engine(Role.CLIENT);
        feed(client, "81 7f 0000000000020000 61*20000");
        ByteBuffer target = client.directTarget();
        target.put((byte) 'a').put((byte) 0xC3);
        assertThat(client.filled(2)).isEqualTo(Event.NEEDS_BYTES);
        client.directTarget().put((byte) 'b');
        assertThat(client.filled(1)).isEqualTo(Event.FAILED);
        assertThat(client.failure()).isEqualTo(FrameRule.TEXT_UTF8.failure());
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void filledEndsAFragment() {
        Engine client = engine(Role.CLIENT, Limits.DEFAULT, Delivery.WHOLE);
        feed(client, "02 7e ffff 00*16400");
        int missing = 65535 - 16400;
        while (missing > 0) {
            ByteBuffer target = client.directTarget();
            if (target == null) {
                break;
            }
            int count = target.remaining();
            missing -= count;
            assertThat(client.filled(count)).isEqualTo(Event.NEEDS_BYTES);
        }
        assertThat(client.directTarget()).isNull();
        assertThat(client.next(ByteBuffer.allocate(missing))).isEqualTo(Event.NEEDS_BYTES);
        assertThat(feed(client, "80 01 ff")).isEqualTo(Event.MESSAGE);
        assertThat(client.payloadLength()).isEqualTo(65536);
    }

    // ---- tap

    private static final class Seen implements FrameTap {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void header(boolean incoming, FrameHeader header) {
            lines.add("%s %x fin=%b masked=%b key=%08x length=%d"
                    .formatted(
                            incoming ? "in" : "out",
                            header.opcodeBits(),
                            header.fin(),
                            header.masked(),
                            header.key(),
                            header.payloadLength()));
        }

        @Override
        public void payload(boolean incoming, ByteBuffer raw, int offset, int length) {
            byte[] bytes = new byte[length];
            raw.get(offset, bytes);
            lines.add((incoming ? "in " : "out ") + (length > 99 ? length + " bytes" : Hex.of(bytes)));
        }
    }

    @Test
    void tapSeesFramesAsTheyAreOnTheWire() {
        Engine server = engine(Role.SERVER);
        var seen = new Seen();
        server.tap(seen);
        assertThat(feed(server, "81 85 37 fa 21 3d 7f 9f 4d 51 58")).isEqualTo(Event.MESSAGE);
        feed(server, "89 82 01 02 03 04 ff");
        assertThat(feed(server, "ff")).isEqualTo(Event.PING);
        feed(server, "02 81 00 00 00 00 07 80 82 ff ff ff ff 00");
        assertThat(feed(server, "01")).isEqualTo(Event.MESSAGE);
        ByteBuffer out = ByteBuffer.allocate(300);
        server.writeFrame(out, Opcode.PONG, true, false, Hex.buffer("fe fd"));
        server.writeHeader(out, Opcode.TEXT, true, false, 5);
        server.writeClose(out, 1000, "");
        assertThat(feed(server, "83 80 00 00 00 00")).isEqualTo(Event.FAILED);
        assertThat(seen.lines)
                .containsExactly(
                        "in 1 fin=true masked=true key=37fa213d length=5",
                        "in 7f 9f 4d 51 58",
                        "in 9 fin=true masked=true key=01020304 length=2",
                        "in ff",
                        "in ff",
                        "in 2 fin=false masked=true key=00000000 length=1",
                        "in 07",
                        "in 0 fin=true masked=true key=ffffffff length=2",
                        "in 00",
                        "in 01",
                        "out a fin=true masked=false key=00000000 length=2",
                        "out fe fd",
                        "out 1 fin=true masked=false key=00000000 length=5",
                        "out 8 fin=true masked=false key=00000000 length=2",
                        "out 03 e8",
                        "in 3 fin=true masked=true key=00000000 length=0");
        server.tap(null);
        assertThat(feed(server, "81 80 00 00 00 00")).isEqualTo(Event.NEEDS_BYTES);
        assertThat(seen.lines).hasSize(16);
    }

    @Test
    void tapSeesAClientsMaskAndDirectReads() {
        Engine client = engine(Role.CLIENT);
        var seen = new Seen();
        client.tap(seen);
        ByteBuffer out = ByteBuffer.allocate(100);
        client.writeFrame(out, Opcode.BINARY, true, false, new byte[] {9, 0, 0, 0, 0}, 1, 4);
        client.writeFrame(out, Opcode.PING, true, false, Hex.buffer(""));
        feed(client, "82 7f 0000000000020000 00*20000");
        client.directTarget();
        client.filled(200);
        client.filled(0);
        assertThat(seen.lines)
                .containsExactly(
                        "out 2 fin=true masked=true key=01020304 length=4",
                        "out 01 02 03 04",
                        "out 9 fin=true masked=true key=01020304 length=0",
                        "in 2 fin=true masked=false key=00000000 length=131072",
                        "in 20000 bytes",
                        "in 200 bytes");
    }
}
