package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Answers with faults drawn by chance: each opens a tunnel or is a failure, the same however it is cut, and nothing else happens. */
class TunnelNoiseTest {
    private static final int ROUNDS = 3_000;

    private static void noise(Supplier<? extends TunnelProtocol> tunnels, List<byte[]> good) {
        AtomicInteger opened = new AtomicInteger();
        Seeded.run(1, ROUNDS, chance -> {
            byte[] answer = good.get(chance.nextInt(good.size())).clone();
            int faults = chance.nextInt(3);
            for (int i = 0; i < faults; i++) {
                answer[chance.nextInt(answer.length)] =
                        (byte) (chance.nextBoolean() ? chance.nextInt() : chance.nextInt(6));
            }
            if (chance.nextInt(4) == 0) {
                answer = Arrays.copyOf(answer, 1 + chance.nextInt(answer.length));
            }
            Transcript end = Transcript.of(tunnels, answer);
            assertThat(end.open()).isEqualTo(end.failure() == null);
            opened.addAndGet(end.open() ? 1 : 0);
        });
        if (Long.getLong(Seeded.PROPERTY) == null) {
            assertThat(opened.get()).as("good answers among them").isBetween(ROUNDS / 10, ROUNDS - ROUNDS / 10);
        }
    }

    @Test
    void socks() {
        ProxyServer proxy = ProxyServer.parse("socks5h://me:secret@proxy");
        noise(
                () -> new SocksTunnel(proxy, "example.com", 443, null),
                List.of(
                        Hex.bytes("05 00 05 00 00 01 00*6"),
                        Hex.bytes("05 02 01 00 05 00 00 04 00*18"),
                        Hex.bytes("05 02 01 00 05 00 00 03 05 'proxy' 0000 'more'")));
    }

    @Test
    void http() {
        ProxyServer proxy = ProxyServer.parse("http://proxy");
        noise(
                () -> new HttpTunnel(proxy, "example.com", 443),
                List.of(
                        "HTTP/1.1 200 OK\r\nVia: 1.1 p\r\n\r\nmore".getBytes(StandardCharsets.US_ASCII),
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                        "HTTP/1.1 407 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII)));
    }
}
