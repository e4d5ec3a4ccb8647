package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest {

    @ParameterizedTest
    @ValueSource(ints = {300, 303, 305, 400, 401, 503, 599})
    void hasTheStatusOfARefusal(int status) {
        assertThat(new Refusal(status, "No.").status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 101, 200, 299, 304, 600})
    void neverHasAStatusThatMeansSomethingElse(int status) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Refusal(status, "No."));
    }

    @Test
    void withAddsAFieldToACopy() {
        Refusal refusal = new Refusal(503, "Full.");
        Refusal more = refusal.with("Retry-After", "5").with("X", "y");
        assertThat(refusal.fields()).isEmpty();
        assertThat(more.fields()).containsExactly(new HeaderField("Retry-After", "5"), new HeaderField("X", "y"));
        assertThat(more.message()).isEqualTo("Full.");
    }

    @Test
    void keepsACopyOfTheFields() {
        List<HeaderField> fields = new ArrayList<>(List.of(new HeaderField("A", "b")));
        Refusal refusal = new Refusal(401, "Who?", fields);
        fields.clear();
        assertThat(refusal.fields()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection", "CONTENT-LENGTH", "Content-Type", "transfer-encoding"})
    void doesNotLetACallerSayHowItIsDelimited(String name) {
        Refusal refusal = new Refusal(400, "No.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> refusal.with(name, "1"))
                .withMessageEndingWith("is set by the library, not by its caller");
    }
}
