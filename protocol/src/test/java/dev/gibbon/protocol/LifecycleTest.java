package dev.gibbon.protocol;

import static dev.gibbon.protocol.CloseState.CLOSED;
import static dev.gibbon.protocol.CloseState.CLOSE_RECEIVED;
import static dev.gibbon.protocol.CloseState.CLOSE_SENT;
import static dev.gibbon.protocol.CloseState.FAILED;
import static dev.gibbon.protocol.CloseState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    @Test
    void closeSent() {
        check(Lifecycle::closeSent, Map.of(OPEN, CLOSE_SENT, CLOSE_RECEIVED, CLOSED, FAILED, CLOSED));
    }

    @Test
    void closeReceived() {
        check(Lifecycle::closeReceived, Map.of(OPEN, CLOSE_RECEIVED, CLOSE_SENT, CLOSED));
    }

    @Test
    void failed() {
        check(Lifecycle::failed, Map.of(OPEN, FAILED, CLOSE_SENT, CLOSED));
    }

    @Test
    void streamEnded() {
        check(
                Lifecycle::streamEnded,
                Map.of(
                        OPEN, FAILED,
                        CLOSE_SENT, CLOSED,
                        CLOSE_RECEIVED, CLOSE_RECEIVED,
                        CLOSED, CLOSED,
                        FAILED, FAILED));
    }

    /** These transitions, and an exception that names the state from all others. */
    private static void check(UnaryOperator<CloseState> transition, Map<CloseState, CloseState> expected) {
        Map<CloseState, CloseState> left = new EnumMap<>(expected);
        for (CloseState state : CloseState.values()) {
            CloseState next = left.remove(state);
            if (next != null) {
                assertThat(transition.apply(state)).as("from %s", state).isEqualTo(next);
            } else {
                assertThatThrownBy(() -> transition.apply(state))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(state.name());
            }
        }
        assertThat(left).isEmpty();
    }
}
