package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Stands for this module until it has tests of its own. */
class HouseTest {
    @Test
    void runsOnJdk17OrNewer() {
        assertThat(Runtime.version().feature()).isGreaterThanOrEqualTo(17);
    }
}
