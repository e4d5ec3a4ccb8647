package dev.gibbon.demos.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gibbon.Message;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatReaderTest {
    private static final String SECRET = "0123456789abcdef";

    private static String refusal(String json) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> ChatReader.request(json));
        assertThat(refusal).as(json).isNotNull();
        assertThat(refusal.code()).isEqualTo(Refusal.Code.BAD_MESSAGE);
        assertThat(refusal.retryAfter()).isNull();
        return refusal.text();
    }

    private static String enter(String more) {
        return "{\"type\":\"enter\",\"room\":\"lobby\",\"name\":\"Ann\"" + more + "}";
    }

    @Test
    void readsAllRequests() throws Refusal {
        assertThat(ChatReader.request(enter(",\"producer\":\"" + SECRET + "\"")))
                .isEqualTo(new Request.Enter("lobby", "Ann", SECRET, null));
        assertThat(ChatReader.request(enter(",\"producer\":\"" + SECRET + "\",\"after\":null")))
                .isEqualTo(new Request.Enter("lobby", "Ann", SECRET, null));
        assertThat(ChatReader.request(enter(
                        ",\"producer\":\"" + SECRET + "\",\"after\":{\"epoch\":\"e\",\"offset\":12,\"id\":\"a/b/7\"}")))
                .isEqualTo(new Request.Enter("lobby", "Ann", SECRET, new Position("e", 12, new MessageId("a/b", 7))));
        assertThat(ChatReader.request(
                        enter(",\"producer\":\"" + SECRET + "\",\"after\":{\"epoch\":\"e\",\"offset\":0}")))
                .isEqualTo(new Request.Enter("lobby", "Ann", SECRET, new Position("e", 0, null)));
        assertThat(ChatReader.request(
                        "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":9007199254740991,\"text\":\"\\u00e9\\n\"}"))
                .isEqualTo(new Request.Say("lobby", 9007199254740991L, "\u00e9\n"));
        assertThat(ChatReader.request(" {\"type\":\"leave\",\"room\":\"lobby\"} "))
                .isEqualTo(new Request.Leave("lobby"));
        assertThat(ChatReader.request("{\"type\":\"ping\"}")).isEqualTo(new Request.Ping());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "null",
                "[]",
                "1",
                "\"ping\"",
                "{",
                "{\"type\":\"ping\"",
                "{\"type\":\"ping\"}}",
                "{\"type\":\"ping\"} {}",
                "{\"type\":\"ping\",}",
                "{type:\"ping\"}",
                "{'type':'ping'}",
                "{\"type\":\"ping\",\"type\":\"leave\"}",
                "{\"type\":\"ping\",\"a\":[[[[]]]]}",
                "{\"type\":\"ping\"} // it is",
            })
    void isOneJsonObject(String json) {
        assertThat(refusal(json)).isEqualTo("A message is one JSON object.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":1}",
                "{\"type\":\"shout\"}",
                "{\"type\":\"ping\",\"more\":1}",
                "{\"type\":\"leave\"}",
                "{\"type\":\"leave\",\"room\":1}",
                "{\"type\":\"leave\",\"room\":\"\\ud800\"}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"text\":\"x\"}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":1}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":0,\"text\":\"x\"}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":-1,\"text\":\"x\"}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":1.0,\"text\":\"x\"}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":\"1\",\"text\":\"x\"}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":9007199254740992,\"text\":\"x\"}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":99999999999999999999,\"text\":\"x\"}",
                "{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":999999999999999999999999,\"text\":\"x\"}",
            })
    void hasTheFieldsOfItsTypeAndNoOthers(String json) {
        assertThat(refusal(json)).isNotEmpty().doesNotContain("shout", "more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"producer\":\"0123456789abcde\"",
                ",\"producer\":\"0123456789 abcdef\"",
                ",\"producer\":\"0123456789abcde\u00e9\"",
                ",\"producer\":\"0123456789abcdef\",\"after\":1",
                ",\"producer\":\"0123456789abcdef\",\"after\":{}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"\",\"offset\":1}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"e e\",\"offset\":1}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"e\",\"offset\":-1}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"e\",\"offset\":1,\"id\":\"x\"}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"e\",\"offset\":1,\"id\":\"/1\"}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"e\",\"offset\":1,\"id\":\"x/0\"}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"e\",\"offset\":1,\"id\":\"x/one\"}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"e\",\"offset\":1,\"id\":7}",
                ",\"producer\":\"0123456789abcdef\",\"after\":{\"epoch\":\"e\",\"offset\":1,\"more\":7}",
            })
    void entersWithASecretAndAPosition(String more) {
        assertThat(refusal(enter(more))).isNotEmpty();
    }

    @Test
    void theLongestSecretAndEpoch() throws Refusal {
        String after = ",\"after\":{\"epoch\":\"" + "e".repeat(128) + "\",\"offset\":1}";
        assertThat(ChatReader.request(enter(",\"producer\":\"" + "s".repeat(128) + "\"" + after)))
                .isInstanceOf(Request.Enter.class);
        assertThat(refusal(enter(",\"producer\":\"" + "s".repeat(129) + "\""))).contains("16 to 128");
        assertThat(refusal(enter(",\"producer\":\"" + SECRET + "\",\"after\":{\"epoch\":\"" + "e".repeat(129)
                        + "\",\"offset\":1}")))
                .contains("1 to 128");
    }

    @Test
    void aRefusalQuotesNothing() {
        assertThat(refusal("{\"type\":\"<script>\"}")).doesNotContain("script");
        assertThat(refusal("<script>")).doesNotContain("script");
        assertThat(refusal("{\"type\":\"ping\",\"<script>\":1}")).doesNotContain("script");
    }

    @Test
    void readsWhatIsStoredAndPassesOverWhatIsNotTheChats() {
        assertThat(ChatReader.said(Message.text("{\"name\":\"Ann\",\"text\":\"hi\"}")))
                .hasValue(new ChatReader.Said("Ann", "hi"));
        for (String other : new String[] {"", "{}", "{\"name\":\"Ann\"}", "{\"name\":1,\"text\":\"x\"}", "hi"}) {
            assertThat(ChatReader.said(Message.text(other))).isEmpty();
        }
        assertThat(ChatReader.said(Message.binary(new byte[] {1}))).isEmpty();
    }
}
