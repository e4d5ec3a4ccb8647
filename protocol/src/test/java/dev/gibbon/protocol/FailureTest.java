package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void fitsACloseFrame() {
        assertThat(new Failure(1002, "x".repeat(123)).reason()).hasSize(123);
        assertThatThrownBy(() -> new Failure(1002, "x".repeat(124))).hasMessageContaining("at most 123 bytes");
        assertThatThrownBy(() -> new Failure(1002, "\u00e9".repeat(62))).hasMessageContaining("not 124");
    }

    @Test
    void hasACodeThatMayBeSent() {
        assertThatThrownBy(() -> new Failure(1006, "")).hasMessageContaining("1006");
    }
}
