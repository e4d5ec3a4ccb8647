package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gibbon.protocol.deflate.DeflatePool;
import dev.gibbon.protocol.deflate.MessageDeflater;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Splits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {
    /** A stream that gives one piece a read, and fails when it is read beyond them. */
    private static final class Pieces extends InputStream {
        private final Iterator<byte[]> pieces;

        Pieces(List<byte[]> pieces) {
            this.pieces = pieces.iterator();
        }

        @Override
        public int read() {
            throw new AssertionError("one by one");
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (!pieces.hasNext()) {
                return -1;
            }
            byte[] piece = pieces.next();
            assertThat(length).isGreaterThanOrEqualTo(piece.length);
            System.arraycopy(piece, 0, target, offset, piece.length);
            return piece.length;
        }
    }

    private static List<Frame> all(FrameReader reader) throws IOException {
        List<Frame> frames = new ArrayList<>();
        Frame frame;
        while ((frame = reader.next()) != null) {
            frames.add(frame);
        }
        assertThat(reader.next()).isNull();
        return frames;
    }

    @Test
    void readsFramesFromBuffersAndStreams() throws Exception {
        byte[] wire = Hex.bytes("81 85 37 fa 21 3d 7f 9f 4d 51 58  02 7e 0080 00*128  8a 01 ff  80 00  88 02 03 e8");
        List<String> expected = List.of(
                "TEXT fin at 0, 5 bytes masked",
                "BINARY at 11, 128 bytes",
                "PONG fin at 143, 1 bytes",
                "CONTINUATION fin at 146, 0 bytes",
                "CLOSE fin at 148, 2 bytes");
        ByteBuffer buffer = ByteBuffer.allocate(wire.length + 2)
                .put(1, wire)
                .limit(wire.length + 1)
                .position(1);
        assertThat(all(new FrameReader(buffer))).extracting(Frame::toString).isEqualTo(expected);
        assertThat(buffer.position()).isEqualTo(1);
        assertThat(Hex.of(buffer)).isEqualTo(Hex.of(wire));
        Splits.forEach(
                wire,
                way -> assertThat(all(new FrameReader(new Pieces(way.pieces()))))
                        .extracting(Frame::toString)
                        .isEqualTo(expected));
        assertThat(all(new FrameReader(new ByteArrayInputStream(wire)))).hasSize(5);
        assertThat(all(new FrameReader(ByteBuffer.allocate(0)))).isEmpty();
        assertThat(all(new FrameReader(InputStream.nullInputStream()))).isEmpty();
    }

    @Test
    void textGoesOnAfterAControlFrame() throws Exception {
        assertThat(all(new FrameReader(Hex.buffer("01 01 c3  89 01 ff  80 01 a9  82 01 ff"))))
                .hasSize(4);
    }

    @Test
    void reportsEveryField() throws Exception {
        Frame frame = new FrameReader(Hex.buffer("82 fe 0080 37 fa 21 3d 'a*'" + " 00*126")).next();
        assertThat(frame.offset()).isZero();
        assertThat(frame.fin()).isTrue();
        assertThat(frame.rsv()).isZero();
        assertThat(frame.opcode()).isEqualTo(Opcode.BINARY);
        assertThat(frame.masked()).isTrue();
        assertThat(frame.key()).isEqualTo(0x37fa213d);
        assertThat(frame.lengthBits()).isEqualTo(16);
        assertThat(frame.headerLength()).isEqualTo(8);
        assertThat(frame.payloadLength()).isEqualTo(128);
        assertThat(frame.isCut()).isFalse();
        assertThat(frame.wirePayload()).hasSize(128).startsWith('a', '*', 0);
        assertThat(frame.payload()).hasSize(128).startsWith('a' ^ 0x37, '*' ^ 0xfa - 256, 0x21);
        frame.payload()[0] = 1;
        frame.wirePayload()[0] = 1;
        assertThat(frame.payload()[0]).isEqualTo((byte) ('a' ^ 0x37));
    }

    @Test
    void givesAFrameBeforeMoreIsWaitedFor() throws Exception {
        var reader = new FrameReader(new InputStream() {
            private boolean given;

            @Override
            public int read() {
                throw new AssertionError();
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                assertThat(given).as("reads on although a frame is there").isFalse();
                given = true;
                byte[] wire = Hex.bytes("81 01 'a' 82 00 89");
                System.arraycopy(wire, 0, target, offset, wire.length);
                return wire.length;
            }
        });
        assertThat(reader.next()).hasToString("TEXT fin at 0, 1 bytes");
        assertThat(reader.next()).hasToString("BINARY fin at 3, 0 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        // stream, wrong byte, frame, rule
        "81 00 c2 00, 2, 2, RESERVED_BIT",
        "81 00 83 00, 2, 2, RESERVED_OPCODE",
        "81 00 0f, 3, 2,",
        "89 7e 00 7e, 1, 0, CONTROL_LENGTH",
        "81 00 89 7f, 3, 2, CONTROL_LENGTH",
        "09 00, 0, 0, CONTROL_FRAGMENTED",
        "80 00, 0, 0, NOTHING_TO_CONTINUE",
        "01 00 81 00, 2, 2, MESSAGE_UNFINISHED",
        "82 7e 00 7d, 2, 0, LENGTH_NOT_MINIMAL",
        "81 00 82 7f 00 00 00 00 00 00 ff ff, 4, 2, LENGTH_NOT_MINIMAL",
        "82 7f 80 00 00 00 00 00 00 00, 2, 0, LENGTH_TOP_BIT",
        "81 03 61 62 ff, 4, 0, TEXT_UTF8",
        "01 01 c3 80 01 41, 5, 3, TEXT_UTF8",
        "01 01 c3 80 00, 5, 3, TEXT_UTF8",
        "81 02 61 c3, 4, 0, TEXT_UTF8",
        "81 82 00 00 00 01 61 fe, 7, 0, TEXT_UTF8",
        "88 01 03, 2, 0, CLOSE_LENGTH",
        "88 02 03 ed, 2, 0, CLOSE_CODE",
        "88 83 00 00 00 00 03 e8 ff, 6, 0, CLOSE_REASON_UTF8",
        "82 05 00 00, 4, 0,",
        "82, 1, 0,",
        "82 7e 01, 3, 0,",
        "82 80 01 02 03, 5, 0,",
        "82 7f 7f ff ff ff ff ff ff ff 00, 11, 0,",
    })
    void saysWhereAStreamIsBrokenAndByWhichRule(String hex, long offset, long frameOffset, FrameRule rule) {
        byte[] wire = Hex.bytes(hex);
        Splits.forEach(wire, way -> {
            for (boolean stream : new boolean[] {true, false}) {
                var reader =
                        stream ? new FrameReader(new Pieces(way.pieces())) : new FrameReader(ByteBuffer.wrap(wire));
                var broken = catchThrowableOfType(FrameFormatException.class, () -> all(reader));
                assertThat(broken).isNotNull();
                assertThat(broken.offset()).isEqualTo(offset);
                assertThat(broken.frameOffset()).isEqualTo(frameOffset);
                assertThat(broken.rule()).isEqualTo(rule);
                assertThat(broken)
                        .hasMessageStartingWith("byte " + offset + ", in the frame at byte " + frameOffset + ": ")
                        .hasMessageContaining(rule == null ? "the stream ends" : "RFC 6455, " + rule.section());
                assertThat(broken.headerBytes()).startsWith(wire[(int) frameOffset]);
                assertThatThrownBy(reader::next).isSameAs(broken);
            }
        });
    }

    @Test
    void showsTheHeaderOfABrokenFrame() {
        var reader = new FrameReader(Hex.buffer("81 00 82 fe 00 05 01 02 03 04 00 00"));
        var broken = catchThrowableOfType(FrameFormatException.class, () -> all(reader));
        assertThat(Hex.of(broken.headerBytes())).isEqualTo("82 fe 00 05 01 02 03 04");
        broken.headerBytes()[0] = 0;
        assertThat(broken.headerBytes()[0]).isEqualTo((byte) 0x82);
        assertThat(broken).hasMessageContaining("shortest");
        var cut = new FrameReader(Hex.buffer("82 fe 00"));
        broken = catchThrowableOfType(FrameFormatException.class, () -> all(cut));
        assertThat(Hex.of(broken.headerBytes())).isEqualTo("82 fe 00");
        assertThat(broken).hasMessageEndingWith("the stream ends inside a header");
        var short1 = new FrameReader(Hex.buffer("82 0a 01 02 03"));
        broken = catchThrowableOfType(FrameFormatException.class, () -> all(short1));
        assertThat(broken).hasMessageEndingWith("the stream ends after 3 of 10 bytes of payload");
    }

    @Test
    void judgesMasksWhenTheSenderIsKnown() throws Exception {
        String both = "81 00  81 80 01 02 03 04";
        assertThat(all(new FrameReader(Hex.buffer(both))))
                .extracting(Frame::masked)
                .containsExactly(false, true);
        var server = new FrameReader(Hex.buffer(both)).from(Role.SERVER);
        assertThat(server.next()).isNotNull();
        var broken = catchThrowableOfType(FrameFormatException.class, server::next);
        assertThat(broken.rule()).isEqualTo(FrameRule.MASK_FORBIDDEN);
        assertThat(broken.offset()).isEqualTo(3);
        var client = new FrameReader(Hex.buffer(both)).from(Role.CLIENT);
        broken = catchThrowableOfType(FrameFormatException.class, client::next);
        assertThat(broken.rule()).isEqualTo(FrameRule.MASK_MISSING);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "19999, 19999", "20000, 20000", "20001, 20000"})
    void keepsTheBeginningOfAPayload(int maxPayloadKept, int kept) throws Exception {
        byte[] wire = Hex.bytes("82 fe 4e20 01 02 03 04 05*20000  89 04 01 02 03 04");
        for (boolean stream : new boolean[] {true, false}) {
            var reader = stream
                    ? new FrameReader(new ByteArrayInputStream(wire), maxPayloadKept)
                    : new FrameReader(ByteBuffer.wrap(wire), maxPayloadKept);
            Frame frame = reader.next();
            assertThat(frame.payloadLength()).isEqualTo(20000);
            assertThat(frame.payload()).hasSize(kept);
            assertThat(frame.wirePayload()).hasSize(kept);
            assertThat(frame.isCut()).isEqualTo(kept < 20000);
            for (int i = 0; i < kept; i++) {
                assertThat(frame.payload()[i]).isEqualTo((byte) (5 ^ 1 + i % 4));
                if (i > 9) {
                    i += 997;
                }
            }
            Frame ping = reader.next();
            assertThat(Hex.of(ping.payload())).isEqualTo("01 02 03 04");
            assertThat(ping.offset()).isEqualTo(20008);
        }
    }

    @Test
    void judgesTextThatIsNotKept() {
        var reader = new FrameReader(Hex.buffer("81 7e 4e20 61*19999 ff"), 10);
        var broken = catchThrowableOfType(FrameFormatException.class, () -> all(reader));
        assertThat(broken.offset()).isEqualTo(4 + 19999);
        assertThatThrownBy(() -> new FrameReader(Hex.buffer(""), -1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A frame of 256 MiB: nothing of it is kept, and the stream is read to its end. */
    @Test
    void readsStreamsOfAnyLength() throws Exception {
        long length = 256L << 20;
        byte[] header = Hex.bytes("82 7f 0000000010000000");
        var reader = new FrameReader(
                new InputStream() {
                    private long given;

                    @Override
                    public int read() {
                        throw new AssertionError();
                    }

                    @Override
                    public int read(byte[] target, int offset, int room) {
                        if (given == 0) {
                            System.arraycopy(header, 0, target, offset, header.length);
                            given = header.length;
                            return header.length;
                        }
                        int count = (int) Math.min(room, length + header.length - given);
                        given += count;
                        return count == 0 ? -1 : count;
                    }
                },
                16);
        Frame frame = reader.next();
        assertThat(frame.payloadLength()).isEqualTo(length);
        assertThat(frame.payload()).hasSize(16);
        assertThat(reader.next()).isNull();
    }

    @Test
    void streamsThatFailAreTheCallersMatter() {
        var failing = new FrameReader(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("cable");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        });
        assertThatThrownBy(failing::next).isInstanceOf(IOException.class).hasMessage("cable");
    }

    @Test
    void inflatesCompressedFramesWhenAsked() throws Exception {
        // Two messages with a common context, one of them in fragments with a ping and nothing between, and one that is
        // plain.
        byte[] wire = Hex.bytes("c1 07 f2 48 cd c9 c9 07 00  41 02 f2 00 89 01 70 00 00 80 03 11 00 00 "
                + "81 02 'hi' c2 8b 00 00 00 00 00 05 00 fa ff 00 ff 00 ff 00 00  c1 00");
        Splits.forEach(wire, way -> {
            List<Frame> frames = all(new FrameReader(new Pieces(way.pieces())).inflating());
            assertThat(frames)
                    .extracting(Frame::isCompressed)
                    .containsExactly(true, true, false, true, true, false, true, true);
            assertThat(frames)
                    .extracting(frame -> Hex.of(frame.inflated()))
                    .containsExactly("48 65 6c 6c 6f", "48", "", "", "65 6c 6c 6f", "", "00 ff 00 ff 00", "");
            assertThat(frames).extracting(Frame::inflatedLength).containsExactly(5L, 1L, 0L, 0L, 4L, 0L, 5L, 0L);
            assertThat(Hex.of(frames.get(0).payload())).isEqualTo("f2 48 cd c9 c9 07 00");
            assertThat(frames.get(0).rsv()).isEqualTo(4);
            assertThat(Hex.of(frames.get(5).payload())).isEqualTo("68 69");
        });
    }

    @Test
    void keepsTheBeginningOfWhatIsInflated() throws Exception {
        byte[] message = new byte[1_000_000];
        byte[] payload = MessageDeflater.whole(DeflatePool.unpooled(), 6, 15, ByteBuffer.wrap(message));
        ByteBuffer wire = ByteBuffer.allocate(payload.length + 4)
                .put((byte) 0xC2)
                .put((byte) 126)
                .putShort((short) payload.length)
                .put(payload)
                .flip();
        Frame frame = all(new FrameReader(wire, 100).inflating()).get(0);
        assertThat(frame.inflatedLength()).isEqualTo(1_000_000);
        assertThat(frame.inflated()).isEqualTo(new byte[100]);
        assertThat(frame.isCut()).isTrue();
        assertThat(all(new FrameReader(wire, 0).inflating()).get(0).inflated()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c1 01 06                     | DEFLATE_DATA   | 3",
                "81 01 61 c2 03 00 00 06      | DEFLATE_DATA   | 8",
                "c1 06 00 05 00 fa ff 48      | DEFLATE_DATA   | 8",
                "c1 08 00 02 00 fd ff 61 c3 00 | TEXT_UTF8     | 10",
                "41 07 00 02 00 fd ff ff 61   | TEXT_UTF8      | 9",
                "41 01 00 c0 00               | COMPRESSED_BIT | 3",
                "c9 00                        | COMPRESSED_BIT | 0",
                "a1 00                        | RESERVED_BIT   | 0"
            })
    void refusesWrongCompressedFrames(String hex, FrameRule rule, long offset) throws Exception {
        FrameReader reader = new FrameReader(Hex.buffer(hex)).inflating();
        FrameFormatException broken = catchThrowableOfType(FrameFormatException.class, () -> all(reader));
        assertThat(broken.rule()).isEqualTo(rule);
        assertThat(broken.offset()).isEqualTo(offset);
        assertThat(broken.getMessage()).contains("(RFC " + rule.rfc() + ", " + rule.section() + ")");
        assertThatThrownBy(reader::next).isSameAs(broken);
    }
}
