package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingRulesTest {
    private static void require(CloseState state, boolean messageOpen, Opcode opcode, boolean fin, long length) {
        OutgoingRules.require(state, messageOpen, true, opcode, fin, false, length);
    }

    @Test
    void reservedBitsNeedAnExtension() {
        assertThatThrownBy(() -> OutgoingRules.require(CloseState.OPEN, false, false, Opcode.TEXT, true, true, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RSV1");
    }

    @Test
    void theCompressedBitBelongsToFirstFrames() {
        for (Opcode opcode : Opcode.values()) {
            boolean first = opcode == Opcode.TEXT || opcode == Opcode.BINARY;
            boolean open = opcode == Opcode.CONTINUATION;
            if (first) {
                assertThatCode(() -> OutgoingRules.require(CloseState.OPEN, open, true, opcode, true, true, 0))
                        .doesNotThrowAnyException();
            } else {
                assertThatThrownBy(() -> OutgoingRules.require(CloseState.OPEN, open, true, opcode, true, true, 0))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("RSV1")
                        .hasMessageContaining(opcode.name());
            }
        }
    }

    @Test
    void lengthsAreNotNegative() {
        assertThatThrownBy(() -> require(CloseState.OPEN, false, Opcode.TEXT, true, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    void controlFramesAreShortAndWhole() {
        assertThatCode(() -> require(CloseState.OPEN, true, Opcode.PING, true, 125))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> require(CloseState.OPEN, false, Opcode.PING, true, 126))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("126");
        assertThatThrownBy(() -> require(CloseState.OPEN, false, Opcode.PONG, false, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FIN");
    }

    @Test
    void closeHasAWayOfItsOwn() {
        assertThatThrownBy(() -> require(CloseState.OPEN, false, Opcode.CLOSE, true, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writeClose");
    }

    @Test
    void fragmentsOfOneMessageStayTogether() {
        assertThatCode(() -> require(CloseState.OPEN, false, Opcode.TEXT, false, 1))
                .doesNotThrowAnyException();
        assertThatCode(() -> require(CloseState.OPEN, true, Opcode.CONTINUATION, true, 1))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> require(CloseState.OPEN, true, Opcode.BINARY, true, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("BINARY");
        assertThatThrownBy(() -> require(CloseState.OPEN, false, Opcode.CONTINUATION, true, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("CONTINUATION");
    }

    @ParameterizedTest
    @EnumSource
    void theStateDecides(CloseState state) {
        check(state.maySendData(), () -> require(state, false, Opcode.BINARY, true, 1), state);
        check(state.maySendControl(), () -> require(state, false, Opcode.PONG, true, 1), state);
    }

    private static void check(boolean allowed, Runnable sending, CloseState state) {
        if (allowed) {
            sending.run();
        } else {
            assertThatThrownBy(sending::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(state.name());
        }
    }

    @Test
    void closePayloads() {
        assertThat(OutgoingRules.closePayload(1005, "")).isEmpty();
        assertThat(Hex.of(OutgoingRules.closePayload(1000, ""))).isEqualTo("03 e8");
        assertThat(Hex.of(OutgoingRules.closePayload(4999, "h\u00e9"))).isEqualTo("13 87 68 c3 a9");
        assertThat(OutgoingRules.closePayload(1000, "x".repeat(123))).hasSize(125);
        assertThat(OutgoingRules.closePayload(1000, "\u4e2d".repeat(41))).hasSize(125);
    }

    @Test
    void closeReasonsAreShort() {
        assertThatThrownBy(() -> OutgoingRules.closePayload(1000, "x".repeat(124)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("124");
        assertThatThrownBy(() -> OutgoingRules.closePayload(1000, "\u4e2d".repeat(42)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("126");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65_536 + 1000})
    void closeCodesAreThoseThatMayBeSent(int code) {
        assertThatThrownBy(() -> OutgoingRules.closePayload(code, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("close code " + code);
    }

    @Test
    void anEmptyPayloadHasNoReason() {
        assertThatThrownBy(() -> OutgoingRules.closePayload(1005, "why")).isInstanceOf(IllegalArgumentException.class);
    }
}
