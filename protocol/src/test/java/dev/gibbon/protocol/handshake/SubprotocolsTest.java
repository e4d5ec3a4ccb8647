package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubprotocolsTest {

    @Test
    void noFieldIsNoOffer() {
        assertThat(Subprotocols.offered(HeaderFields.EMPTY)).contains(List.of());
    }

    @Test
    void readsTheOffersInTheirOrder() {
        assertThat(offered("chat")).containsExactly("chat");
        assertThat(offered("b, a,c\t ,\td")).containsExactly("b", "a", "c", "d");
        assertThat(offered("v1.stomp", "mqtt , wamp.2.json")).containsExactly("v1.stomp", "mqtt", "wamp.2.json");
    }

    @Test
    void emptyElementsArePassedOver() {
        assertThat(offered(", a ,, \t, b,")).containsExactly("a", "b");
        assertThat(offered("", "a")).containsExactly("a");
        assertThat(offered("a", "")).containsExactly("a");
    }

    @Test
    void caseMakesADifference() {
        assertThat(offered("chat, Chat")).containsExactly("chat", "Chat");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", ",", ",,", "a b", "a;q=1", "\"a\"", "a, b c", "a/b", "(a)", "a, b@c", "a\u00e4", "a, a",
                "a,b,,a", "{}"
            })
    void refusesAnythingElse(String value) {
        assertThat(Subprotocols.offered(Heads.fields("Sec-WebSocket-Protocol: " + value)))
                .isEmpty();
    }

    @Test
    void refusesTheSameOfferInTwoFields() {
        assertThat(Subprotocols.offered(Heads.fields("Sec-WebSocket-Protocol: a", "sec-websocket-protocol: b, a")))
                .isEmpty();
    }

    /** Compared each with each, these would take a hundred million steps. */
    @Test
    void costIsLinearInTheNumberOfOffers() {
        StringJoiner offers = new StringJoiner(",");
        for (int i = 0; i < 100_000; i++) {
            offers.add(Integer.toString(i, 36));
        }
        byte[] value = Heads.latin1("Sec-WebSocket-Protocol" + offers);
        HeaderFields fields = new HeaderFields(value, new int[] {0, 22, 22, value.length}, 1);
        assertThat(Subprotocols.offered(fields).orElseThrow()).hasSize(100_000);
    }

    @Test
    void choosesByThePreferenceOfTheServer() {
        assertThat(Subprotocols.choose(List.of("a", "b"), List.of("c", "b", "a")))
                .isEqualTo("a");
        assertThat(Subprotocols.choose(List.of("x", "b"), List.of("c", "b", "a")))
                .isEqualTo("b");
        assertThat(Subprotocols.choose(List.of("x"), List.of("c", "b", "a"))).isNull();
        assertThat(Subprotocols.choose(List.of("A"), List.of("a"))).isNull();
        assertThat(Subprotocols.choose(List.of("a"), List.of())).isNull();
        assertThat(Subprotocols.choose(List.of(), List.of("a"))).isNull();
    }

    @Test
    void choosesTheConstantOfTheServer() {
        String constant = "chat";
        List<String> offered = offered("chat");
        assertThat(offered.get(0)).isNotSameAs(constant);
        assertThat(Subprotocols.choose(List.of(constant), offered)).isSameAs(constant);
    }

    @Test
    void checksConfiguredNames() {
        assertThat(Subprotocols.requireValid("v12.stomp")).isEqualTo("v12.stomp");
        for (String name : List.of("", "a b", "a,b", "a\r\nb", "\u00e4")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Subprotocols.requireValid(name));
        }
    }

    private static List<String> offered(String... values) {
        String[] lines = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            lines[i] = "Sec-WebSocket-Protocol:" + values[i];
        }
        return Subprotocols.offered(Heads.fields(lines)).orElseThrow();
    }
}
