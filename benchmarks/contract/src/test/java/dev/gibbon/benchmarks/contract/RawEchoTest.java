package dev.gibbon.benchmarks.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.RawSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A contender without WebSocket sends the bytes back. */
class RawEchoTest {
    static Stream<Entry> entries() throws IOException {
        return Entry.all().stream().filter(Entry::isRaw);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void sendsTheBytesBack(Entry entry) throws Exception {
        try (ContenderProcess process = ContenderProcess.start(entry.command("--loops", "2"))) {
            for (int i = 0; i < 3; i++) {
                try (RawSocket socket = RawSocket.connect(process.port())) {
                    byte[] bytes = new byte[8 << 20];
                    new Random(i).nextBytes(bytes);
                    CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                        try {
                            socket.send(bytes);
                        } catch (IOException fault) {
                            throw new UncheckedIOException(fault);
                        }
                    });
                    assertThat(socket.input().readNBytes(bytes.length)).isEqualTo(bytes);
                    sent.join();
                }
            }
            assertThat(process.end()).isEmpty();
        }
    }
}
