package dev.gibbon.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoutesTest {
    private final Routes<String> routes = new Routes<>();

    private Routes.Route<String> find(String path) {
        return Objects.requireNonNull(routes.find(path), path);
    }

    @Test
    void anExactPathWinsOverParametersAndThoseOverPrefixes() {
        routes.add("/rooms/*", "prefix");
        routes.add("/rooms/{room}", "parameter");
        routes.add("/rooms/main", "exact");
        assertThat(find("/rooms/main").found()).isEqualTo("exact");
        assertThat(find("/rooms/other").found()).isEqualTo("parameter");
        assertThat(find("/rooms/other").parameters("/rooms/other")).isEqualTo(Map.of("room", "other"));
        assertThat(find("/rooms/a/b").found()).isEqualTo("prefix");
        assertThat(find("/rooms/a/b").parameters("/rooms/a/b")).isEqualTo(Map.of("*", "a/b"));
        assertThat(find("/rooms/").found()).as("a parameter is not empty").isEqualTo("prefix");
        assertThat(routes.find("/rooms")).isNull();
        assertThat(routes.find("/rooms/main/")).isNotNull();
        assertThat(routes.find("/")).isNull();
    }

    @Test
    void aLongerPrefixWins() {
        routes.add("/*", "all");
        routes.add("/a/b/*", "long");
        routes.add("/a/*", "short");
        assertThat(find("/a/b/c").found()).isEqualTo("long");
        assertThat(find("/a/c").found()).isEqualTo("short");
        assertThat(find("/").found()).isEqualTo("all");
        assertThat(find("/x").parameters("/x")).isEqualTo(Map.of("*", "x"));
    }

    @Test
    void severalParametersAreFoundBySegment() {
        routes.add("/{a}/x/{b}", "v");
        assertThat(find("/1/x/2").parameters("/1/x/2")).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(routes.find("/1/y/2")).isNull();
        assertThat(routes.find("/1/x/2/3")).isNull();
    }

    @Test
    void theSamePathsWithOtherValues() {
        routes.add("/a", "1");
        routes.add("/b/{c}", "2");
        routes.add("/d/*", "3");
        Routes<Integer> numbers = routes.map(Integer::valueOf);
        assertThat(Objects.requireNonNull(numbers.find("/a")).found()).isEqualTo(1);
        assertThat(Objects.requireNonNull(numbers.find("/b/x")).found()).isEqualTo(2);
        assertThat(Objects.requireNonNull(numbers.find("/d/x")).found()).isEqualTo(3);
        assertThat(numbers.isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "/a*", "/a/*/b", "/a?b", "/a#b", "/{a}/{a}", "/{a", "/a}", "/x{a}", "/{a}x", "/{a}/b*"})
    void refusesAPathThatMeansNothing(String path) {
        assertThatThrownBy(() -> routes.add(path, "v"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "/a/*", "/{a}"})
    void refusesAPathThatIsTaken(String path) {
        routes.add(path, "v");
        assertThatThrownBy(() -> routes.add(path, "w"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("taken");
    }

    @Test
    void patternsThatDifferOnlyInNamesAreTheSame() {
        routes.add("/r/{a}/x", "v");
        assertThatThrownBy(() -> routes.add("/r/{b}/x", "w"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/r/{a}/x");
        routes.add("/r/{b}/y", "w");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../b", "/./a", "/a%41", "/a/..", "/%2F/*"})
    void refusesAPathThatNoRequestCanReach(String path) {
        assertThatThrownBy(() -> routes.add(path, "v")).isInstanceOf(IllegalArgumentException.class);
    }
}
