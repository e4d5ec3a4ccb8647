package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.OutboxPolicy;
import dev.gibbon.ReconnectEvent;
import dev.gibbon.ReconnectPolicy;
import dev.gibbon.ReconnectingWebSocket;
import dev.gibbon.ReconnectingWebSocket.State;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many threads send through connections that break all the time; and many are stopped at any moment. */
final class ReconnectStressTest {
    private static final int SENDERS = 4;
    private static final int BREAKS = 25;
    private static final Duration AT_ONCE = Duration.ofMillis(5);
    private static final ReconnectPolicy EAGER = ReconnectPolicy.builder()
            .delays(AT_ONCE, AT_ONCE)
            .stableAfter(Duration.ZERO)
            .build();

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    /** The promise: once at most, and what arrives from one sender is in its order. */
    @Test
    void whatArrivesCameOnceAndInOrder() throws Exception {
        LinkedBlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        LinkedBlockingQueue<WebSocket> open = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(Endpoint.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                open.add(socket);
            }

            @Override
            public void onText(WebSocket socket, String text) {
                arrived.add(text);
            }
        }));
        ReconnectingWebSocket socket =
                test.peer(ReconnectingWebSocket.builder(WebSocketClient.builder("ws://127.0.0.1:" + server.port() + "/")
                                .build())
                        .eventLoops(test.loops(2))
                        .policy(EAGER)
                        .outbox(1 << 20, OutboxPolicy.REFUSE)
                        .start(new WebSocketListener() {}));
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Void>> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int sender = i;
            senders.add(test.async(() -> {
                for (int n = 0; !over.get(); n++) {
                    while (socket.trySend(sender + " " + n) == SendResult.FULL) {
                        LockSupport.parkNanos(100_000);
                    }
                    if (n % 20 == 0) {
                        LockSupport.parkNanos(200_000);
                    }
                }
                return null;
            }));
        }
        Random random = new Random(1);
        for (int i = 0; i < BREAKS; i++) {
            WebSocket broken = EndToEnd.next(open, "a connection");
            int enough = arrived.size() + random.nextInt(200);
            EndToEnd.await("some messages", () -> arrived.size() >= enough);
            broken.abort();
        }
        over.set(true);
        for (Future<Void> sender : senders) {
            EndToEnd.join(sender);
        }
        // Of what is sent now, some may still go to a connection that is broken already.
        List<String> came = new ArrayList<>();
        int[] ends = new int[1];
        EndToEnd.await("a message after the last break", () -> {
            arrived.drainTo(came);
            if (came.stream().anyMatch(text -> text.startsWith("end"))) {
                return true;
            }
            socket.trySend("end " + ends[0]++);
            LockSupport.parkNanos(20_000_000);
            return false;
        });
        assertThat(new HashSet<>(came)).as("none came twice").hasSameSizeAs(came);
        for (int i = 0; i < SENDERS; i++) {
            String prefix = i + " ";
            List<Integer> numbers = came.stream()
                    .filter(text -> text.startsWith(prefix))
                    .map(text -> Integer.valueOf(text.substring(prefix.length())))
                    .toList();
            List<Integer> sorted = new ArrayList<>(numbers);
            Collections.sort(sorted);
            assertThat(numbers)
                    .as("in the order of sender " + i)
                    .isEqualTo(sorted)
                    .isNotEmpty();
        }
    }

    @Test
    void stoppedAtAnyMomentItEndsOnceAndLeavesNothing() throws Exception {
        WebSocketServer server = test.start(Endpoint.listener(WebSocketListener.onText((socket, text) -> {})));
        EventLoops loops = test.loops(1);
        Random random = new Random(2);
        for (int i = 0; i < 200; i++) {
            List<ReconnectEvent> events = Collections.synchronizedList(new ArrayList<>());
            boolean refused = random.nextInt(4) == 0;
            ReconnectingWebSocket socket = ReconnectingWebSocket.builder(
                            WebSocketClient.builder("ws://127.0.0.1:" + (refused ? 9 : server.port()) + "/")
                                    .build())
                    .eventLoops(loops)
                    .policy(EAGER)
                    .events(events::add)
                    .start(new WebSocketListener() {});
            LockSupport.parkNanos(random.nextInt(2_000_000));
            if (random.nextBoolean()) {
                socket.close();
            } else {
                socket.abort();
            }
            EndToEnd.await(
                    "the end",
                    () -> socket.state() == State.ENDED
                            && socket.ended().toCompletableFuture().isDone());
            assertThat(events).last().isInstanceOf(ReconnectEvent.Stopped.class);
            assertThat(events.stream().filter(ReconnectEvent.Stopped.class::isInstance))
                    .hasSize(1);
            assertThat(events.stream().filter(ReconnectEvent.Connected.class::isInstance))
                    .hasSameSizeAs(events.stream()
                            .filter(ReconnectEvent.Disconnected.class::isInstance)
                            .toList());
        }
    }
}
