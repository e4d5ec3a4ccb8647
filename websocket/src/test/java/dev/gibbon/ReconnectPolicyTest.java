package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconnectPolicyTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void defaults() {
        ReconnectPolicy policy = ReconnectPolicy.defaults();
        assertThat(policy.firstDelay()).isEqualTo(SECOND);
        assertThat(policy.maxDelay()).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.stableAfter()).isEqualTo(Duration.ofSeconds(10));
        assertThat(policy.maxRetryAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(policy.maxAttempts()).isEqualTo(Integer.MAX_VALUE);
        assertThat(policy.maxTime()).isNull();
        assertThat(policy.fatalStatus().test(403)).isTrue();
        assertThat(policy.fatalCloseCode().test(1008)).isTrue();
    }

    @Test
    void limitsOfTheSettings() {
        Duration year = Duration.ofDays(366);
        Duration none = Duration.ZERO;
        assertThat(ReconnectPolicy.builder()
                        .delays(Duration.ofNanos(1), year)
                        .build()
                        .maxDelay())
                .isEqualTo(year);
        assertThat(ReconnectPolicy.builder().maxTime(year).build().maxTime()).isEqualTo(year);
        assertThat(ReconnectPolicy.builder().maxAttempts(1).build().maxAttempts())
                .isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().delays(none, SECOND))
                .withMessage(
                        "delays from PT0S to PT1S: expected more than zero, and the second not less than the first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().delays(Duration.ofSeconds(2), SECOND));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().delays(SECOND.negated(), SECOND));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().delays(SECOND, year.plusNanos(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().stableAfter(SECOND.negated()))
                .withMessage("stableAfter is PT-1S: expected zero to a year");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().maxRetryAfter(year.plusNanos(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().maxTime(none));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().maxAttempts(0))
                .withMessage("0 attempts: expected 1 or more");
    }

    @Test
    void anOutboxIsNotLessThanNothing() {
        WebSocketClient client = WebSocketClient.builder("ws://example.com").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectingWebSocket.builder(client).outbox(-1, OutboxPolicy.REFUSE))
                .withMessage("an outbox of -1 bytes: expected 0 or more");
    }
}
