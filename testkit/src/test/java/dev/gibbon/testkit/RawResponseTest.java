package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawResponseTest {
    @Test
    void readsHeadAndBodyAndNothingMore() throws IOException {
        InputStream in = stream("HTTP/1.1 200 OK\nContent-Length: 2\nSet-Cookie: a\nset-cookie:b \n\nhirest");

        RawResponse response = RawResponse.read(in, true);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-length")).hasValue("2");
        assertThat(response.header("Allow")).isEmpty();
        assertThat(response.headers("Set-Cookie")).containsExactly("a", "b");
        assertThatThrownBy(() -> response.header("Set-Cookie")).isInstanceOf(IllegalStateException.class);
        assertThat(response.text()).isEqualTo("hi");
        assertThat(response.body()).hasSize(2);
        assertThat(response.toString())
                .startsWith("HTTP/1.1 200 OK\nContent-Length: 2")
                .endsWith("\n\nhi");
        assertThat(in.readAllBytes()).asString().isEqualTo("rest");
    }

    @Test
    void aBodyWithoutLengthGoesToTheEnd() throws IOException {
        assertThat(RawResponse.read(stream("HTTP/1.1 400 Bad\n\nall of it"), true)
                        .text())
                .isEqualTo("all of it");
    }

    @Test
    void someResponsesHaveNoBody() throws IOException {
        InputStream in = stream("HTTP/1.1 101 Switching Protocols\n\nX");
        assertThat(RawResponse.read(in, true).body()).isEmpty();
        assertThat(in.read()).isEqualTo('X');
        assertThat(RawResponse.read(stream("HTTP/1.1 304 Same\n\nX"), true).body())
                .isEmpty();
        assertThat(RawResponse.read(stream("HTTP/1.1 204 None\n\nX"), true).body())
                .isEmpty();
        assertThat(RawResponse.read(stream("HTTP/1.1 200 OK\nContent-Length: 9\n\n"), false)
                        .body())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\n\n",
                "HTTP/1.1 200\n\n",
                "HTTP/1.1 200 OK\nno colon\n\n",
                "HTTP/1.1 200 OK\nName : x\n\n",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"
            })
    void refusesWhatIsNotStrict(String text) {
        assertThatThrownBy(() -> RawResponse.read(stream(text), true)).isExactlyInstanceOf(IOException.class);
    }

    @Test
    void refusesBareLineEnds() {
        assertThatThrownBy(() -> RawResponse.read(bytes("HTTP/1.1 200 OK\n"), true))
                .hasMessageContaining("without CR LF");
        assertThatThrownBy(() -> RawResponse.read(bytes("HTTP/1.1 200 OK\rX"), true))
                .hasMessageContaining("CR without LF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 20", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\nContent-Length: 3\n\nab"})
    void theEndOfTheStreamIsAFault(String text) {
        assertThatThrownBy(() -> RawResponse.read(stream(text), true)).isInstanceOf(EOFException.class);
    }

    private static InputStream stream(String text) {
        return bytes(text.replace("\n", "\r\n"));
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
