package dev.gibbon.demos.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatNodeTest {
    private static ChatNode with(String... others) {
        return new ChatNode("a", List.of(others).stream().map(ChatNode::address).toList());
    }

    @Test
    void knowsTheSocketsOfTheOthers() {
        assertThat(with("http://127.0.0.1:8082/", "https://Example.com", "http://[::1]:80/")
                        .sockets())
                .containsExactly("ws://127.0.0.1:8082/chat/ws", "wss://example.com/chat/ws", "ws://[::1]/chat/ws");
        assertThat(ChatNode.alone().sockets()).isEmpty();
    }

    @Test
    void allowsTheirPagesAsBrowsersNameThem() {
        assertThat(with("https://example.com:443/", "http://chat.example.com:8080")
                        .origins())
                .containsExactly("https://example.com", "http://chat.example.com:8080");
        assertThat(with("http://localhost:8082").origins())
                .containsExactlyInAnyOrder("http://localhost:8082", "http://127.0.0.1:8082", "http://[::1]:8082");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:8082",
                "ws://127.0.0.1:8082/",
                "http:///",
                "http://127.0.0.1:8082/chat",
                "http://127.0.0.1:8082/?a",
                "http://127.0.0.1:8082/#a",
                "http://ann@127.0.0.1:8082/",
                "http://127.0.0.1:65536/",
                "http://a b/",
                "http://\"onload=/",
            })
    void isToldPlainAddresses(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ChatNode.address(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "123456789012345678901234567890123"})
    void hasAName(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ChatNode(name, List.of()));
    }
}
