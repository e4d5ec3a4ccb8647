package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.Engine.Event;
import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.CountingNatives;
import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.protocol.deflate.DeflatePool;
import dev.gibbon.protocol.deflate.MessageDeflater;
import dev.gibbon.testkit.Hex;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Compressed messages as wire transcripts: both roles, whole and in parts, in any split, with and without takeover. */
class EngineInflateTest {
    private static final String RESERVED = "FAILED 1002 a reserved bit is set and no extension was agreed that uses it";
    private static final String COMPRESSED_BIT = "FAILED 1002 RSV1 belongs to the first frame of a compressed message";
    private static final String BAD_DATA = "FAILED 1007 a compressed message is not valid DEFLATE data";
    private static final String BAD_TEXT = "FAILED 1007 a text message is not UTF-8";

    private static void receives(String hex, String... events) {
        receives(Limits.DEFAULT, hex, events);
    }

    private static void receives(Limits limits, String hex, String... events) {
        Transcript.receives(limits, DeflateParameters.TAKEOVER, hex, events);
        Transcript.receives(limits, DeflateParameters.NO_TAKEOVER, hex, events);
    }

    private static Limits limit(long message) {
        return Limits.DEFAULT.withMaxMessageBytes(message);
    }

    /** A frame without a mask. */
    private static String frame(int first, byte[] payload) {
        String length = payload.length < 126
                ? "%02x ".formatted(payload.length)
                : payload.length < 65_536 ? "7e%04x ".formatted(payload.length) : "7f%016x ".formatted(payload.length);
        return "%02x ".formatted(first) + length + Hex.of(payload) + " ";
    }

    private static byte[] deflate(byte[] message) {
        return MessageDeflater.whole(DeflatePool.unpooled(), 9, 15, ByteBuffer.wrap(message));
    }

    private static String compressed(int first, byte[] message) {
        return frame(first, deflate(message));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("RFC 7692, 7.2.3.1: one block, whole and in fragments")
    void oneBlock() {
        receives("c1 07 f2 48 cd c9 c9 07 00", "TEXT Hello");
        receives("c2 07 f2 48 cd c9 c9 07 00", "BINARY 48 65 6c 6c 6f");
        receives("41 03 f2 48 cd 80 04 c9 c9 07 00", "TEXT Hello");
    }

    @Test
    @DisplayName("RFC 7692, 7.2.3.2: the context of the message before")
    void sharesTheWindow() {
        String hello = "c1 07 f2 48 cd c9 c9 07 00 ";
        Transcript.receives(
                Limits.DEFAULT, DeflateParameters.TAKEOVER, hello + "c1 05 f2 00 11 00 00", "TEXT Hello", "TEXT Hello");
        Transcript.receives(
                Limits.DEFAULT, DeflateParameters.NO_TAKEOVER, hello + "c1 05 f2 00 11 00 00", "TEXT Hello", BAD_DATA);
        receives(hello + hello, "TEXT Hello", "TEXT Hello");
    }

    @Test
    @DisplayName("RFC 7692, 7.2.3.3 to 7.2.3.6; Z-07, Z-07b, Z-15: stored blocks, last blocks, two blocks, nothing")
    void otherExamples() {
        receives("c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00", "TEXT Hello");
        receives("c1 08 f3 48 cd c9 c9 07 00 00", "TEXT Hello");
        receives("c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "TEXT Hello");
        receives("c1 01 00", "TEXT");
        receives(
                "c1 01 00 c1 08 f3 48 cd c9 c9 07 00 00 c1 07 f2 48 cd c9 c9 07 00",
                "TEXT",
                "TEXT Hello",
                "TEXT Hello");
        // A finished stream without the octet that the RFC adds; then others.
        receives("c1 07 f3 48 cd c9 c9 07 00 c1 07 f2 48 cd c9 c9 07 00 c1 01 00", "TEXT Hello", "TEXT Hello", "TEXT");
        // Two streams in one message, in fragments.
        receives("41 04 f3 48 cd c9 00 05 c9 07 00 f3 48 80 05 cd c9 c9 07 00", "TEXT HelloHello");
    }

    @Test
    @DisplayName("Z-09: messages of nothing, fragments of nothing, and nothing at all")
    void empty() {
        receives("c1 00", "TEXT");
        receives("c2 00 c1 00", "BINARY", "TEXT");
        receives("41 00 80 00", "TEXT");
        receives("41 00 00 00 80 01 00", "TEXT");
        receives("41 00 00 03 f2 48 cd 00 00 00 04 c9 c9 07 00 80 00", "TEXT Hello");
        receives("42 05 00 00 00 ff ff 80 01 00", "BINARY");
        receives("c1 02 03 00 c1 00 81 00", "TEXT", "TEXT", "TEXT");
    }

    @Test
    @DisplayName("Z-10: RSV1 on a continuation, a control frame, and without an agreement")
    void reservedBits() {
        receives("41 03 f2 48 cd c0 04 c9 c9 07 00", COMPRESSED_BIT);
        receives("01 01 61 c0 01 62", COMPRESSED_BIT);
        receives("c9 00", COMPRESSED_BIT);
        receives("ca 00", COMPRESSED_BIT);
        receives("c8 02 03 e8", COMPRESSED_BIT);
        receives("41 03 f2 48 cd c9 00", COMPRESSED_BIT);
        receives("a1 00", RESERVED);
        receives("91 00", RESERVED);
        receives("e1 00", RESERVED);
        receives("d1 00", RESERVED);
        receives("f1 00", RESERVED);
        Transcript.receives("c1 07 f2 48 cd c9 c9 07 00", RESERVED);
    }

    @Test
    void otherRulesStay() {
        receives("c0 00", COMPRESSED_BIT);
        receives("41 00 c1 00", "FAILED 1002 a new message began before the fragmented one had ended");
        receives("c3 00", "FAILED 1002 reserved opcode");
    }

    @Test
    @DisplayName("messages that are not compressed, between, before and behind compressed ones")
    void mixed() {
        receives(
                "81 05 48 65 6c 6c 6f c1 07 f2 48 cd c9 c9 07 00 81 02 68 69 82 00 c2 01 00 01 01 61 80 01 62 81 00",
                "TEXT Hello",
                "TEXT Hello",
                "TEXT hi",
                "BINARY",
                "BINARY",
                "TEXT ab",
                "TEXT");
    }

    @Test
    @DisplayName("Z-17, X-04: control frames between fragments reset nothing")
    void controlFramesBetween() {
        receives(
                "41 03 f2 48 cd 89 01 70 8a 00 00 01 c9 89 00 80 03 c9 07 00 89 00",
                "PING 70",
                "PONG ",
                "PING ",
                "TEXT Hello",
                "PING ");
        receives("41 03 f2 48 cd 88 02 03 e8", "CLOSE 1000");
        receives("41 03 f2 48 cd 88 01 03", "FAILED 1002 a close payload is empty or begins with a 2-byte code");
    }

    @Test
    @DisplayName("Z-06a to Z-06e: bad data fails with 1007, at the octet where it is bad")
    void badData() {
        receives("c1 01 06", BAD_DATA);
        receives("c2 7e 0400 06", BAD_DATA);
        receives("42 7e 0400 f2 00 11 00 00", BAD_DATA);
        receives("c1 05 00 05 00 00 00", BAD_DATA);
        receives("c1 06 00 05 00 fa ff 48", BAD_DATA);
        receives("41 03 f2 48 cd 80 03 c9 c9 07", "TEXT Hello");
        receives("c1 06 f3 48 cd c9 c9 07", BAD_DATA);
        receives("c1 08 f3 48 cd c9 c9 07 00 ff", BAD_DATA);
        receives("81 01 61 c1 01 06 81 01 62", "TEXT a", BAD_DATA);
    }

    @Test
    @DisplayName("UTF-8 of what was inflated, at the first wrong octet")
    void text() {
        String text = "\u00fc\u4e2d\ud83d\ude00 text";
        receives(compressed(0xC1, utf8(text)), "TEXT " + text);
        receives(compressed(0xC1, Hex.bytes("61 c3")), BAD_TEXT);
        receives(compressed(0xC1, Hex.bytes("ed a0 80")), BAD_TEXT);
        receives(compressed(0xC2, Hex.bytes("ed a0 80")), "BINARY ed a0 80");
        // Stored, so that the octets lie open: the message is not waited for.
        receives("41 7e 0400 00 ff 00 00 ff 61 62 ff", BAD_TEXT);
        receives("41 07 00 02 00 fd ff 61 c3 80 07 00 01 00 fe ff bc 00", "TEXT a\u00fc");
        // A character ends with the message, not with the one before.
        receives(compressed(0xC1, utf8("a")) + compressed(0xC1, Hex.bytes("bf")), "TEXT a", BAD_TEXT);
    }

    @Test
    @DisplayName("Z-03, Z-03b, Z-04: the limit counts inflated bytes: at it, one more, one less")
    void messageLimit() {
        String tooBig = "FAILED 1009 message above the limit: maxMessageBytes is 1000";
        for (String kind : new String[] {"zeros", "stored"}) {
            byte[] message = new byte[1001];
            byte[] payload = kind.equals("zeros") ? deflate(message) : stored(message);
            receives(limit(1000), frame(0xC2, payload), tooBig);
            receives(limit(1001), frame(0xC2, payload), "BINARY 1001 bytes " + Recorder.sum(message));
            receives(limit(1002), frame(0xC2, payload), "BINARY 1001 bytes " + Recorder.sum(message));
            byte[] half = Arrays.copyOf(payload, payload.length / 2);
            byte[] rest = Arrays.copyOfRange(payload, half.length, payload.length);
            receives(limit(1000), frame(0x42, half) + "89 00 " + frame(0x80, rest), "PING ", tooBig);
            receives(
                    limit(1001),
                    frame(0x42, half) + "89 00 " + frame(0x80, rest),
                    "PING ",
                    "BINARY 1001 bytes " + Recorder.sum(message));
        }
        receives(limit(0), "c1 01 00 c1 00 c1 02 03 00", "TEXT", "TEXT", "TEXT");
        receives(limit(0), compressed(0xC1, utf8("a")), "FAILED 1009 message above the limit: maxMessageBytes is 0");
        // Bad behind the limit, and blocks of nothing behind it.
        receives(limit(5), "c1 08 f3 48 cd c9 c9 07 00 06", BAD_DATA);
        receives(limit(5), "c1 0c f2 48 cd c9 c9 07 00 00 00 ff ff 00", "TEXT Hello");
    }

    private static byte[] stored(byte[] message) {
        return MessageDeflater.whole(DeflatePool.unpooled(), 0, 15, ByteBuffer.wrap(message));
    }

    @Test
    @DisplayName("the limit of frames counts the bytes on the wire")
    void frameLimit() {
        byte[] message = new byte[5000];
        byte[] payload = deflate(message);
        String whole = "BINARY 5000 bytes " + Recorder.sum(message);
        Limits limits = new Limits(1 << 20, payload.length, 3);
        receives(limits, frame(0xC2, payload), whole);
        receives(
                limits.withMaxFrameBytes(payload.length - 1),
                frame(0xC2, payload),
                "FAILED 1009 frame above the limit: maxFrameBytes is " + (payload.length - 1));
        receives(limits, "42 00 00 00 80 01 00", "BINARY");
        receives(
                limits,
                "42 00 00 00 00 00 80 01 00",
                "FAILED 1008 message of too many frames: maxFramesPerMessage is 3");
    }

    @Test
    @DisplayName("a message at the limit that does not get smaller fits all the same")
    void growingData() {
        byte[] message = new byte[4000];
        new java.util.Random(9).nextBytes(message);
        byte[] payload = stored(message);
        assertThat(payload.length).isGreaterThan(4000);
        Limits limits = new Limits(4000, 4000, 10);
        String whole = "BINARY 4000 bytes " + Recorder.sum(message);
        receives(limits, frame(0xC2, payload), whole);
        // It is a frame of at most an eighth and 1 KiB more.
        String tooBig = "FAILED 1009 frame above the limit: maxFrameBytes is 4000";
        receives(limits, "c2 7e %04x".formatted(4000 + 500 + 1024 + 1), tooBig);
        receives(limits, "c2 7e %04x".formatted(4000 + 500 + 1024));
        // Nobody's sum wraps.
        Limits none = new Limits(Integer.MAX_VALUE - 8, Long.MAX_VALUE, 10);
        receives(none, "c2 7f 7fffffffffffffff");
    }

    @Test
    @DisplayName("Z-14: blocks of nothing, as many as you like")
    void blocksOfNothing() {
        Transcript.receives(
                limit(10), DeflateParameters.NO_TAKEOVER, frame(0xC2, blocks(400)) + "89 00", "BINARY", "PING ");
    }

    private static byte[] blocks(int count) {
        var blocks = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            blocks.writeBytes(Hex.bytes(i % 2 == 0 ? "00 00 00 ff ff" : "03 00"));
        }
        return blocks.toByteArray();
    }

    @Test
    @DisplayName("the tail 00 00 ff ff is not needed on the wire, and split anywhere when it is inside")
    void tails() {
        receives("41 05 f2 48 05 00 00 00 02 00 ff 80 06 ff ca c9 c9 07 00", "TEXT Hello");
        receives("41 06 f2 48 05 00 00 00 00 01 ff 00 01 ff 80 05 ca c9 c9 07 00", "TEXT Hello");
    }

    @Test
    @DisplayName("large messages, in parts of at most 16 KiB")
    void large() {
        byte[] zeros = new byte[300_000];
        byte[] text = utf8("\u4e2d".repeat(50_000));
        for (Role role : Role.values()) {
            for (Delivery delivery : Delivery.values()) {
                for (int piece : new int[] {1, 7, 100_000}) {
                    var recorder = new Recorder(role, Limits.DEFAULT, delivery, piece == 7, DeflateParameters.TAKEOVER);
                    byte[] wire = Hex.bytes(compressed(0xC2, zeros) + compressed(0xC1, text) + "89 00");
                    if (role.expectsMaskedIncoming()) {
                        wire = Transcript.masked(wire, Recorder.KEY);
                    }
                    for (int at = 0; at < wire.length; at += piece) {
                        recorder.feed(Arrays.copyOfRange(wire, at, Math.min(wire.length, at + piece)));
                    }
                    assertThat(recorder.lines().get(0)).isEqualTo("BINARY 300000 bytes " + Recorder.sum(zeros));
                    assertThat(recorder.lines().get(1).equals("TEXT " + new String(text, StandardCharsets.UTF_8)))
                            .isTrue();
                    assertThat(recorder.lines().get(2)).isEqualTo("PING ");
                    assertThat(recorder.engine().messagesInflated()).isEqualTo(2);
                    assertThat(recorder.engine().bytesInflated()).isEqualTo(450_000);
                    assertThat(recorder.engine().bytesToInflate())
                            .isEqualTo(deflate(zeros).length + deflate(text).length);
                    recorder.end();
                }
            }
        }
    }

    /** A caller that stops after each event and goes on later with a copy of what was not taken, as one that pauses does. */
    @Test
    @DisplayName("Jetty #7351: while something is pending, something is left to be taken")
    void whoPausesMissesNothing() {
        byte[] message = new byte[200_000];
        byte[] wire = Hex.bytes(compressed(0xC2, message) + "89 00");
        for (int piece : new int[] {1, 50, 1000}) {
            var natives = new CountingNatives();
            var pool = new CountingPool();
            var agreed = new AgreedDeflate(DeflateParameters.NO_TAKEOVER, 6, natives);
            var engine = new Engine(Role.CLIENT, Limits.DEFAULT, Delivery.PARTS, pool, () -> 0, agreed);
            int parts = 0;
            int inflated = 0;
            Event event = Event.NEEDS_BYTES;
            for (int at = 0; at < wire.length; at += piece) {
                byte[] rest = Arrays.copyOfRange(wire, at, Math.min(wire.length, at + piece));
                while (rest.length > 0) {
                    ByteBuffer in = ByteBuffer.wrap(rest);
                    event = engine.next(in);
                    if (event == Event.PART) {
                        parts++;
                        inflated += engine.payloadLength();
                        assertThat(engine.payloadLength()).isLessThanOrEqualTo(Inflation.PART);
                        assertThat(engine.heldBytes()).isBetween(engine.payloadLength(), 2 * Inflation.PART);
                    }
                    rest = Arrays.copyOfRange(rest, in.position(), rest.length);
                    // Asking without bytes changes nothing.
                    if (event == Event.PART && !engine.isLastPart()) {
                        assertThat(engine.next(ByteBuffer.allocate(0))).isEqualTo(Event.NEEDS_BYTES);
                        assertThat(engine.heldBytes()).isZero();
                    }
                }
            }
            assertThat(event).isEqualTo(Event.PING);
            assertThat(inflated).isEqualTo(message.length);
            assertThat(parts).isBetween(200_000 / Inflation.PART, 200_000 / Inflation.PART + 3 + 200 / piece);
            engine.release();
            assertThat(pool.outstanding()).isZero();
            natives.end();
        }
    }

    /** Whatever of the input zlib has taken ahead when a part is full: who asks only while bytes are left gets it all. */
    @Test
    void nothingIsPendingBehindTheLastByte() {
        var agreed = new AgreedDeflate(DeflateParameters.NO_TAKEOVER, 6, DeflatePool.unpooled());
        for (int size = Inflation.PART; size < Inflation.PART + 1200; size++) {
            var engine = new Engine(Role.CLIENT, Limits.DEFAULT, Delivery.PARTS, BufferPool.heap(), () -> 0, agreed);
            ByteBuffer in = Hex.buffer(compressed(0xC2, new byte[size]));
            int inflated = 0;
            boolean last = false;
            while (in.hasRemaining()) {
                if (engine.next(in) == Event.PART) {
                    inflated += engine.payloadLength();
                    last = engine.isLastPart();
                }
            }
            assertThat(inflated).isEqualTo(size);
            assertThat(last).isTrue();
            engine.release();
        }
    }

    @Test
    @DisplayName("Z-04, K-41: a bomb is stopped at the limit, and costs no more memory than that")
    void bombs() {
        byte[] bomb = deflate(new byte[50_000_000]);
        assertThat(bomb.length).isLessThan(60_000);
        for (Delivery delivery : Delivery.values()) {
            var natives = new CountingNatives();
            var pool = new CountingPool(0);
            var agreed = new AgreedDeflate(DeflateParameters.TAKEOVER, 6, natives);
            var engine = new Engine(Role.CLIENT, limit(100_000), delivery, pool, () -> 0, agreed);
            ByteBuffer in = Hex.buffer(frame(0xC2, bomb));
            Event event;
            do {
                event = engine.next(in);
            } while (event == Event.PART);
            assertThat(event).isEqualTo(Event.FAILED);
            assertThat(engine.failure().code()).isEqualTo(CloseCode.MESSAGE_TOO_BIG);
            assertThat(engine.bytesInflated()).isEqualTo(100_000);
            assertThat(pool.most()).isLessThanOrEqualTo(300_000);
            assertThat(engine.heldBytes()).isZero();
            assertThat(engine.nativeBytes()).isZero();
            assertThat(pool.outstanding()).isZero();
            natives.end();
        }
    }

    @Test
    @DisplayName("memory grows with what comes out, not with what is claimed")
    void memory() {
        var pool = new CountingPool(0);
        var agreed = new AgreedDeflate(DeflateParameters.NO_TAKEOVER, 6, DeflatePool.unpooled());
        var engine = new Engine(Role.CLIENT, limit(1 << 24), Delivery.WHOLE, pool, () -> 0, agreed);
        engine.next(Hex.buffer("c2 7f 00000000000fffff"));
        assertThat(engine.heldBytes()).isZero();
        assertThat(engine.nativeBytes()).isZero();
        engine.next(Hex.buffer("00 00 00 ff ff 00"));
        assertThat(engine.heldBytes()).isZero();
        assertThat(engine.nativeBytes()).isEqualTo(DeflatePool.INFLATER_BYTES);
        assertThat(engine.directTarget()).isNull();
        engine.next(Hex.buffer("01 00 fe ff 61"));
        assertThat(engine.heldBytes()).isEqualTo(256);
        int come = 1;
        byte[] block = stored(new byte[60_000]);
        block = Arrays.copyOf(block, block.length - 1);
        for (int i = 0; i < 10; i++) {
            assertThat(engine.next(ByteBuffer.wrap(block.clone()))).isEqualTo(Event.NEEDS_BYTES);
            come += 60_000;
            assertThat(engine.directTarget()).isNull();
            assertThat(engine.heldBytes()).isBetween(come, 3 * come);
        }
        engine.release();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    @DisplayName("Z-06a to Z-06e, Z-16, D-13: every end gives everything back")
    void everyEnd() {
        String half = "41 05 00 00 00 ff ff";
        for (DeflateParameters parameters :
                new DeflateParameters[] {DeflateParameters.NO_TAKEOVER, DeflateParameters.TAKEOVER}) {
            for (Delivery delivery : Delivery.values()) {
                for (String end :
                        new String[] {"release", "endOfStream", "88 02 03 e8", "88 01 00", "80 01 06", "ff 00"}) {
                    var recorder = new Recorder(Role.CLIENT, Limits.DEFAULT, delivery, false, parameters);
                    recorder.feed(half);
                    assertThat(recorder.natives().outstanding()).isEqualTo(1);
                    if (end.equals("release")) {
                        recorder.engine().release();
                    } else if (end.equals("endOfStream")) {
                        recorder.engine().endOfStream();
                    } else {
                        recorder.feed(end);
                    }
                    assertThat(recorder.natives().outstanding()).isZero();
                    recorder.end();
                }
            }
        }
    }

    @Test
    @DisplayName("a tap sees the octets of the wire, each once")
    void taps() {
        byte[] message = new byte[100_000];
        byte[] wire = Transcript.masked(Hex.bytes("01 01 61 80 00 " + compressed(0xC2, message)), Recorder.KEY);
        for (Delivery delivery : Delivery.values()) {
            var recorder = new Recorder(Role.SERVER, Limits.DEFAULT, delivery, false, DeflateParameters.TAKEOVER);
            var seen = new ByteArrayOutputStream();
            recorder.engine().tap(new FrameTap() {
                @Override
                public void header(boolean incoming, FrameHeader header) {
                    assertThat(incoming).isTrue();
                    seen.write(header.rsv1() ? 'H' : 'h');
                }

                @Override
                public void payload(boolean incoming, ByteBuffer raw, int offset, int length) {
                    byte[] bytes = new byte[length];
                    raw.get(offset, bytes);
                    seen.writeBytes(bytes);
                }
            });
            recorder.feed(wire);
            var expected = new ByteArrayOutputStream();
            expected.write('h');
            expected.write(wire, 6, 1);
            expected.write('h');
            expected.write('H');
            expected.write(wire, wire.length - deflate(message).length, deflate(message).length);
            assertThat(seen.toByteArray()).isEqualTo(expected.toByteArray());
            recorder.end();
        }
    }
}
