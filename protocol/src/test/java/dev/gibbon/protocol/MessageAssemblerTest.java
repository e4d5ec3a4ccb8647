package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {
    private final CountingPool pool = new CountingPool(0);
    private final MessageAssembler message = new MessageAssembler(new Limits(10, 8, 3), pool);

    private static FrameHeader frame(boolean fin, Opcode opcode, long length) {
        return new FrameHeader().set(fin, 0, opcode, false, 0, length);
    }

    private boolean append(FrameHeader header, String hex) {
        ByteBuffer bytes = Hex.buffer(hex);
        return message.append(header, bytes, 0, bytes.remaining(), header.payloadLength());
    }

    @Test
    void assemblesFragments() {
        FrameHeader first = frame(false, Opcode.TEXT, 2);
        assertThat(message.isOpen()).isFalse();
        assertThat(message.begin(first)).isNull();
        assertThat(message.isOpen() && message.isText()).isTrue();
        assertThat(append(first, "'h' c3")).isTrue();
        FrameHeader second = frame(true, Opcode.CONTINUATION, 1);
        assertThat(message.begin(second)).isNull();
        assertThat(append(second, "a9")).isTrue();
        assertThat(message.end()).isTrue();
        assertThat(message.isOpen()).isFalse();
        assertThat(Hex.of(message.buffer().limit(message.size()))).isEqualTo("68 c3 a9");
        message.release();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void countsBytesAndFramesOfOneMessage() {
        assertThat(message.begin(frame(true, Opcode.BINARY, 9)))
                .isEqualTo(FrameRule.FRAME_LIMIT.failure("maxFrameBytes is 8"));
        assertThat(message.isOpen()).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(message.begin(frame(false, Opcode.BINARY, 8))).isNull();
            assertThat(message.begin(frame(false, Opcode.CONTINUATION, 2))).isNull();
            assertThat(message.begin(frame(false, Opcode.CONTINUATION, 1)).code())
                    .isEqualTo(1009);
            assertThat(message.begin(frame(false, Opcode.CONTINUATION, 0))).isNull();
            assertThat(message.begin(frame(true, Opcode.CONTINUATION, 0)).code())
                    .isEqualTo(1008);
            assertThat(message.end()).isTrue();
        }
    }

    @Test
    void textMustEndBetweenCharacters() {
        FrameHeader header = frame(true, Opcode.TEXT, 1);
        message.begin(header);
        assertThat(append(header, "c3")).isTrue();
        assertThat(message.end()).isFalse();
        message.drop();
        message.begin(header);
        assertThat(append(header, "ff")).isFalse();
        message.drop();
        message.begin(header);
        assertThat(append(header, "41")).isTrue();
        assertThat(message.end()).isTrue();
        message.drop();
        assertThat(message.heldBytes()).isZero();
    }

    @Test
    void tellsTheFirstPartOnce() {
        message.begin(frame(false, Opcode.TEXT, 1));
        assertThat(message.beginPart()).isTrue();
        assertThat(message.beginPart()).isFalse();
        message.end();
        message.begin(frame(false, Opcode.BINARY, 1));
        assertThat(message.isText()).isFalse();
        assertThat(message.beginPart()).isTrue();
    }
}
