package dev.gibbon.protocol;

import static dev.gibbon.protocol.CloseState.CLOSED;
import static dev.gibbon.protocol.CloseState.CLOSE_RECEIVED;
import static dev.gibbon.protocol.CloseState.CLOSE_SENT;
import static dev.gibbon.protocol.CloseState.FAILED;
import static dev.gibbon.protocol.CloseState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CloseStateTest {
    @Test
    void dataGoesOutUntilOurClose() {
        assertThat(CloseState.values())
                .filteredOn(CloseState::maySendData)
                .containsExactly(OPEN, CLOSE_RECEIVED, FAILED);
    }

    @Test
    void controlGoesOutUntilAllIsOver() {
        assertThat(CloseState.values())
                .filteredOn(CloseState::maySendControl)
                .containsExactly(OPEN, CLOSE_SENT, CLOSE_RECEIVED, FAILED);
    }

    @Test
    void closeGoesOutOnce() {
        assertThat(CloseState.values())
                .filteredOn(CloseState::maySendClose)
                .containsExactly(OPEN, CLOSE_RECEIVED, FAILED);
    }

    @Test
    void framesAreLookedAtUntilThePeersCloseOrFault() {
        assertThat(CloseState.values()).filteredOn(CloseState::mayReceive).containsExactly(OPEN, CLOSE_SENT);
        assertThat(CLOSED.mayReceive()).isFalse();
    }
}
