package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoleTest {
    @Test
    void clientMasksAndServerExpectsIt() {
        assertThat(Role.CLIENT.masksOutgoing()).isTrue();
        assertThat(Role.CLIENT.expectsMaskedIncoming()).isFalse();
        assertThat(Role.SERVER.masksOutgoing()).isFalse();
        assertThat(Role.SERVER.expectsMaskedIncoming()).isTrue();
    }

    @Test
    void peersAreEachOther() {
        assertThat(Role.CLIENT.peer()).isEqualTo(Role.SERVER);
        assertThat(Role.SERVER.peer()).isEqualTo(Role.CLIENT);
    }
}
