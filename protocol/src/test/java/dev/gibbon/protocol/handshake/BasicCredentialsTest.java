package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicCredentialsTest {

    /** RFC 7617, 2 and 2.1. */
    @Test
    void theExamplesOfTheRfc() {
        assertThat(new BasicCredentials("Aladdin", "open sesame").fieldValue())
                .isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assertThat(new BasicCredentials("test", "123\u00a3").fieldValue()).isEqualTo("Basic dGVzdDoxMjPCow==");
    }

    @Test
    void partsMayBeEmptyAndThePasswordMayHoldColons() {
        assertThat(new BasicCredentials("", "").fieldValue()).isEqualTo("Basic Og==");
        assertThat(new BasicCredentials("a", ":b:").fieldValue()).isEqualTo("Basic YTo6Yjo=");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BasicCredentials("a:b", "c"))
                .withMessage("the user of Basic authentication may not hold a colon (RFC 7617, 2)");
    }

    @ParameterizedTest
    @DisplayName("K-57b: control characters in credentials are refused")
    @ValueSource(strings = {"a\r", "a\n", "a\u0000", "a\u007f", "a\u0085"})
    void controls(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BasicCredentials(text, ""))
                .withMessage(
                        "the user of Basic authentication may not hold control characters (RFC 7617, 2); one stands at"
                                + " index 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BasicCredentials("", text))
                .withMessageStartingWith("the password of");
    }

    @Test
    void theTextHidesBoth() {
        assertThat(new BasicCredentials("user", "secret")).hasToString("BasicCredentials[hidden]");
    }
}
