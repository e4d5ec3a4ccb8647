package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Heads as transcripts, and ways to feed them. */
final class Heads {

    /** The key of RFC 6455, 1.3. */
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private Heads() {}

    /** The lines with CR LF behind each, and the empty line. */
    static byte[] head(String... lines) {
        return latin1(String.join("\r\n", lines) + "\r\n\r\n");
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The lines of a handshake in order, with some fields taken out and lines put in. */
    static HandshakeLines handshake() {
        return new HandshakeLines();
    }

    /** The head that these bytes are; fails if they are anything else or more. */
    static RequestHead parsed(byte[] bytes) {
        RequestHeadParser parser = new RequestHeadParser();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        assertThat(parser.parse(in)).as(() -> parser.refusal().message()).isEqualTo(RequestHeadParser.Result.COMPLETE);
        assertThat(in.remaining()).isZero();
        return parser.head();
    }

    static HeaderFields fields(String... lines) {
        List<String> all = new ArrayList<>(List.of("GET / HTTP/1.0"));
        all.addAll(List.of(lines));
        return parsed(head(all.toArray(String[]::new))).fields();
    }

    /** A handshake to be changed by a test. */
    static final class HandshakeLines {

        private String requestLine = "GET /chat HTTP/1.1";
        private final List<String> fields = new ArrayList<>(List.of(
                "Host: server.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: " + KEY,
                "Sec-WebSocket-Version: 13"));

        HandshakeLines requestLine(String line) {
            requestLine = line;
            return this;
        }

        HandshakeLines without(String name) {
            assertThat(fields.removeIf(line -> line.startsWith(name + ":"))).isTrue();
            return this;
        }

        /** In the place of the field of the same name. */
        HandshakeLines replace(String line) {
            String name = line.substring(0, line.indexOf(':') + 1);
            int i = 0;
            while (!fields.get(i).startsWith(name)) {
                i++;
            }
            fields.set(i, line);
            return this;
        }

        HandshakeLines with(String... lines) {
            fields.addAll(List.of(lines));
            return this;
        }

        byte[] bytes() {
            List<String> lines = new ArrayList<>(List.of(requestLine));
            lines.addAll(fields);
            return head(lines.toArray(String[]::new));
        }
    }
}
