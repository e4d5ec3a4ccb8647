package dev.gibbon.demos.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The messages as they stand in docs/chat.md. */
class ChatWriterTest {
    private static final Position AT = new Position("e", 12, new MessageId("p", 7));
    private static final String AT_JSON = "\"at\":{\"epoch\":\"e\",\"offset\":12,\"id\":\"p/7\"}";

    @Test
    void hello() {
        assertThat(ChatWriter.hello("a", List.of("ws://b/chat/ws", "ws://c/chat/ws"), ChatLimits.DEFAULT)
                        .text())
                .isEqualTo("{\"type\":\"hello\",\"node\":\"a\",\"nodes\":[\"ws://b/chat/ws\",\"ws://c/chat/ws\"],"
                        + "\"limits\":{\"text\":512,\"name\":32,\"room\":64,\"rooms\":16}}");
    }

    @Test
    void entered() {
        assertThat(ChatWriter.entered("r", "m", "p", new Position("e", 0, null), null)
                        .text())
                .isEqualTo("{\"type\":\"entered\",\"room\":\"r\",\"member\":\"m\",\"producer\":\"p\","
                        + "\"at\":{\"epoch\":\"e\",\"offset\":0}}");
        assertThat(ChatWriter.entered("r", "m", "p", AT, LossReason.NEW_EPOCH).text())
                .endsWith(AT_JSON + ",\"lost\":\"new_epoch\"}");
    }

    @Test
    void whoIsThere() {
        var ann = new Member("a-1", "Ann");
        assertThat(ChatWriter.members("r", List.of(ann)).text())
                .isEqualTo("{\"type\":\"members\",\"room\":\"r\",\"members\":[{\"id\":\"a-1\",\"name\":\"Ann\"}]}");
        assertThat(ChatWriter.joined("r", ann).text())
                .isEqualTo("{\"type\":\"joined\",\"room\":\"r\",\"member\":{\"id\":\"a-1\",\"name\":\"Ann\"}}");
        assertThat(ChatWriter.left("r", "a-1").text()).isEqualTo("{\"type\":\"left\",\"room\":\"r\",\"id\":\"a-1\"}");
    }

    @Test
    void messages() {
        var entry = new Entry(AT, Message.text("unused"), Instant.parse("2026-05-04T12:00:00.123Z"));
        assertThat(ChatWriter.message("r", entry, new ChatReader.Said("Ann", "hi"))
                        .text())
                .isEqualTo("{\"type\":\"message\",\"room\":\"r\"," + AT_JSON
                        + ",\"name\":\"Ann\",\"text\":\"hi\",\"time\":\"2026-05-04T12:00:00.123Z\"}");
        assertThat(ChatWriter.stored("r", 7, AT).text())
                .isEqualTo("{\"type\":\"stored\",\"room\":\"r\",\"sequence\":7," + AT_JSON + "}");
    }

    @Test
    void refusals() {
        Refusal never = Refusal.of(Refusal.Code.BAD_NAME, "No.");
        Refusal notNow = Refusal.forNow(Refusal.Code.TOO_FAST, "Later.", Duration.ofMillis(250));
        assertThat(ChatWriter.refused(null, 0, never).text())
                .isEqualTo("{\"type\":\"refused\",\"code\":\"bad-name\",\"text\":\"No.\"}");
        assertThat(ChatWriter.refused("r", 7, notNow).text())
                .isEqualTo(
                        "{\"type\":\"refused\",\"room\":\"r\",\"sequence\":7,\"code\":\"too-fast\",\"text\":\"Later.\","
                                + "\"retryAfter\":0.25}");
    }

    @Test
    void theRest() {
        assertThat(ChatWriter.lost("r", LossReason.TRIMMED, AT).text())
                .isEqualTo("{\"type\":\"lost\",\"room\":\"r\",\"reason\":\"trimmed\"," + AT_JSON + "}");
        assertThat(ChatWriter.dropped("r", 3).text()).isEqualTo("{\"type\":\"dropped\",\"room\":\"r\",\"count\":3}");
        assertThat(ChatWriter.away("r").text()).isEqualTo("{\"type\":\"away\",\"room\":\"r\"}");
        assertThat(ChatWriter.back("r").text()).isEqualTo("{\"type\":\"back\",\"room\":\"r\"}");
        assertThat(ChatWriter.pong().text()).isEqualTo("{\"type\":\"pong\"}");
    }

    @Test
    void whatAnybodyTypedIsEscapedAndComesBackAsItWas() {
        var typed = new ChatReader.Said("\"},{\"\\", "line\n\ttab \u2028 </script> \ud83e\udda7");
        Message stored = ChatWriter.said(typed);
        assertThat(stored.text())
                .doesNotContain("\n")
                .startsWith("{\"name\":\"\\\"},{\\\"\\\\\",\"text\":\"line\\n\\ttab ");
        assertThat(ChatReader.said(stored)).hasValue(typed);
    }
}
