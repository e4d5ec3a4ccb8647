package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.MemoryPeer;
import java.net.CookieHandler;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What an attempt does while the application, asked in another thread, takes its time to answer. */
final class ClientQuestionsTest {
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch told = new CountDownLatch(1);

    @AfterEach
    void answer() {
        answered.countDown();
    }

    private void think() {
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes no cookie before {@link #answered}. */
    private CookieHandler slow() {
        return new CookieHandler() {
            @Override
            public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) {
                return Map.of();
            }

            @Override
            public void put(URI uri, Map<String, List<String>> headers) {
                told.countDown();
                think();
            }
        };
    }

    private MemoryPeer request(MemoryClient client) {
        client.until("connected", () -> client.listener().attempts() > 0);
        MemoryPeer peer = client.accept();
        client.readText(peer);
        return peer;
    }

    @Test
    void nothingIsReadBehindARefusalWhileItsCookiesAreStored() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening =
                    client.builder().cookieHandler(slow()).build().open();
            MemoryPeer peer = request(client);
            client.send(peer, "HTTP/1.1 403 x\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
            client.until("the handler is told", () -> told.getCount() == 0);
            // More than the pipe holds: a client that read on would take it, or spin at the end of the stream.
            client.send(peer, new byte[MemoryServer.PIPE_BYTES + 1]);
            assertThat(peer.write(new byte[1], 0, 1)).as("room in the pipe").isZero();
            answered.countDown();
            client.until("failed", opening::isDone);
            assertThat(MemoryClient.failure(opening)).isInstanceOf(HandshakeException.class);
            client.assertNothingHeld();
        }
    }

    @Test
    void aCookieHandlerThatHangsAfterABodyThatDidNotEndHasADeadlineToo() {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder()
                    .handshakeTimeout(Duration.ofSeconds(3))
                    .cookieHandler(slow())
                    .build()
                    .open();
            MemoryPeer peer = request(client);
            client.send(peer, "HTTP/1.1 403 x\r\nSet-Cookie: a=b\r\nContent-Length: 9\r\n\r\nhalf");
            client.pass(Duration.ofSeconds(4));
            client.until("the handler is told", () -> told.getCount() == 0);
            assertThat(opening).isNotDone();
            client.pass(Duration.ofSeconds(4));
            assertThat(MemoryClient.failure(opening))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("the cookie handler took longer than handshakeTimeout");
            client.assertNothingHeld();
        }
    }

    /** Nobody waits for a virtual thread. */
    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void aSupplierIsNotAskedForAnAttemptThatWasGivenUp() {
        try (MemoryClient client = new MemoryClient()) {
            AtomicInteger asked = new AtomicInteger();
            WebSocketClient hanging = client.builder()
                    .headers(() -> {
                        told.countDown();
                        think();
                        return Map.of();
                    })
                    .build();
            WebSocketClient counting = client.builder()
                    .headers(() -> {
                        asked.incrementAndGet();
                        return Map.of();
                    })
                    .build();
            List<CompletableFuture<WebSocket>> attempts = new ArrayList<>();
            // All threads for questions are taken.
            for (int i = 0; i < 64; i++) {
                attempts.add(hanging.open());
            }
            client.settle();
            for (int i = 0; i < 8; i++) {
                CompletableFuture<WebSocket> givenUp = counting.open();
                client.settle();
                givenUp.cancel(false);
            }
            int before = asked.get();
            attempts.forEach(attempt -> attempt.cancel(false));
            answered.countDown();
            CompletableFuture<WebSocket> last = counting.open();
            client.until("the last one was asked", () -> client.listener().attempts() > 0);
            assertThat(asked.get() - before).isEqualTo(1);
            last.cancel(false);
            client.assertNothingHeld();
        }
    }
}
