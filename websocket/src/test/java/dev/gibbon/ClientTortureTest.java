package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One conversation of a client, with every kind of trouble on the link: it comes to one end, and nothing is left behind. */
final class ClientTortureTest {
    private static final byte[] CONVERSATION =
            Hex.bytes("81 02 6869 01 02 6869 89 01 70 80 02 6869 82 7e 1000 " + "ab".repeat(4096) + " 88 02 03e8");

    private static final int ANSWERS = 2 * (6 + 2) + 6 + 1 + 4 + (8 + 4096) + 6 + 2 - 2;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100, 4096})
    void shortReadsAndWritesChangeNothing(int most) {
        converse(Faults.shortCalls(most));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void lateBytesChangeNothing(int polls) {
        converse(Faults.delayed(polls));
    }

    private static void converse(Faults faults) {
        Recorder app = Recorder.echoing();
        try (MemoryClient client = new MemoryClient()) {
            client.listener().faults(faults);
            CompletableFuture<WebSocket> opening = client.builder().build().connect(app);
            MemoryPeer peer = client.accept();
            String request = "";
            while (!request.endsWith("\r\n\r\n")) {
                request += client.readText(peer);
            }
            client.send(peer, MemoryClient.switching(request));
            client.until("open", opening::isDone);
            client.send(peer, CONVERSATION);
            int answers = 0;
            for (int i = 0; i < 300; i++) {
                answers += client.read(peer).length;
            }
            assertThat(answers).isEqualTo(ANSWERS);
            assertThat(app.events)
                    .containsExactly("open", "text hi", "ping 1", "text hihi", "binary 4096", "close 1000");
            peer.end();
            client.assertNothingHeld();
        }
    }

    /** As curl's torture mode does it: the whole conversation again, with the n-th call to the system failing. */
    @Test
    void whicheverCallFailsTheAttemptOrTheConnectionEndsOnceAndHoldsNothing() {
        for (int most : new int[] {Integer.MAX_VALUE, 64}) {
            int call = 0;
            boolean failed;
            do {
                call++;
                failed = withFailingCall(call, most);
            } while (failed && call < 1000);
            assertThat(call).as("calls of the conversation").isBetween(4, 999);
        }
    }

    private static boolean withFailingCall(int call, int most) {
        Recorder app = Recorder.echoing();
        try (MemoryClient client = new MemoryClient()) {
            client.listener().faults(new Faults(most, most, call, 0));
            CompletableFuture<WebSocket> opening = client.builder().build().connect(app);
            MemoryPeer peer = client.accept();
            try {
                client.send(peer, MemoryClient.switching(client.readText(peer)));
                client.send(peer, CONVERSATION);
                for (int i = 0; i < 50; i++) {
                    client.read(peer);
                }
            } catch (UncheckedIOException e) {
                assertThat(e.getCause()).isInstanceOf(IOException.class);
            } catch (AssertionError e) {
                assertThat(e).as("the request did not come").hasMessageStartingWith("no Sec-WebSocket-Key");
            }
            boolean failed = peer.isReset();
            peer.end();
            client.pass(Duration.ofSeconds(12));
            client.assertNothingHeld();
            assertThat(opening).as("call " + call).isDone();
            int opened = Collections.frequency(app.events, "open");
            assertThat(opened).isEqualTo(opening.isCompletedExceptionally() ? 0 : 1);
            assertThat(app.events.stream()
                            .filter(event -> event.startsWith("close"))
                            .count())
                    .as("one end for each beginning, call " + call + ": " + app.events)
                    .isEqualTo(opened);
            if (opening.isCompletedExceptionally()) {
                assertThat(MemoryClient.failure(opening)).isInstanceOf(IOException.class);
            }
            return failed;
        }
    }
}
