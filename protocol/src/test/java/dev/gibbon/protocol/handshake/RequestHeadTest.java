package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestHeadTest {

    private final RequestHead head = Heads.parsed(Heads.head(
            "GET /rooms/7?user=J%C3%B6rg HTTP/1.1", "Host: Chat.example:8080", "Cookie: sid=secret; theme=dark"));

    @Test
    void showsTheRequestLine() {
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.isMethod("GET")).isTrue();
        assertThat(head.isMethod("get")).isFalse();
        assertThat(head.isMethod("GETS")).isFalse();
        assertThat(head.target()).isEqualTo("/rooms/7?user=J%C3%B6rg");
        assertThat(head.path()).isEqualTo("/rooms/7");
        assertThat(head.query()).isEqualTo("user=J%C3%B6rg");
        assertThat(head.isHttp11()).isTrue();
    }

    @Test
    void showsHostCookiesAndParameters() {
        assertThat(head.host()).isEqualTo("Chat.example");
        assertThat(head.authority()).hasToString("Chat.example:8080");
        assertThat(head.cookies()).isEqualTo(Map.of("sid", "secret", "theme", "dark"));
        assertThat(head.queryParameters().first("user")).isEqualTo("J\u00f6rg");
        assertThat(head.fields().size()).isEqualTo(2);
    }

    @Test
    void anOldRequestMayNameNoHost() {
        RequestHead old = Heads.parsed(Heads.head("GET / HTTP/1.0"));
        assertThat(old.host()).isNull();
        assertThat(old.authority()).isNull();
        assertThat(old.query()).isNull();
        assertThat(old.queryParameters().asMap()).isEmpty();
        assertThat(old.cookies()).isEmpty();
        assertThat(old).hasToString("GET / HTTP/1.0");
    }

    @Test
    void itsTextHasNoFields() {
        assertThat(head).hasToString("GET /rooms/7?user=J%C3%B6rg HTTP/1.1");
    }

    @Test
    void saysTheSameWhenPacked() {
        head.pack();
        assertThat(head).hasToString("GET /rooms/7?user=J%C3%B6rg HTTP/1.1");
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.isMethod("GET")).isTrue();
        assertThat(head.path()).isEqualTo("/rooms/7");
        assertThat(head.host()).isEqualTo("Chat.example");
        assertThat(head.cookies()).isEqualTo(Map.of("sid", "secret", "theme", "dark"));
        assertThat(head.queryParameters().first("user")).isEqualTo("J\u00f6rg");
        assertThat(head.fields().first("Host")).isEqualTo("Chat.example:8080");
    }

    @Test
    void whatCameBehindItDoesNotMatterWhenPacked() {
        ByteBuffer bytes = ByteBuffer.allocate(200).put(Heads.head("GET /a HTTP/1.1", "Host: h"));
        bytes.put((byte) 'x').flip();
        RequestHeadParser parser = new RequestHeadParser();
        assertThat(parser.parse(bytes)).isEqualTo(RequestHeadParser.Result.COMPLETE);
        RequestHead early = parser.head();
        early.pack();
        assertThat(early.path()).isEqualTo("/a");
        assertThat(early.fields().size()).isEqualTo(1);
    }
}
