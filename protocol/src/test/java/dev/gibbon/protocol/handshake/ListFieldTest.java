package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListFieldTest {

    @Test
    void noFieldIsAnEmptyList() {
        assertThat(read("Y: a")).contains(List.of());
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(read("X: a,b", "Y: z", "x:c")).contains(List.of("a", "b", "c"));
    }

    @Test
    void emptyElementsArePassedOver() {
        assertThat(read("X: ,,a, ,\t,b ,", "X:", "X: ,")).contains(List.of("a", "b"));
    }

    @Test
    void aListOfEmptyElementsOnlyIsNone() {
        assertThat(read("X:")).isEmpty();
        assertThat(read("X: , ,", "X:")).isEmpty();
    }

    @Test
    void elementsEndAtACommaOrTheEnd() {
        assertThat(read("X: a b")).isEmpty();
        assertThat(read("X: a;b")).isEmpty();
        assertThat(read("X: a, (b)")).isEmpty();
        assertThat(read("X: a", "X: b c")).isEmpty();
    }

    private static Optional<List<String>> read(String... lines) {
        return ListField.read(Heads.fields(lines), "X", cursor -> {
            String token = cursor.token();
            cursor.skipBlanks();
            return token;
        });
    }
}
