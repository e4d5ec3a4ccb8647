package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpcodeTest {
    @ParameterizedTest
    @EnumSource
    void isFoundByItsCode(Opcode opcode) {
        assertThat(Opcode.of(opcode.code())).isSameAs(opcode);
    }

    @Test
    void hasTheCodesOfTheRfc() {
        assertThat(Opcode.values()).extracting(Opcode::code).containsExactly(0, 1, 2, 8, 9, 10);
    }

    @Test
    void controlIsTheTopBit() {
        assertThat(Opcode.values())
                .filteredOn(Opcode::isControl)
                .containsExactly(Opcode.CLOSE, Opcode.PING, Opcode.PONG);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void reservedOnesAreNone(int code) {
        assertThat(Opcode.of(code)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 16, 0x81})
    void moreThanFourBitsAreRefused(int code) {
        assertThatThrownBy(() -> Opcode.of(code)).isInstanceOf(IllegalArgumentException.class);
    }
}
