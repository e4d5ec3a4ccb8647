package dev.gibbon.demos.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRulesTest {
    private static final String APE = "\ud83e\udda7"; // one character, two chars, four bytes

    private final ChatRules rules = new ChatRules(ChatLimits.DEFAULT);

    private static String refusal(ThrowingCallable asked) {
        Refusal refusal = catchThrowableOfType(Refusal.class, asked);
        assertThat(refusal).isNotNull();
        assertThat(refusal.retryAfter()).isNull();
        return refusal.code() + ": " + refusal.text();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "Ann",
                "<b>Ann</b>",
                "\u5c0f\u660e",
                "O'Neill \"the\" & co",
                "\u0645\u0631\u06cc\u0645\u200c\u062c",
                "\ud83d\udc69\u200d\ud83d\udcbb"
            })
    void aNameIsWhateverCanBeSeen(String name) {
        assertThatCode(() -> rules.checkName(name)).doesNotThrowAnyException();
        assertThatCode(() -> rules.checkRoom(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb",
                "a\tb",
                "a\u0000b",
                "a\u007fb",
                "a\u0085b",
                "a\u2028b",
                "a\u202eb",
                "a\u2066b",
                "a\ud800b"
            })
    void aNameHasNoControlCharactersAndTurnsNothing(String name) {
        assertThat(refusal(() -> rules.checkName(name))).startsWith("bad-name: A name cannot have the character U+");
        assertThat(refusal(() -> rules.checkRoom(name)))
                .startsWith("bad-room: A room's name cannot have the character U+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u2003"})
    void aNameCanBeSeen(String name) {
        assertThat(refusal(() -> rules.checkName(name)))
                .isEqualTo("bad-name: A name has at least one character that can be seen.");
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "a ", "a\u2003"})
    void aNameHasNoBlankAtItsEnds(String name) {
        assertThat(refusal(() -> rules.checkName(name)))
                .isEqualTo("bad-name: A name neither begins nor ends with a blank.");
    }

    @Test
    void aNameHas32CharactersAndARoom64() {
        for (int length : new int[] {31, 32}) {
            assertThatCode(() -> rules.checkName(APE.repeat(length))).doesNotThrowAnyException();
        }
        assertThat(refusal(() -> rules.checkName(APE.repeat(33))))
                .isEqualTo("bad-name: A name has at most 32 characters.");
        for (int length : new int[] {63, 64}) {
            assertThatCode(() -> rules.checkRoom("x".repeat(length))).doesNotThrowAnyException();
        }
        assertThat(refusal(() -> rules.checkRoom("x".repeat(65))))
                .isEqualTo("bad-room: A room's name has at most 64 characters.");
    }

    @Test
    void aTextHas512BytesOfUtf8() {
        for (String text : new String[] {
            "x".repeat(511), "x".repeat(512), "\u00e9".repeat(256), "\u20ac".repeat(170), APE.repeat(128)
        }) {
            assertThatCode(() -> rules.checkText(text)).doesNotThrowAnyException();
        }
        assertThat(refusal(() -> rules.checkText("x".repeat(513))))
                .isEqualTo("too-long: This message is too long: it has 513 bytes, and 512 is the most.");
        for (String text : new String[] {"\u00e9".repeat(257), "\u20ac".repeat(171), APE.repeat(129)}) {
            assertThat(refusal(() -> rules.checkText(text))).startsWith("too-long: ");
        }
    }

    @Test
    void aTextMayHaveLinesAndOtherwiseNoControlCharacters() {
        assertThatCode(() -> rules.checkText("one\n\ttwo \u202eowt")).doesNotThrowAnyException();
        assertThat(refusal(() -> rules.checkText("bell \u0007")))
                .isEqualTo("bad-text: A message cannot have the character U+0007.");
        assertThat(refusal(() -> rules.checkText("one\r\ntwo")))
                .isEqualTo("bad-text: A message cannot have the character U+000D.");
        assertThat(refusal(() -> rules.checkText("half \udc00")))
                .isEqualTo("bad-text: A message cannot have the character U+DC00.");
        assertThat(refusal(() -> rules.checkText(" \n"))).isEqualTo("bad-text: There is nothing in this message.");
    }
}
