package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlainFrameTest {
    /** Header and payload of the largest frame that each opening byte pair can announce here. */
    private static final int ROOM = 14 + 300;

    /** Of all pairs of opening bytes: what is found obeys the rules, and is what the parser finds. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void isFoundWhenTheRulesSaySo(Role role) {
        boolean masked = role.expectsMaskedIncoming();
        for (int opening = 0; opening <= 0xFFFF; opening++) {
            ByteBuffer in = ByteBuffer.allocate(ROOM);
            in.putShort(0, (short) opening)
                    .putShort(2, (short) 260)
                    .order(opening % 3 == 0 ? ByteOrder.LITTLE_ENDIAN : in.order());
            FrameHeader header = new FrameHeader();
            assertThat(header.parse(in)).isTrue();
            int offset = in.position();
            boolean expected = header.fin()
                    && header.opcodeBits() != 0
                    && !header.isControl()
                    && header.lengthBits() < 64
                    && FrameRules.judgeOpening(header, 0, false) == null
                    && FrameRules.judgeMask(header, role) == null
                    && FrameRules.judgeLength(header) == null;
            long found = PlainFrame.find(in.position(0), masked);
            assertThat(found != PlainFrame.NONE).as("%04x", opening).isEqualTo(expected);
            if (expected) {
                assertThat(PlainFrame.offset(found)).isEqualTo(offset);
                assertThat(PlainFrame.length(found)).isEqualTo((int) header.payloadLength());
                assertThat(PlainFrame.isText(in, 0)).isEqualTo(header.opcode() == Opcode.TEXT);
                assertThat(masked ? PlainFrame.key(in, offset) : 0).isEqualTo(header.key());
            }
        }
    }

    @Test
    void isFoundOnlyWhenAllOfItIsThere() {
        for (int length : new int[] {0, 1, 125, 126, 127, 65_535}) {
            ByteBuffer frame =
                    ByteBuffer.allocate(3 + FrameHeader.MAX_LENGTH + length).put(new byte[3]);
            FrameHeader.encode(frame, true, 0, Opcode.BINARY, true, 0x01020304, length);
            int end = frame.position() + length;
            for (int limit = 3; limit < end; limit += limit < 40 || limit > end - 40 ? 1 : 30) {
                assertThat(PlainFrame.find(frame.limit(limit).position(3), true))
                        .as("%d of %d", limit, end)
                        .isEqualTo(PlainFrame.NONE);
            }
            long found = PlainFrame.find(frame.limit(end).position(3), true);
            assertThat(PlainFrame.length(found)).isEqualTo(length);
            assertThat(PlainFrame.offset(found)).isEqualTo(end - length);
            assertThat(PlainFrame.key(frame, end - length)).isEqualTo(0x01020304);
        }
    }

    @Test
    void isNotFoundWithALongerFormOfLength() {
        ByteBuffer frame = ByteBuffer.allocate(200);
        assertThat(PlainFrame.find(frame.put(0, (byte) 0x82).put(1, (byte) 126).putShort(2, (short) 125), false))
                .isEqualTo(PlainFrame.NONE);
        assertThat(PlainFrame.find(frame.putShort(2, (short) 126), false)).isNotEqualTo(PlainFrame.NONE);
    }
}
