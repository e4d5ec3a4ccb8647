package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.ExtensionOffer.Parameter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionOfferTest {

    @Test
    void noFieldIsNoOffer() {
        assertThat(ExtensionOffer.parse(HeaderFields.EMPTY)).contains(List.of());
    }

    @Test
    void readsWhatBrowsersSend() {
        assertThat(offers("permessage-deflate; client_max_window_bits"))
                .containsExactly(new ExtensionOffer(
                        "permessage-deflate", List.of(new Parameter("client_max_window_bits", null))));
    }

    @Test
    void readsAlternativesInTheirOrder() {
        assertThat(offers("a; x=1; y, b ,c;z=\"8\"", "d"))
                .containsExactly(
                        new ExtensionOffer("a", List.of(new Parameter("x", "1"), new Parameter("y", null))),
                        new ExtensionOffer("b", List.of()),
                        new ExtensionOffer("c", List.of(new Parameter("z", "8"))),
                        new ExtensionOffer("d", List.of()));
    }

    @Test
    void blanksMayStandBetweenAllParts() {
        assertThat(offers(" a\t; x = 1 ;y\t,\tb ; z = \"2\" "))
                .containsExactly(
                        new ExtensionOffer("a", List.of(new Parameter("x", "1"), new Parameter("y", null))),
                        new ExtensionOffer("b", List.of(new Parameter("z", "2"))));
    }

    @Test
    void emptyElementsArePassedOver() {
        assertThat(offers(",, a ,, b,")).hasSize(2);
        assertThat(offers("", "a")).hasSize(1);
    }

    @Test
    void whatIsOddButGrammaticalIsForTheExtensionToDecline() {
        assertThat(offers("constructor; __proto__=1; x; x=2; X"))
                .containsExactly(new ExtensionOffer(
                        "constructor",
                        List.of(
                                new Parameter("__proto__", "1"),
                                new Parameter("x", null),
                                new Parameter("x", "2"),
                                new Parameter("X", null))));
        assertThat(offers("permessage-deflate, permessage-deflate")).hasSize(2);
    }

    @Test
    void quotedValuesAreUnescaped() {
        assertThat(offers("a; x=\"\\1\\0\"").get(0).parameters()).containsExactly(new Parameter("x", "10"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                " ",
                ";",
                "a;",
                "a;,b",
                "a; ;b",
                "a;=1",
                "a;x=",
                "a;x=,b",
                "a;x==1",
                "a;x=1=2",
                "a;x=1 2",
                "a;x y",
                "a b",
                "=",
                "a=1",
                "\"a\"",
                "a;\"x\"",
                "a;x=\"",
                "a;x=\"\"",
                "a;x=\"1",
                "a;x=\"1\\",
                "a;x=\"1 2\"",
                "a;x=\"1,2\"",
                "a;x=\"1\"2",
                "a;x=(1)",
                "a;x=\u00e4",
                "\u00e4",
                "a/b",
                "a, b c",
                "a@b"
            })
    void refusesWhatBreaksTheGrammar(String value) {
        assertThat(ExtensionOffer.parse(Heads.fields("Sec-WebSocket-Extensions: " + value))
                        .isPresent())
                .isFalse();
    }

    @Test
    void oneBadFieldRefusesAll() {
        assertThat(ExtensionOffer.parse(Heads.fields("Sec-WebSocket-Extensions: a", "Sec-WebSocket-Extensions: ;")))
                .isEqualTo(Optional.empty());
    }

    /** Patterns with nested repetition needed minutes for values like these. */
    @ParameterizedTest
    @ValueSource(strings = {"a;x=\"", "a;x=\"\\\"", "a; ", ",", "a;x=", "a,", "a;b=\"c\","})
    void costIsLinearInTheLengthOfHostileValues(String piece) {
        byte[] value = Heads.latin1("Sec-WebSocket-Extensions" + piece.repeat(300_000 / piece.length()));
        HeaderFields fields = new HeaderFields(value, new int[] {0, 24, 24, value.length}, 1);
        Optional<List<ExtensionOffer>> offers = ExtensionOffer.parse(fields);
        assertThat(offers.isPresent()).isEqualTo(piece.equals("a,") || piece.equals("a;b=\"c\","));
    }

    private static List<ExtensionOffer> offers(String... values) {
        String[] lines = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            lines[i] = "Sec-WebSocket-Extensions:" + values[i];
        }
        return ExtensionOffer.parse(Heads.fields(lines)).orElseThrow();
    }
}
