package dev.gibbon.demos.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gibbon.Message;
import dev.gibbon.WebSocketServer;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.HistoryBounds;
import dev.gibbon.hub.MemoryEngine;
import dev.gibbon.hub.MessageId;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's half through real sockets, over an engine in memory. */
class ChatTest {
    private static final String SECRET = "ann-0123456789abcdef";
    private static final String OTHER_SECRET = "bob-0123456789abcdef";
    private static final ChatLimits NO_FLOOD_LIMIT = new ChatLimits(512, 32, 64, 3, 1, Duration.ZERO);

    private MemoryEngine engine;
    private Chat chat;
    private WebSocketServer server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        engine = new MemoryEngine(HistoryBounds.DEFAULT);
        serve(NO_FLOOD_LIMIT);
    }

    private void serve(ChatLimits limits) throws IOException {
        chat = Chat.over(new ChatNode("a", List.of(URI.create("http://127.0.0.1:8082/"))), limits, engine.node());
        server = WebSocketServer.builder()
                .port(0)
                .sendBufferBytes(16 << 10) // so that a client that does not read is known soon
                .webSocket("/chat/ws", chat.endpoint())
                .start();
        port = server.port();
    }

    @AfterEach
    void stop() {
        server.close();
        chat.close();
        engine.close();
    }

    private Guest ann() throws IOException {
        return Guest.enter(port, "lobby", "Ann", SECRET, "");
    }

    private Guest bob() throws IOException {
        return Guest.enter(port, "lobby", "Bob", OTHER_SECRET, "");
    }

    @Test
    void saysHelloAndWhereTheOthersAre() throws IOException {
        try (Guest ann = Guest.connect(port)) {
            assertThat(ann.socket().response().header("Sec-WebSocket-Protocol")).hasValue("gibbon.chat.v1");
            assertThat(ann.hello())
                    .hasToString("{\"type\":\"hello\",\"node\":\"a\",\"nodes\":[\"ws://127.0.0.1:8082/chat/ws\"],"
                            + "\"limits\":{\"text\":512,\"name\":32,\"room\":64,\"rooms\":3}}");
        }
    }

    @Test
    void whoEntersSeesWhoIsThereAndWhatWasSaid() throws IOException {
        try (Guest ann = ann()) {
            JsonNode entered = ann.next();
            assertThat(entered.path("type").asText()).isEqualTo("entered");
            assertThat(entered.path("producer").asText())
                    .isEqualTo(ChatSession.publicProducer(SECRET))
                    .hasSize(22);
            JsonNode members = ann.next("members").path("members");
            // Her own presence is told with the rest, or a moment later.
            JsonNode self = members.isEmpty() ? ann.next("joined").path("member") : members.get(0);
            assertThat(self.path("name").asText()).isEqualTo("Ann");
            assertThat(self.path("id")).isEqualTo(entered.path("member"));

            ann.say("lobby", 1, "hi <b>");
            JsonNode stored = ann.next("stored");
            assertThat(stored.path("sequence").asLong()).isEqualTo(1);
            assertThat(stored.path("at").path("id").asText()).isEqualTo(ChatSession.publicProducer(SECRET) + "/1");

            try (Guest bob = bob()) {
                JsonNode message = bob.next("message");
                assertThat(message.path("name").asText()).isEqualTo("Ann");
                assertThat(message.path("text").asText()).isEqualTo("hi <b>");
                assertThat(message.path("at")).isEqualTo(stored.path("at"));
                assertThat(message.path("time").asText())
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
                assertThat(ann.next("joined").path("member").path("name").asText())
                        .isEqualTo("Bob");
            }
            assertThat(ann.next("left").path("room").asText()).isEqualTo("lobby");
        }
    }

    @Test
    void whatIsSaidTwiceIsStoredOnceAndAcknowledgedTwice() throws IOException {
        JsonNode first;
        try (Guest ann = ann()) {
            ann.say("lobby", 1, "once");
            first = ann.next("stored");
        }
        try (Guest ann = ann()) {
            assertThat(ann.next("message").path("text").asText()).isEqualTo("once");
            ann.say("lobby", 1, "once");
            assertThat(ann.next("stored")).isEqualTo(first);
            ann.say("lobby", 2, "then");
            assertThat(ann.next("message").path("text").asText()).isEqualTo("then");
        }
    }

    @Test
    void whoComesBackGetsWhatItMissedAndNoMore() throws IOException {
        JsonNode seen;
        try (Guest ann = ann()) {
            ann.say("lobby", 1, "seen");
            seen = ann.next("message").path("at");
        }
        try (Guest bob = bob()) {
            for (int i = 1; i <= 100; i++) {
                bob.say("lobby", i, "missed " + i);
            }
            for (int i = 1; i <= 100; i++) {
                bob.next("stored");
            }
            try (Guest ann = Guest.enter(
                    port, "lobby", "Ann", SECRET, ",'after':" + seen.toString().replace('"', '\''))) {
                JsonNode entered = ann.next("entered");
                assertThat(entered.has("lost")).isFalse();
                assertThat(entered.path("at")).isEqualTo(seen);
                for (int i = 1; i <= 100; i++) {
                    assertThat(ann.next("message").path("text").asText()).isEqualTo("missed " + i);
                }
                bob.say("lobby", 101, "live");
                assertThat(ann.next("message").path("text").asText()).isEqualTo("live");
            }
        }
    }

    @Test
    void aPositionOfAnotherEpochIsLostAndSaidToBe() throws IOException {
        try (Guest bob = bob()) {
            bob.say("lobby", 1, "what there is");
            bob.next("stored");
        }
        try (Guest ann = Guest.enter(port, "lobby", "Ann", SECRET, ",'after':{'epoch':'gone','offset':7,'id':'x/7'}")) {
            assertThat(ann.next("entered").path("lost").asText()).isEqualTo("new_epoch");
            assertThat(ann.next("message").path("text").asText()).isEqualTo("what there is");
        }
    }

    @Test
    void nobodyPublishesInTheNameOfAPublicProducer() throws IOException {
        String visible = ChatSession.publicProducer(SECRET);
        try (Guest mallory = Guest.enter(port, "lobby", "Ann", visible, "")) {
            assertThat(mallory.next("entered").path("producer").asText()).isNotEqualTo(visible);
        }
    }

    @Test
    void whatAnOperatorPublishesInPlainTextHasNoName() throws Exception {
        Backplane operator = engine.node();
        try (Guest ann = ann()) {
            ann.next("entered");
            operator.publish("lobby", new MessageId("operator", 1), Message.text("Maintenance at noon."))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            JsonNode message = ann.next("message");
            assertThat(message.path("name").asText()).isEmpty();
            assertThat(message.path("text").asText()).isEqualTo("Maintenance at noon.");
        } finally {
            operator.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | bad-message",
                "{'type':'dance'} | bad-message",
                "{'type':'enter','room':'lobby','name':'Ann'} | bad-message",
                "{'type':'enter','room':'lobby','name':' Ann','producer':'0123456789abcdef'} | bad-name",
                "{'type':'enter','room':'','name':'Ann','producer':'0123456789abcdef'} | bad-room",
                "{'type':'enter','room':'garden','name':'Ann','producer':'0123456789abcdef'} | already-entered",
                "{'type':'say','room':'elsewhere','sequence':1,'text':'x'} | not-entered",
                "{'type':'say','room':'garden','sequence':1,'text':' '} | bad-text",
                "{'type':'leave','room':'elsewhere'} | not-entered",
            })
    void refusesInWordsAndTheConnectionGoesOn(String json, String code) throws IOException {
        try (Guest ann = Guest.enter(port, "garden", "Ann", SECRET, "")) {
            ann.next("entered");
            ann.send(json);
            JsonNode refused = ann.next("refused");
            assertThat(refused.path("code").asText()).isEqualTo(code);
            assertThat(refused.path("text").asText()).endsWith(".");
            assertThat(refused.has("retryAfter")).isFalse();
            ann.send("{'type':'ping'}");
            ann.next("pong");
            ann.say("garden", 2, "still here");
            assertThat(ann.next("message").path("text").asText()).isEqualTo("still here");
        }
    }

    @Test
    void aTooLongTextIsRefusedWithItsSequence() throws IOException {
        try (Guest ann = ann()) {
            ann.next("entered");
            ann.say("lobby", 1, "x".repeat(513));
            JsonNode refused = ann.next("refused");
            assertThat(refused.path("code").asText()).isEqualTo("too-long");
            assertThat(refused.path("room").asText()).isEqualTo("lobby");
            assertThat(refused.path("sequence").asLong()).isEqualTo(1);
            ann.say("lobby", 2, "\\u0041".repeat(512));
            assertThat(ann.next("message").path("text").asText()).isEqualTo("A".repeat(512));
        }
    }

    @Test
    void aConnectionIsInSoManyRoomsAndLeavesThem() throws IOException {
        try (Guest ann = ann()) {
            ann.next("entered");
            for (String room : new String[] {"two", "three", "four"}) {
                ann.send("{'type':'enter','room':'" + room + "','name':'Ann','producer':'" + SECRET + "'}");
            }
            assertThat(ann.next("refused").path("code").asText()).isEqualTo("too-many-rooms");
            ann.send("{'type':'leave','room':'two'}");
            ann.send("{'type':'enter','room':'four','name':'Ann','producer':'" + SECRET + "'}");
            while (!ann.next("entered").path("room").asText().equals("four")) {
                // Those before it are told first.
            }
            ann.say("two", 1, "x");
            assertThat(ann.next("refused").path("code").asText()).isEqualTo("not-entered");
        }
    }

    @Test
    void aFloodIsRefusedForNowAndInOrder() throws IOException {
        stop();
        engine = new MemoryEngine(HistoryBounds.DEFAULT);
        serve(new ChatLimits(512, 32, 64, 3, 3, Duration.ofHours(1)));
        try (Guest ann = ann()) { // the first of three
            ann.next("entered");
            for (int i = 1; i <= 4; i++) {
                ann.say("lobby", i, "m" + i);
            }
            JsonNode third = ann.next("refused");
            assertThat(third.path("sequence").asLong()).isEqualTo(3);
            assertThat(third.path("code").asText()).isEqualTo("too-fast");
            assertThat(third.path("retryAfter").asDouble()).isPositive();
            JsonNode fourth = ann.next("refused");
            assertThat(fourth.path("sequence").asLong()).isEqualTo(4);
            assertThat(fourth.path("text").asText()).isEqualTo("Another message comes before this one.");
        }
    }

    @Test
    void whoDoesNotReadGoesAndNobodyWaits() throws IOException {
        try (Guest idle = bob();
                Guest ann = ann()) {
            idle.next("entered");
            ann.next("entered");
            String text = "x".repeat(512);
            // One at a time, so that the one who reads is never slow: its own message tells that it is served.
            int said = 0;
            JsonNode seen = ann.next("members");
            while (!seen.path("type").asText().equals("left") && said < 20_000) {
                ann.say("lobby", ++said, text);
                seen = ann.next();
                while (!seen.path("type").asText().equals("left")
                        && !seen.path("type").asText().equals("stored")) {
                    seen = ann.next();
                }
            }
            assertThat(seen.path("type").asText()).isEqualTo("left");
            assertThat(chat.hub().stats().disconnected()).isEqualTo(1);
        }
    }

    @Test
    void needsItsSubprotocol() throws IOException {
        try (RawSocket socket = RawSocket.connect(port)) {
            socket.send(RawWebSocket.request("localhost:" + port, "/chat/ws"));
            assertThat(socket.readResponse(true).status()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8082", "http://localhost:8082", "http://[::1]:8082"})
    void pagesOfOtherNodesMayConnect(String origin) throws IOException {
        try (RawWebSocket socket = RawWebSocket.connect(port, "/chat/ws", Guest.SUBPROTOCOL, "Origin: " + origin)) {
            assertThat(socket.readText()).contains("\"hello\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8083", "https://127.0.0.1:8082", "http://example.com", "null"})
    void otherPagesMayNot(String origin) throws IOException {
        try (RawSocket socket = RawSocket.connect(port)) {
            socket.send(RawWebSocket.request("localhost:" + port, "/chat/ws", Guest.SUBPROTOCOL, "Origin: " + origin));
            assertThat(socket.readResponse(true).status()).isEqualTo(403);
        }
    }

    @Test
    void takesTextOf4KiBAtMost() throws IOException {
        try (Guest ann = Guest.connect(port)) {
            ann.send("{'type':'ping'" + " ".repeat(4096 - 15) + "}");
            ann.next("pong");
            ann.send("{'type':'ping'" + " ".repeat(4096 - 14) + "}");
            assertThat(ann.socket().readClose().closeCode()).isEqualTo(1009);
        }
        try (Guest ann = Guest.connect(port)) {
            ann.socket().sendBinary(new byte[] {1});
            assertThat(ann.socket().readClose().closeCode()).isEqualTo(1003);
        }
    }
}
