package dev.gibbon.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EntityTagTest {
    @Test
    void theTagDependsOnTheContentAlone() {
        String tag = EntityTag.of(new byte[] {1, 2, 3});
        assertThat(tag).startsWith("\"").endsWith("\"").hasSize(22).isEqualTo(EntityTag.of(new byte[] {1, 2, 3}));
        assertThat(tag).isNotEqualTo(EntityTag.of(new byte[] {1, 2, 4}));
    }

    @Test
    void aTagIsFoundInListsAndWeakForms() {
        String tag = "\"abc\"";
        assertThat(EntityTag.matches(List.of(), tag)).isFalse();
        assertThat(EntityTag.matches(List.of("\"abc\""), tag)).isTrue();
        assertThat(EntityTag.matches(List.of("W/\"abc\""), tag)).isTrue();
        assertThat(EntityTag.matches(List.of("\"x\", \"abc\""), tag)).isTrue();
        assertThat(EntityTag.matches(List.of("\"x\"", "\"y\",\"abc\",\"z\""), tag))
                .isTrue();
        assertThat(EntityTag.matches(List.of("*"), tag)).isTrue();
        assertThat(EntityTag.matches(List.of("\"abcd\""), tag)).isFalse();
        assertThat(EntityTag.matches(List.of("x\"abc\"y"), tag)).isFalse();
        assertThat(EntityTag.matches(List.of("abc"), tag)).isFalse();
    }

    @Test
    void contentTypesComeFromTheEnding() {
        assertThat(ContentTypes.of("/index.html")).isEqualTo("text/html; charset=utf-8");
        assertThat(ContentTypes.of("/A.B/C.SVG")).isEqualTo("image/svg+xml");
        assertThat(ContentTypes.of("/README")).isEqualTo("application/octet-stream");
        assertThat(ContentTypes.of("/x.unknown")).isEqualTo("application/octet-stream");
    }
}
