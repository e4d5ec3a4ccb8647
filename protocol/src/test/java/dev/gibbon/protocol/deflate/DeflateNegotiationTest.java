package dev.gibbon.protocol.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.protocol.deflate.DeflateNegotiation.Agreed;
import dev.gibbon.protocol.deflate.DeflateNegotiation.Answer;
import dev.gibbon.protocol.deflate.DeflateNegotiation.Broken;
import dev.gibbon.protocol.deflate.DeflateNegotiation.NotAgreed;
import dev.gibbon.protocol.deflate.DeflateNegotiation.Verdict;
import dev.gibbon.protocol.handshake.ExtensionOffer;
import dev.gibbon.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateNegotiationTest {
    private static final String PMD = "permessage-deflate";

    /** A field's value, taken apart; what the grammar is tested for elsewhere. */
    private static List<ExtensionOffer> elements(String value) {
        List<ExtensionOffer> elements = new ArrayList<>();
        for (String element : value.isEmpty() ? new String[0] : value.split(", *", -1)) {
            String[] parts = element.split("; *", -1);
            List<ExtensionOffer.Parameter> parameters = new ArrayList<>();
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                parameters.add(
                        equals < 0
                                ? new ExtensionOffer.Parameter(parts[i], null)
                                : new ExtensionOffer.Parameter(
                                        parts[i].substring(0, equals), parts[i].substring(equals + 1)));
            }
            elements.add(new ExtensionOffer(parts[0], parameters));
        }
        return elements;
    }

    private static @Nullable String answer(String offers, DeflatePreferences preferences) {
        return DeflateNegotiation.answer(elements(offers), preferences)
                .map(Answer::value)
                .orElse(null);
    }

    /** Short names in the tables: S and C for no context takeover, s and c for window bits. */
    private static String shortened(String text) {
        String[] parts = text.replace("*", PMD).split("; ", -1);
        for (int i = 1; i < parts.length; i++) {
            String rest = parts[i].substring(1);
            if (rest.isEmpty() || "=,".indexOf(rest.charAt(0)) >= 0) {
                parts[i] = switch (parts[i].charAt(0)) {
                    case 'S' -> "server_no_context_takeover" + rest;
                    case 'C' -> "client_no_context_takeover" + rest;
                    case 's' -> "server_max_window_bits" + rest;
                    case 'c' -> "client_max_window_bits" + rest;
                    default -> parts[i];
                };
            }
        }
        return String.join("; ", parts);
    }

    private static DeflatePreferences preferences(String text) {
        String[] parts = text.split(" ", -1);
        return new DeflatePreferences(
                parts[0].contains("S"), parts[0].contains("C"), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @ParameterizedTest
    @DisplayName("a server's answers: what was offered is honoured, and nothing is declined for window bits")
    @CsvSource(
            delimiter = '|',
            value = {
                // preferences | offer | answer | agreed
                "- 15 15  | *                    | *                   | -  15 15",
                "SC 15 15 | *                    | *; S; C             | SC 15 15",
                "S 15 15  | *                    | *; S                | S  15 15",
                "C 15 15  | *                    | *; C                | C  15 15",
                "- 15 15  | *; S                 | *; S                | S  15 15",
                "- 15 15  | *; C                 | *; C                | C  15 15",
                "- 15 15  | *; S; C              | *; S; C             | SC 15 15",
                "- 15 15  | *; s=10              | *; s=10             | -  10 15",
                "- 15 15  | *; s=15              | *; s=15             | -  15 15",
                "- 15 15  | *; s=8               | *; s=8              | -  8 15",
                "- 9 15   | *; s=12              | *; s=9              | -  9 15",
                "- 12 15  | *; s=9               | *; s=9              | -  9 15",
                "- 9 15   | *                    | *; s=9              | -  9 15",
                "- 15 15  | *; c                 | *                   | -  15 15",
                "- 15 15  | *; c=15              | *                   | -  15 15",
                "- 15 15  | *; c=10              | *; c=10             | -  15 10",
                "- 15 12  | *; c                 | *; c=12             | -  15 12",
                "- 15 12  | *; c=10              | *; c=10             | -  15 10",
                "- 15 9   | *; c=10              | *; c=9              | -  15 9",
                "- 15 9   | *                    | *                   | -  15 15",
                "- 15 8   | *; c=15              | *; c=8              | -  15 8",
                "SC 9 9   | *; c; s=11; C; S     | *; S; C; s=9; c=9   | SC 9 9",
                "SC 15 15 | *; c                 | *; S; C             | SC 15 15",
                // Lists, others between; the first that can be accepted is.
                "- 15 15  | other, *; S          | *; S                | S  15 15",
                "- 15 15  | *; s=7, *; s=9, *    | *; s=9              | -  9 15",
                "- 15 15  | *; x, *              | *                   | -  15 15",
                "- 15 15  | *; S; S, *; C        | *; C                | C  15 15",
                "- 15 15  | *; s=10, *; s=9      | *; s=10             | -  10 15"
            })
    void answers(String preferences, String offers, String answer, String agreed) {
        Optional<Answer> found = DeflateNegotiation.answer(elements(shortened(offers)), preferences(preferences));
        assertThat(found).isPresent();
        assertThat(found.get().value()).isEqualTo(shortened(answer));
        DeflatePreferences same = preferences(agreed.replaceAll(" +", " "));
        assertThat(found.get().parameters())
                .isEqualTo(new DeflateParameters(
                        same.serverNoContextTakeover(),
                        same.clientNoContextTakeover(),
                        same.serverMaxWindowBits(),
                        same.clientMaxWindowBits()));
    }

    @ParameterizedTest
    @DisplayName("H-35a, H-35b: offers that are declined, one by one")
    @ValueSource(
            strings = {
                "",
                "other",
                "constructor",
                "Permessage-Deflate",
                "permessage-deflate2",
                "*; x",
                "*; x=1",
                "*; Server_no_context_takeover",
                "*; S=1",
                "*; S=true",
                "*; C=0",
                "*; S; S",
                "*; C; C",
                "*; s",
                "*; s=7",
                "*; s=16",
                "*; s=08",
                "*; s=+9",
                "*; s=-9",
                "*; s=9.0",
                "*; s=0x9",
                "*; s=99",
                "*; s=4294967305",
                "*; s=\u0669",
                "*; s=10; s=10",
                "*; c=7",
                "*; c=16",
                "*; c=08",
                "*; c; c",
                "*; c=10; c",
                "*; c; c=10",
                "*; S; C; s=10; c=10; x"
            })
    void declines(String offer) {
        assertThat(answer(shortened(offer), DeflatePreferences.NO_TAKEOVER)).isNull();
        assertThat(answer(shortened(offer), DeflatePreferences.TAKEOVER)).isNull();
        if (!offer.isEmpty()) {
            assertThat(answer(shortened(offer + ", *"), DeflatePreferences.TAKEOVER))
                    .isEqualTo(PMD);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- 15 15  | *; c",
                "SC 15 15 | *; S; C; c",
                "S 15 15  | *; S; c",
                "- 15 9   | *; c=9",
                "- 10 15  | *; s=10; c, *; c",
                "SC 8 11  | *; S; C; s=8; c=11, *; S; C; c=11"
            })
    void offers(String preferences, String offer) {
        assertThat(DeflateNegotiation.offer(preferences(preferences))).isEqualTo(shortened(offer));
    }

    @ParameterizedTest
    @DisplayName("a client takes every answer that fits one of its offers")
    @CsvSource(
            delimiter = '|',
            value = {
                "- 15 15  | *                   | - 15 15",
                "- 15 15  | *; S                | S 15 15",
                "- 15 15  | *; C                | C 15 15",
                "- 15 15  | *; S; C; s=9; c=8   | SC 9 8",
                "- 15 15  | *; s=15; c=15       | - 15 15",
                "SC 15 15 | *; S                | SC 15 15",
                "SC 15 15 | *; S; C             | SC 15 15",
                "C 15 15  | *                   | C 15 15",
                "- 10 15  | *; s=10             | - 10 15",
                "- 10 15  | *; s=8              | - 8 15",
                "- 10 15  | *                   | - 15 15",
                "- 10 15  | *; s=12             | - 12 15",
                "- 15 10  | *                   | - 15 10",
                "- 15 10  | *; c=10             | - 15 10",
                "- 15 10  | *; c=9              | - 15 9"
            })
    void agrees(String preferences, String answer, String agreed) {
        Verdict verdict = DeflateNegotiation.judge(elements(shortened(answer)), preferences(preferences));
        DeflatePreferences same = preferences(agreed);
        assertThat(verdict)
                .isEqualTo(new Agreed(new DeflateParameters(
                        same.serverNoContextTakeover(),
                        same.clientNoContextTakeover(),
                        same.serverMaxWindowBits(),
                        same.clientMaxWindowBits())));
    }

    @ParameterizedTest
    @DisplayName("K-22a to K-22g: a bad answer fails the connection")
    @CsvSource(
            delimiter = '|',
            value = {
                "- 15 15  | other               | not offered",
                "- 15 15  | *, other            | not offered",
                "- 15 15  | other, *            | not offered",
                "- 15 15  | *, *                | twice",
                "- 15 15  | PERMESSAGE-DEFLATE  | not offered",
                "- 15 15  | *; x                | unknown parameter",
                "- 15 15  | *; s=99             | server_max_window_bits",
                "- 15 15  | *; s=7              | server_max_window_bits",
                "- 15 15  | *; s=16             | server_max_window_bits",
                "- 15 15  | *; s=08             | server_max_window_bits",
                "- 15 15  | *; s                | server_max_window_bits",
                "- 15 15  | *; c                | client_max_window_bits",
                "- 15 15  | *; c=7              | client_max_window_bits",
                "- 15 15  | *; c=16             | client_max_window_bits",
                "- 15 15  | *; S=1              | server_no_context_takeover",
                "- 15 15  | *; C=1              | client_no_context_takeover",
                "- 15 15  | *; S; S             | twice",
                "- 15 15  | *; C; C             | twice",
                "- 15 15  | *; s=9; s=9         | twice",
                "- 15 15  | *; c=9; c=9         | twice",
                "S 15 15  | *                   | lacks server_no_context_takeover",
                "SC 15 15 | *; C                | lacks server_no_context_takeover",
                "- 15 10  | *; c=11             | larger client_max_window_bits",
                "- 15 10  | *; c=15             | larger client_max_window_bits"
            })
    void isBroken(String preferences, String answer, String why) {
        Verdict verdict = DeflateNegotiation.judge(elements(shortened(answer)), preferences(preferences));
        assertThat(verdict).isInstanceOf(Broken.class);
        assertThat(((Broken) verdict).reason()).contains(why);
    }

    @Test
    void withoutAnOfferEveryAnswerIsBroken() {
        assertThat(DeflateNegotiation.judge(elements(PMD), null)).isInstanceOf(Broken.class);
        assertThat(DeflateNegotiation.judge(List.of(), null)).isEqualTo(new NotAgreed());
        assertThat(DeflateNegotiation.judge(List.of(), DeflatePreferences.TAKEOVER))
                .isEqualTo(new NotAgreed());
    }

    @Test
    @DisplayName("any client and any server of ours agree, on the same, and each gets what it asked of itself")
    void bothEndsAgree() {
        Seeded.run(1, 3000, random -> {
            DeflatePreferences client = any(random);
            DeflatePreferences server = any(random);
            Answer answer = DeflateNegotiation.answer(elements(DeflateNegotiation.offer(client)), server)
                    .orElseThrow();
            DeflateParameters agreed = answer.parameters();
            assertThat(DeflateNegotiation.judge(elements(answer.value()), client))
                    .isEqualTo(new Agreed(agreed));
            assertThat(agreed.serverNoContextTakeover())
                    .isEqualTo(client.serverNoContextTakeover() || server.serverNoContextTakeover());
            assertThat(agreed.clientNoContextTakeover())
                    .isEqualTo(client.clientNoContextTakeover() || server.clientNoContextTakeover());
            assertThat(agreed.serverMaxWindowBits())
                    .isEqualTo(Math.min(client.serverMaxWindowBits(), server.serverMaxWindowBits()));
            assertThat(agreed.clientMaxWindowBits())
                    .isEqualTo(Math.min(client.clientMaxWindowBits(), server.clientMaxWindowBits()));
        });
    }

    private static DeflatePreferences any(Random random) {
        return new DeflatePreferences(
                random.nextBoolean(), random.nextBoolean(), 8 + random.nextInt(8), 8 + random.nextInt(8));
    }

    @Test
    void parametersHaveRanges() {
        for (int bits : new int[] {7, 16}) {
            assertThatThrownBy(() -> new DeflateParameters(false, false, bits, 15))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("serverMaxWindowBits must be 8 to 15, not " + bits);
            assertThatThrownBy(() -> new DeflatePreferences(false, false, 15, bits))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("clientMaxWindowBits must be 8 to 15, not " + bits);
        }
        for (int level : new int[] {-1, 10}) {
            assertThatThrownBy(() -> new AgreedDeflate(DeflateParameters.TAKEOVER, level, DeflatePool.unpooled()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("level must be 0 to 9, not " + level);
        }
    }
}
