package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.Heads.Outcome;
import dev.gibbon.protocol.handshake.OpeningHandshake.PlainRequest;
import dev.gibbon.protocol.handshake.OpeningHandshake.Upgrade;
import dev.gibbon.protocol.handshake.OpeningHandshake.Verdict;
import dev.gibbon.protocol.handshake.RequestHeadParser.Result;
import dev.gibbon.testkit.Seeded;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Heads that were in order and then changed by chance, judged against {@link NaiveHandshake}. */
class RequestHeadMutationTest {

    private static final int ROUNDS = Integer.getInteger("gibbon.rounds", 20_000);

    private static final HeadLimits LIMITS = new HeadLimits(300, 600, 12);

    private static final List<byte[]> HEADS = List.of(
            Heads.handshake().bytes(),
            Heads.head(
                    "GET /a%20b/c?d=e&f HTTP/1.1",
                    "Host: [::1]:8080",
                    "Connection: keep-alive, Upgrade",
                    "Upgrade: h2c, WebSocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                    "Sec-WebSocket-Protocol: chat, super.chat",
                    "Sec-WebSocket-Protocol: x",
                    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=\"10\", x; y = z",
                    "Origin: http://[::1]:8080"),
            Heads.head("GET http://a.example:80/.x?y HTTP/1.1", "Host: A.example"),
            Heads.head("\r\nHEAD /index.html HTTP/1.0", "Content-Length: 0", "X:\t "),
            Heads.head("POST / HTTP/1.1", "Host: a:1", "Transfer-Encoding: chunked", "Content-Length: 5", "", "hello"));

    /** Single characters, and longer pieces between bars. */
    private static final List<String> PIECES =
            List.of(("\r|\n|\r\n|\r\n\r\n| |\t|:|,|;|=|\"|\\|\u0000|%|%2e|..|/|?|#|0|1|A|[|]|@|\u007f|\u0080"
                            + "|\u00ff|Host: b\r\n|Content-Length: 0\r\n|Connection: close\r\n")
                    .split("\\|"));

    private final OpeningHandshake handshake = new OpeningHandshake();
    private int complete;
    private int upgrades;

    @Test
    void mutatedHeadsAreJudgedAsTheGrammarSays() {
        Seeded.run(1, ROUNDS, this::round);
        // The mutations are worth nothing if all heads are broken, or none.
        if (Long.getLong(Seeded.PROPERTY) == null) {
            assertThat(complete).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
            assertThat(upgrades).isGreaterThan(ROUNDS / 50);
        }
    }

    private void round(Random random) {
        byte[] bytes = mutated(random);
        Outcome outcome = Heads.feedCut(bytes, LIMITS, Math.max(1, bytes.length), false);
        Outcome pieces = Heads.feedCut(bytes, LIMITS, 1 + random.nextInt(11), random.nextInt(7) == 0);
        assertThat(pieces.result()).isEqualTo(outcome.result());
        assertThat(pieces.consumed()).isEqualTo(outcome.consumed());
        assertThat(pieces.refusal()).isSameAs(outcome.refusal());
        NaiveHandshake naive = NaiveHandshake.read(Heads.latin1(bytes), LIMITS);
        assertThat(outcome.result() == Result.COMPLETE)
                .as(() -> Heads.latin1(bytes))
                .isEqualTo(naive != null);
        if (naive != null) {
            complete++;
            assertThat(outcome.consumed()).isEqualTo(naive.length());
            assertThat(Heads.describe(outcome.head())).isEqualTo(Heads.describe(pieces.head()));
            assertAgrees(outcome.head(), naive);
        }
    }

    private void assertAgrees(RequestHead head, NaiveHandshake naive) {
        assertThat(head.method()).isEqualTo(naive.method());
        assertThat(head.path()).isEqualTo(naive.path());
        assertThat(head.isHttp11()).isEqualTo(naive.http11());
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < head.fields().size(); i++) {
            fields.add(head.fields().name(i) + "=" + head.fields().value(i));
        }
        assertThat(fields).isEqualTo(naive.fields());
        Verdict verdict = handshake.judge(head);
        assertThat(name(verdict)).as(head::toString).isEqualTo(naive.verdict());
        if (verdict instanceof Upgrade upgrade) {
            upgrades++;
            assertThat(ResponseHead.switchingProtocols(upgrade)).hasSize(129);
        }
        // None of these may throw, whatever they are given.
        assertThat(head.cookies()).isNotNull();
        assertThat(head.queryParameters()).isNotNull();
        OriginPolicy.sameOrigin().check(head, false);
        OriginPolicy.sameOrigin().check(head, true);
    }

    private static String name(Verdict verdict) {
        return verdict instanceof Upgrade ? "upgrade" : verdict instanceof PlainRequest ? "plain" : "refused";
    }

    private static byte[] mutated(Random random) {
        byte[] bytes = HEADS.get(random.nextInt(HEADS.size()));
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
        byte[] piece = Heads.latin1(PIECES.get(random.nextInt(PIECES.size())));
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
