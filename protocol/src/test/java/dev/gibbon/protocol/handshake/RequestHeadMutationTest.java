package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.Heads.Outcome;
import dev.gibbon.protocol.handshake.OpeningHandshake.PlainRequest;
import dev.gibbon.protocol.handshake.OpeningHandshake.Upgrade;
import dev.gibbon.protocol.handshake.OpeningHandshake.Verdict;
import dev.gibbon.protocol.handshake.RequestHeadParser.Result;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Heads that were in order and then changed by chance, judged against {@link NaiveHandshake}. */
class RequestHeadMutationTest {

    private static final int ROUNDS = 150_000;

    private static final String[] HEADS = {
        "GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        "GET /a%20b/c?d=e&f HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: keep-alive, Upgrade\r\nUpgrade: h2c, WebSocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + "Sec-WebSocket-Protocol: chat, super.chat\r\nSec-WebSocket-Protocol: x\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=\"10\", x; y = z\r\n"
                + "Origin: http://[::1]:8080\r\n\r\n",
        "GET http://a.example:80/. HTTP/1.1\r\nHost: A.example\r\n\r\n",
        "\r\nHEAD /index.html HTTP/1.0\r\nContent-Length: 0\r\nX:\t \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a:1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello"
    };

    private static final String[] PIECES = {
        "\r\n",
        "\r",
        "\n",
        "\r\n\r\n",
        " ",
        "\t",
        ":",
        ",",
        ";",
        "=",
        "\"",
        "\\",
        "\u0000",
        "%",
        "%2e",
        "..",
        "/",
        "?",
        "#",
        "0",
        "1",
        "A",
        "\u007f",
        "\u0080",
        "\u00ff",
        "Host: b\r\n",
        "Content-Length: 0\r\n",
        "Connection: close\r\n",
        "[",
        "]",
        "@"
    };

    @Test
    void mutatedHeadsAreJudgedAsTheGrammarSays() {
        int complete = 0;
        int upgrades = 0;
        HeadLimits limits = new HeadLimits(300, 600, 12);
        OpeningHandshake handshake = new OpeningHandshake();
        for (int seed = 0; seed < ROUNDS; seed++) {
            byte[] bytes = mutated(new Random(seed));
            Outcome outcome = Heads.feedCut(bytes, limits, Math.max(1, bytes.length), false);
            Outcome pieces = Heads.feedCut(bytes, limits, 1 + seed % 11, seed % 7 == 0);
            assertThat(pieces.result()).as("seed %d", seed).isEqualTo(outcome.result());
            assertThat(pieces.consumed()).as("seed %d", seed).isEqualTo(outcome.consumed());
            assertThat(pieces.refusal()).as("seed %d", seed).isSameAs(outcome.refusal());
            NaiveHandshake naive = NaiveHandshake.read(Heads.latin1(bytes), limits);
            assertThat(outcome.result() == Result.COMPLETE)
                    .as("seed %d: %s", seed, Heads.latin1(bytes))
                    .isEqualTo(naive != null);
            if (naive == null) {
                continue;
            }
            complete++;
            RequestHead head = outcome.head();
            assertThat(Heads.describe(head)).as("seed %d", seed).isEqualTo(Heads.describe(pieces.head()));
            assertThat(outcome.consumed()).as("seed %d", seed).isEqualTo(naive.length());
            assertThat(head.fields().size())
                    .as("seed %d", seed)
                    .isEqualTo(naive.fields().size());
            for (int i = 0; i < head.fields().size(); i++) {
                assertThat(head.fields().name(i) + "=" + head.fields().value(i))
                        .isEqualTo(naive.fields().get(i));
            }
            Verdict verdict = handshake.judge(head);
            String expected = naive.verdict();
            assertThat(name(verdict))
                    .as("seed %d: %s", seed, Heads.latin1(bytes))
                    .isEqualTo(expected);
            if (verdict instanceof Upgrade upgrade) {
                upgrades++;
                assertThat(ResponseHead.switchingProtocols(upgrade)).hasSize(129);
            }
            // None of these may throw, whatever they are given.
            head.cookies();
            head.queryParameters();
            OriginPolicy.sameOrigin().check(head, seed % 2 == 0);
        }
        // The mutations are worth nothing if all heads are broken, or none.
        assertThat(complete).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
        assertThat(upgrades).isGreaterThan(ROUNDS / 50);
    }

    private static String name(Verdict verdict) {
        return verdict instanceof Upgrade ? "upgrade" : verdict instanceof PlainRequest ? "plain" : "refused";
    }

    private static byte[] mutated(Random random) {
        byte[] bytes = Heads.latin1(HEADS[random.nextInt(HEADS.length)]);
        for (int n = random.nextInt(4); n > 0; n--) {
            bytes = mutated(bytes, random);
        }
        return bytes;
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextInt(10) == 0 ? 80 : 4));
        byte[] cut = Arrays.copyOfRange(bytes, at, to);
        byte[] piece = Heads.latin1(PIECES[random.nextInt(PIECES.length)]);
        return switch (random.nextInt(7)) {
            case 0 -> join(bytes, at, piece, at);
            case 1 -> join(bytes, at, piece, Math.min(bytes.length, at + 1));
            case 2 -> join(bytes, at, new byte[0], to);
            case 3 -> join(bytes, at, cut, at);
            case 4 -> join(bytes, at, new byte[] {(byte) random.nextInt(256)}, at + 1);
            case 5 -> join(bytes, at, new byte[] {(byte) (bytes[at] ^ 0x20)}, at + 1);
            default -> doubledLine(bytes, at);
        };
    }

    /** The line around a place once more, as fields that must not be repeated are. */
    private static byte[] doubledLine(byte[] bytes, int at) {
        String text = Heads.latin1(bytes);
        int start = text.lastIndexOf('\n', at - 1) + 1;
        int end = text.indexOf('\n', at) + 1;
        return end <= start ? bytes : Heads.latin1(text.substring(0, end) + text.substring(start));
    }

    private static byte[] join(byte[] bytes, int end, byte[] middle, int start) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(bytes, 0, end);
        joined.writeBytes(middle);
        joined.write(bytes, start, bytes.length - start);
        return joined.toByteArray();
    }
}
