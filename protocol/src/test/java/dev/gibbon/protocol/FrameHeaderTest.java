package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Splits;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameHeaderTest {
    @ParameterizedTest
    @CsvSource({
        // wire, fin, rsv, opcode, masked, key, length, form
        "81 05, true, 0, 1, false, 0, 5, 7",
        "02 00, false, 0, 2, false, 0, 0, 7",
        "89 7d, true, 0, 9, false, 0, 125, 7",
        "82 7e 00 7e, true, 0, 2, false, 0, 126, 16",
        "82 7e ff ff, true, 0, 2, false, 0, 65535, 16",
        "82 7f 00 00 00 00 00 01 00 00, true, 0, 2, false, 0, 65536, 64",
        "82 7f 7f ff ff ff ff ff ff ff, true, 0, 2, false, 0, 9223372036854775807, 64",
        "82 7f ff ff ff ff ff ff ff ff, true, 0, 2, false, 0, -1, 64",
        "82 7f 80 00 00 00 00 00 00 00, true, 0, 2, false, 0, -9223372036854775808, 64",
        "81 85 37 fa 21 3d, true, 0, 1, true, 939139389, 5, 7",
        "81 fe 01 00 ff ff ff fe, true, 0, 1, true, -2, 256, 16",
        "f3 ff 00 00 00 00 00 00 00 01 80 00 00 01, true, 7, 3, true, -2147483647, 1, 64",
        "4f 80 00 00 00 00, false, 4, 15, true, 0, 0, 7",
        "20 00, false, 2, 0, false, 0, 0, 7",
        "18 00, false, 1, 8, false, 0, 0, 7",
        "82 7e 00 05, true, 0, 2, false, 0, 5, 16",
    })
    void readsAllFields(String wire, boolean fin, int rsv, int opcode, boolean masked, int key, long length, int form) {
        byte[] bytes = Hex.bytes(wire);
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            Splits.forEach(bytes, way -> {
                var header = new FrameHeader();
                for (int i = 0; i < way.pieces().size(); i++) {
                    ByteBuffer piece = ByteBuffer.wrap(way.pieces().get(i)).order(order);
                    boolean complete = header.parse(piece);
                    assertThat(complete).isEqualTo(i == way.pieces().size() - 1);
                    assertThat(piece.hasRemaining()).isFalse();
                }
                assertThat(header.fin()).isEqualTo(fin);
                assertThat(header.rsv()).isEqualTo(rsv);
                assertThat(header.rsv1()).isEqualTo((rsv & 4) != 0);
                assertThat(header.rsv2()).isEqualTo((rsv & 2) != 0);
                assertThat(header.rsv3()).isEqualTo((rsv & 1) != 0);
                assertThat(header.opcodeBits()).isEqualTo(opcode);
                assertThat(header.opcode()).isEqualTo(Opcode.of(opcode));
                assertThat(header.isControl()).isEqualTo(opcode >= 8);
                assertThat(header.masked()).isEqualTo(masked);
                assertThat(header.key()).isEqualTo(key);
                assertThat(header.payloadLength()).isEqualTo(length);
                assertThat(header.lengthBits()).isEqualTo(form);
                assertThat(header.shortLength()).isEqualTo(form == 7 ? (int) length : form == 16 ? 126 : 127);
                assertThat(header.headerLength()).isEqualTo(bytes.length);
            });
        }
    }

    @Test
    void takesNothingOfThePayload() {
        ByteBuffer in = Hex.buffer("81 82 01 02 03 04 'AB' 82 01 07");
        var header = new FrameHeader();
        assertThat(header.parse(in)).isTrue();
        assertThat(in.position()).isEqualTo(6);
        in.position(8);
        assertThat(header.parse(in)).isTrue();
        assertThat(in.position()).isEqualTo(10);
        assertThat(header.masked()).isFalse();
        assertThat(header.key()).isZero();
        assertThat(header.payloadLength()).isEqualTo(1);
    }

    @Test
    void beginsAnewAfterEachHeaderHoweverItWasCut() {
        byte[] wire = Hex.bytes("82 ff 00 00 00 00 00 01 00 00 ff ff ff ff  81 00  82 fe 00 7e 01 02 03 04  89 05");
        Splits.forEach(wire, way -> {
            var header = new FrameHeader();
            var lengths = new java.util.ArrayList<Long>();
            for (byte[] piece : way.pieces()) {
                ByteBuffer in = ByteBuffer.wrap(piece);
                while (header.parse(in)) {
                    lengths.add(header.payloadLength() + header.key());
                }
            }
            assertThat(lengths).containsExactly(65535L, 0L, 126L + 0x01020304, 5L);
        });
    }

    @Test
    void knowsWhatIsPending() {
        var header = new FrameHeader();
        assertThat(header.parse(ByteBuffer.allocate(0))).isFalse();
        assertThat(header.hasOpening()).isFalse();
        assertThat(header.parse(Hex.buffer("82"))).isFalse();
        assertThat(header.hasOpening()).isFalse();
        assertThat(header.parse(Hex.buffer("fe"))).isFalse();
        assertThat(header.hasOpening()).isTrue();
        assertThat(header.masked()).isTrue();
        assertThat(header.parse(Hex.buffer("01 00 00 00 00"))).isFalse();
        assertThat(header.parse(Hex.buffer("09"))).isTrue();
        assertThat(header.key()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 125, 126, 127, 65535, 65536, 65537, 1L << 40, Long.MAX_VALUE})
    void encodesTheShortestForm(long length) {
        int form = length < 126 ? 7 : length < 65536 ? 16 : 64;
        for (boolean masked : new boolean[] {false, true}) {
            for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
                for (Opcode opcode : Opcode.values()) {
                    ByteBuffer out = ByteBuffer.allocate(20).order(order);
                    boolean fin = opcode.code() % 2 == 0;
                    int rsv = opcode.code() % 8;
                    FrameHeader.encode(out, fin, rsv, opcode, masked, 0x81020384, length);
                    assertThat(out.position()).isEqualTo(FrameHeader.lengthOf(length, masked));
                    out.flip();
                    var header = new FrameHeader();
                    assertThat(header.parse(out)).isTrue();
                    assertThat(header.payloadLength()).isEqualTo(length);
                    assertThat(header.lengthBits()).isEqualTo(form);
                    assertThat(header.opcode()).isEqualTo(opcode);
                    assertThat(header.fin()).isEqualTo(fin);
                    assertThat(header.rsv()).isEqualTo(rsv);
                    assertThat(header.masked()).isEqualTo(masked);
                    assertThat(header.key()).isEqualTo(masked ? 0x81020384 : 0);
                    var set = new FrameHeader().set(fin, rsv, opcode, masked, header.key(), length);
                    assertThat(set).usingRecursiveComparison().isEqualTo(header);
                }
            }
        }
    }

    @Test
    void encodesTheExamplesOfTheRfc() {
        // RFC 6455, 5.7
        assertThat(encoded(true, Opcode.TEXT, false, 5)).isEqualTo("81 05");
        assertThat(encoded(true, Opcode.TEXT, true, 5)).isEqualTo("81 85 37 fa 21 3d");
        assertThat(encoded(false, Opcode.TEXT, false, 3)).isEqualTo("01 03");
        assertThat(encoded(true, Opcode.CONTINUATION, false, 2)).isEqualTo("80 02");
        assertThat(encoded(true, Opcode.BINARY, false, 256)).isEqualTo("82 7e 01 00");
        assertThat(encoded(true, Opcode.BINARY, false, 65536)).isEqualTo("82 7f 00 00 00 00 00 01 00 00");
    }

    private static String encoded(boolean fin, Opcode opcode, boolean masked, long length) {
        ByteBuffer out = ByteBuffer.allocate(14);
        FrameHeader.encode(out, fin, 0, opcode, masked, 0x37fa213d, length);
        return Hex.of(out.flip());
    }

    @Test
    void encodeNeedsRoom() {
        assertThatThrownBy(() -> FrameHeader.encode(ByteBuffer.allocate(1), true, 0, Opcode.TEXT, false, 0, 1))
                .isInstanceOf(BufferOverflowException.class);
    }
}
