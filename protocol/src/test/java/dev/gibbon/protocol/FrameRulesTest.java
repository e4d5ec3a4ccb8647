package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameRulesTest {
    private static FrameHeader header(String hex) {
        var header = new FrameHeader();
        assertThat(header.parse(Hex.buffer(hex))).isTrue();
        return header;
    }

    /** All 65,536 openings, with and without an open message, against the RFC said in another way. */
    @Test
    void judgesEveryOpening() {
        for (int opening = 0; opening < 1 << 16; opening++) {
            var header = new FrameHeader();
            header.parse(ByteBuffer.allocate(2).putShort(0, (short) opening));
            for (int allowedRsv : new int[] {0, 4}) {
                for (boolean messageOpen : new boolean[] {false, true}) {
                    FrameRule found = FrameRules.judgeOpening(header, allowedRsv, messageOpen);
                    FrameRule expected = expected(opening >> 8, opening & 0x7F, allowedRsv, messageOpen);
                    assertThat(found)
                            .as("%04x, allowed RSV %d, message open %b", opening, allowedRsv, messageOpen)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static FrameRule expected(int first, int length, int allowedRsv, boolean messageOpen) {
        boolean fin = first >= 0x80;
        int rsv = (first & 0x70) >> 4;
        int opcode = first & 0x0F;
        boolean mayHaveRsv = opcode == 1 || opcode == 2 || (opcode >= 3 && opcode <= 7);
        if (rsv != 0 && !(mayHaveRsv && rsv == allowedRsv)) {
            return rsv == 4 && allowedRsv == 4 ? FrameRule.COMPRESSED_BIT : FrameRule.RESERVED_BIT;
        }
        return switch (opcode) {
            case 0 -> messageOpen ? null : FrameRule.NOTHING_TO_CONTINUE;
            case 1, 2 -> messageOpen ? FrameRule.MESSAGE_UNFINISHED : null;
            case 8, 9, 10 -> length > 125 ? FrameRule.CONTROL_LENGTH : fin ? null : FrameRule.CONTROL_FRAGMENTED;
            default -> FrameRule.RESERVED_OPCODE;
        };
    }

    @Test
    void judgesTheMask() {
        FrameHeader masked = header("81 80 00 00 00 00");
        FrameHeader plain = header("81 00");
        assertThat(FrameRules.judgeMask(masked, Role.SERVER)).isNull();
        assertThat(FrameRules.judgeMask(plain, Role.CLIENT)).isNull();
        assertThat(FrameRules.judgeMask(plain, Role.SERVER)).isEqualTo(FrameRule.MASK_MISSING);
        assertThat(FrameRules.judgeMask(masked, Role.CLIENT)).isEqualTo(FrameRule.MASK_FORBIDDEN);
    }

    @ParameterizedTest
    @CsvSource({
        "82 00,",
        "82 7d,",
        "82 7e 00 00, LENGTH_NOT_MINIMAL",
        "82 7e 00 7d, LENGTH_NOT_MINIMAL",
        "82 7e 00 7e,",
        "82 7e ff ff,",
        "82 7f 00 00 00 00 00 00 00 00, LENGTH_NOT_MINIMAL",
        "82 7f 00 00 00 00 00 00 ff ff, LENGTH_NOT_MINIMAL",
        "82 7f 00 00 00 00 00 01 00 00,",
        "82 7f 7f ff ff ff ff ff ff ff,",
        "82 7f 80 00 00 00 00 00 00 00, LENGTH_TOP_BIT",
        "82 7f ff ff ff ff ff ff ff ff, LENGTH_TOP_BIT",
        "82 7f 80 00 00 00 00 00 00 05, LENGTH_TOP_BIT",
    })
    void judgesTheLength(String hex, FrameRule broken) {
        assertThat(FrameRules.judgeLength(header(hex))).isEqualTo(broken);
    }

    @ParameterizedTest
    @CsvSource({
        // length, max message, max frame, max frames, announced before, frames before; code, setting
        "100, 100, 100, 1, 0, 0, 0,",
        "101, 100, 101, 1, 0, 0, 1009, maxMessageBytes",
        "101, 200, 100, 1, 0, 0, 1009, maxFrameBytes",
        "60, 100, 100, 9, 40, 1, 0,",
        "60, 100, 100, 9, 41, 1, 1009, maxMessageBytes",
        "0, 100, 100, 3, 100, 2, 0,",
        "0, 100, 100, 3, 100, 3, 1008, maxFramesPerMessage",
        "1, 0, 100, 3, 0, 0, 1009, maxMessageBytes",
        "0, 0, 0, 1, 0, 0, 0,",
        "9223372036854775807, 9223372036854775807, 9223372036854775807, 2, 0, 0, 0,",
        "9223372036854775807, 9223372036854775807, 9223372036854775807, 2, 1, 1, 1009, maxMessageBytes",
    })
    void judgesTheLimits(
            long length, long message, long frame, int frames, long before, int framesBefore, int code, String name) {
        var header = new FrameHeader().set(true, 0, Opcode.BINARY, false, 0, length);
        Failure failure = FrameRules.judgeLimits(header, new Limits(message, frame, frames), before, framesBefore);
        if (code == 0) {
            assertThat(failure).isNull();
        } else {
            assertThat(failure).isNotNull();
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.reason()).contains(name);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'',",
        "03, CLOSE_LENGTH",
        "03 e8,",
        "03 e8 62 79 65,",
        "03 e7, CLOSE_CODE",
        "00 00, CLOSE_CODE",
        "03 ed, CLOSE_CODE",
        "03 ee 78, CLOSE_CODE",
        "03 f7, CLOSE_CODE",
        "03 f4,",
        "03 f5,",
        "03 f6,",
        "0b b7, CLOSE_CODE",
        "0b b8,",
        "13 87,",
        "13 88, CLOSE_CODE",
        "ff ff, CLOSE_CODE",
        "03 e8 ce ba e1 bd b9,",
        "03 e8 ff, CLOSE_REASON_UTF8",
        "03 e8 63 75 74 e2 82, CLOSE_REASON_UTF8",
    })
    void judgesTheClosePayload(String hex, FrameRule broken) {
        byte[] payload = Hex.bytes(hex);
        ByteBuffer buffer = ByteBuffer.allocate(payload.length + 4).put(2, payload);
        assertThat(FrameRules.judgeClose(buffer, 2, 2 + payload.length)).isEqualTo(broken);
    }
}
