package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One conversation, with every kind of trouble on the link: it must come to one end, and nothing must be left behind. */
final class TortureTest {
    private static final byte[] CONVERSATION = Hex.bytes("81 82 00000000 6869"
            + " 01 82 00000000 6869 89 81 00000000 70 80 82 00000000 6869"
            + " 82 fe 1000 00000000 " + "ab".repeat(4096)
            + " 88 82 00000000 03e8");

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100, 4096})
    void shortReadsAndWritesChangeNothing(int most) {
        Recorder app = Recorder.echoing();
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.connect(Faults.shortCalls(most));
            List<String> answers = new ArrayList<>();
            server.send(peer, RawWebSocket.request("server", "/"));
            drain(server, peer, answers);
            server.send(peer, CONVERSATION);
            drain(server, peer, answers);
            assertThat(String.join("", answers).replace(" ", ""))
                    .endsWith(("81026869 8a0170 810468696869 827e1000" + "ab".repeat(4096) + "880203e8")
                            .replace(" ", ""));
            assertThat(app.events)
                    .containsExactly("open", "text hi", "ping 1", "text hihi", "binary 4096", "close 1000");
            peer.end();
            server.assertNothingHeld();
        }
    }

    private static void drain(MemoryServer server, MemoryPeer peer, List<String> answers) {
        for (int i = 0; i < 300; i++) {
            answers.add(server.readHex(peer));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void lateBytesChangeNothing(int polls) {
        Recorder app = Recorder.echoing();
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.connect(Faults.delayed(polls));
            server.send(peer, RawWebSocket.request("server", "/"));
            server.send(peer, CONVERSATION);
            server.read(peer);
            assertThat(app.events)
                    .containsExactly("open", "text hi", "ping 1", "text hihi", "binary 4096", "close 1000");
            peer.end();
            server.assertNothingHeld();
        }
    }

    /** As curl's torture mode does it: the whole conversation again, with the n-th call to the system failing. */
    @org.junit.jupiter.api.Test
    void whicheverCallFailsTheConnectionEndsOnceAndHoldsNothing() {
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
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.connect(new Faults(most, most, call, 0));
            try {
                server.send(peer, RawWebSocket.request("server", "/"));
                server.read(peer);
                server.send(peer, CONVERSATION);
                for (int i = 0; i < 50; i++) {
                    server.read(peer);
                }
            } catch (UncheckedIOException e) {
                assertThat(e.getCause()).isInstanceOf(IOException.class);
            }
            boolean failed = peer.isReset();
            peer.end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
            assertThat(Collections.frequency(app.events, "open"))
                    .as("call " + call)
                    .isLessThanOrEqualTo(1);
            assertThat(app.events.stream()
                            .filter(event -> event.startsWith("close"))
                            .count())
                    .as("one end for each beginning, call " + call + ": " + app.events)
                    .isEqualTo(Collections.frequency(app.events, "open"));
            return failed;
        }
    }
}
