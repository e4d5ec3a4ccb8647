package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryParametersTest {

    @Test
    void noQueryHasNoParameters() {
        assertThat(QueryParameters.parse(null).asMap()).isEmpty();
        assertThat(QueryParameters.parse("").asMap()).isEmpty();
    }

    @Test
    void readsNamesAndValuesInTheirOrder() {
        QueryParameters parameters = QueryParameters.parse("room=7&user=J%C3%B6rg+B.&room=8&flag");
        assertThat(parameters.asMap())
                .containsExactly(
                        Map.entry("room", List.of("7", "8")),
                        Map.entry("user", List.of("J\u00f6rg B.")),
                        Map.entry("flag", List.of("")));
        assertThat(parameters.first("room")).isEqualTo("7");
        assertThat(parameters.all("room")).containsExactly("7", "8");
        assertThat(parameters.first("Room")).isNull();
        assertThat(parameters.all("Room")).isEmpty();
    }

    @Test
    void separatorsInEscapesAreText() {
        assertThat(QueryParameters.parse("a%3Db=c%26d").first("a=b")).isEqualTo("c&d");
        assertThat(QueryParameters.parse("a=b=c").first("a")).isEqualTo("b=c");
        assertThat(QueryParameters.parse("a?=b?").first("a?")).isEqualTo("b?");
    }

    @Test
    void nonsenseIsText() {
        assertThat(QueryParameters.parse("&&=&=x&%&a=%zz&").asMap())
                .containsExactly(
                        Map.entry("", List.of("", "x")), Map.entry("%", List.of("")), Map.entry("a", List.of("%zz")));
    }

    @Test
    void costIsLinear() {
        assertThat(QueryParameters.parse("a&".repeat(500_000) + "=b").all("a")).hasSize(500_000);
    }

    @Test
    void theMapIsReadOnlyAndItsTextHidesValues() {
        QueryParameters parameters = QueryParameters.parse("token=secret");
        assertThat(parameters).hasToString("parameters [token]");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> parameters.asMap().clear());
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> parameters.all("token").clear());
    }
}
