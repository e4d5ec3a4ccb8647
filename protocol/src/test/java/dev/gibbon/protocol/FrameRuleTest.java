package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameRuleTest {
    @ParameterizedTest
    @EnumSource
    void makesAFailureThatFitsACloseFrame(FrameRule rule) {
        assertThat(rule.section()).matches("\\d+(\\.\\d+)*");
        assertThat(rule.rfc()).isIn(6455, 7692);
        assertThat(rule.sentence()).matches("[ -~]{5,99}").doesNotEndWith(".");
        assertThat(rule.closeCode()).isIn(1002, 1007, 1008, 1009);
        assertThat(rule.failure()).isEqualTo(new Failure(rule.closeCode(), rule.sentence()));
    }

    @ParameterizedTest
    @EnumSource(
            value = FrameRule.class,
            names = {"FRAME_LIMIT", "MESSAGE_LIMIT", "FRAME_COUNT_LIMIT"})
    void longestDetailFits(FrameRule rule) {
        assertThat(rule.failure("maxFramesPerMessage is " + Long.MAX_VALUE).reason())
                .startsWith(rule.sentence() + ": ");
    }
}
