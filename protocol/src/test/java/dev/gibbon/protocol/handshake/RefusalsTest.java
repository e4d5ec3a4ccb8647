package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    @Test
    void eachIsAShortSentenceOfItsOwn() throws IllegalAccessException {
        List<Refusal> all = all();
        assertThat(all).hasSizeGreaterThan(30);
        assertThat(new HashSet<>(all)).hasSameSizeAs(all);
        for (Refusal refusal : all) {
            assertThat(refusal.message())
                    .matches("[A-Z][\\x20-\\x7e]+\\.\\)?")
                    .hasSizeBetween(20, 200)
                    .doesNotContainIgnoringCase("gibbon")
                    .doesNotContainIgnoringCase("java");
        }
    }

    @Test
    void theStatusesAreThoseOfTheMap() throws IllegalAccessException {
        assertThat(all()).extracting(Refusal::status).containsOnly(400, 405, 414, 426, 431, 505);
    }

    /** RFC 9110, 15.5.6 and 15.5.22: a 405 MUST have Allow, a 426 MUST have Upgrade. */
    @Test
    void eachHasTheFieldThatItsStatusDemands() throws IllegalAccessException {
        for (Refusal refusal : all()) {
            String name = refusal.status() == 405 ? "Allow" : refusal.status() == 426 ? "Upgrade" : null;
            if (name == null) {
                assertThat(refusal.fields()).isEmpty();
            } else {
                assertThat(refusal.fields()).extracting(HeaderField::name).contains(name);
            }
        }
    }

    private static List<Refusal> all() throws IllegalAccessException {
        List<Refusal> all = new ArrayList<>();
        for (Field field : Refusals.class.getDeclaredFields()) {
            if (field.getType() == Refusal.class) {
                assertThat(Modifier.isFinal(field.getModifiers())).isTrue();
                all.add((Refusal) field.get(null));
            }
        }
        return all;
    }
}
