package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.internal.client.DialSettings;
import dev.gibbon.internal.client.Dialer;
import dev.gibbon.internal.client.Resolver;
import dev.gibbon.internal.transport.MemoryListener;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Attempts that get stuck in each of their phases: the deadline ends them, and so does whoever cancels, and nothing is left. */
final class ClientDeadlinesTest {
    private static final Duration SHORT = Duration.ofSeconds(3);

    /** Gets an attempt stuck, and tells what its deadline says; both timeouts are {@link #SHORT}. */
    private interface Trouble {
        void stick(MemoryClient client) throws Exception;
    }

    private static void stuck(
            MemoryClient client, WebSocketClient.Builder builder, Trouble trouble, String message, boolean connecting)
            throws Exception {
        builder.connectTimeout(connecting ? SHORT : SHORT.multipliedBy(10));
        builder.handshakeTimeout(connecting ? SHORT.multipliedBy(10) : SHORT);

        // The deadline ends it.
        CompletableFuture<WebSocket> opening = builder.build().open();
        client.settle();
        trouble.stick(client);
        client.pass(SHORT.minusMillis(100));
        assertThat(opening).as(message).isNotDone();
        client.pass(Duration.ofMillis(200));
        assertThat(MemoryClient.failure(opening))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining(message);
        client.assertNothingHeld();

        // Whoever cancels it ends it.
        CompletableFuture<WebSocket> cancelled = builder.build().open();
        client.settle();
        trouble.stick(client);
        assertThat(cancelled.cancel(true)).isTrue();
        client.assertNothingHeld();

        // The end of the loops ends it.
        CompletableFuture<WebSocket> cut = builder.build().connect(new Recorder());
        client.settle();
        trouble.stick(client);
        client.close();
        assertThat(MemoryClient.failure(cut)).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    private static Dialer dialer(Resolver resolver, Executor lookups) {
        DialSettings usual = DialSettings.of(new Poller.ConnectOptions(0, 0, true, null));
        return new Dialer(new DialSettings(usual.options(), usual.proxies(), usual.proxySecurity(), resolver, lookups));
    }

    @Test
    void lookingUpTheName() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            Queue<Runnable> never = new ArrayDeque<>();
            Dialer dialer = dialer(
                    host -> {
                        throw new AssertionError("nobody asks");
                    },
                    never::add);
            WebSocketClient.Builder builder =
                    client.builderByName("ws://example.test/").dialer(dialer);
            stuck(
                    client,
                    builder,
                    same -> {},
                    "connectTimeout of 3000 ms has passed while looking up example.test",
                    true);
        }
    }

    @Test
    void theNameIsNotKnown() {
        try (MemoryClient client = new MemoryClient()) {
            Dialer dialer = dialer(
                    host -> {
                        throw new UnknownHostException("no such name");
                    },
                    Runnable::run);
            CompletableFuture<WebSocket> opening = client.builderByName("ws://example.test/")
                    .dialer(dialer)
                    .build()
                    .open();
            client.settle();
            assertThat(MemoryClient.failure(opening))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("example.test");
            client.assertNothingHeld();
        }
    }

    @Test
    void connecting() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            client.listener().answer(MemoryListener.Answer.HANG);
            stuck(client, client.builder(), same -> {}, "connectTimeout of 3000 ms has passed while connecting", true);
        }
    }

    @Test
    void everyAddressIsNamed() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            client.listen(new InetSocketAddress("127.0.0.5", 80)).answer(MemoryListener.Answer.REFUSE);
            Dialer dialer = dialer(
                    host -> java.util.List.of(
                            java.net.InetAddress.getByAddress(new byte[] {127, 0, 0, 5}),
                            java.net.InetAddress.getByAddress(new byte[] {127, 0, 0, 6})),
                    Runnable::run);
            CompletableFuture<WebSocket> opening = client.builderByName("ws://example.test/")
                    .dialer(dialer)
                    .build()
                    .open();
            client.pass(Duration.ofSeconds(1));
            assertThat(MemoryClient.failure(opening))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContainingAll("example.test", "127.0.0.5:80", "127.0.0.6:80");
            client.assertNothingHeld();
        }
    }

    @Test
    void writingTheRequest() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            WebSocketClient.Builder builder = client.builder();
            // More than the pipe holds, of a server that does not read.
            for (int i = 0; i < 20; i++) {
                builder.header("X-Large-" + i, "x".repeat(8000));
            }
            stuck(
                    client,
                    builder,
                    MemoryClient::accept,
                    "no answer to the opening handshake came within handshakeTimeout",
                    false);
        }
    }

    @Test
    void agreeingOnKeys() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            Trouble silent = same -> assertThat(same.read(same.accept())).startsWith(22, 3);
            stuck(
                    client,
                    client.builder("wss://server/"),
                    silent,
                    "wss://server/: the TLS handshake took longer than handshakeTimeout, PT3S",
                    false);
        }
    }

    @Test
    void settingsOfTlsThatCannotWork() {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder("wss://server/")
                    .sslParameters(new SSLParameters(null, new String[] {"SSLv99"}))
                    .build()
                    .open();
            MemoryPeer peer = client.accept();
            assertThat(MemoryClient.failure(opening)).isInstanceOf(IllegalArgumentException.class);
            assertThat(peer.isClosed()).isTrue();
            client.assertNothingHeld();
        }
    }

    @Test
    void waitingForTheAnswer() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            Trouble silent = same -> same.readText(same.accept());
            stuck(
                    client,
                    client.builder(),
                    silent,
                    "no answer to the opening handshake came within handshakeTimeout",
                    false);
        }
    }

    @Test
    void withinTheAnswer() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            Trouble half = same -> {
                MemoryPeer peer = same.accept();
                same.readText(peer);
                same.send(peer, "HTTP/1.1 101 Sw");
            };
            stuck(client, client.builder(), half, "handshakeTimeout, PT3S", false);
        }
    }

    @Test
    void withinTheBodyOfARefusal() {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder().build().open();
            MemoryPeer peer = client.accept();
            client.readText(peer);
            client.send(peer, "HTTP/1.1 404 x\r\nContent-Length: 10\r\n\r\nhalf");
            assertThat(opening.cancel(false)).isTrue();
            client.assertNothingHeld();
            assertThat(peer.isClosed()).isTrue();
        }
    }

    @Test
    void askingForHeaders() throws Exception {
        try (MemoryClient client = new MemoryClient()) {
            CountDownLatch forEver = new CountDownLatch(1);
            WebSocketClient.Builder builder = client.builder().headers(() -> {
                try {
                    forEver.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return Map.of();
            });
            try {
                stuck(client, builder, same -> {}, "headers and cookies took longer than connectTimeout", true);
            } finally {
                forEver.countDown();
            }
        }
    }

    @Test
    void aSupplierThatThrowsOrSaysWhatCannotBeSent() {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> throwing = client.builder()
                    .headers(() -> {
                        throw new IllegalStateException("no token");
                    })
                    .build()
                    .open();
            client.until("failed", throwing::isDone);
            assertThat(MemoryClient.failure(throwing)).hasMessage("no token");
            CompletableFuture<WebSocket> splitting = client.builder()
                    .headers(() -> Map.of("X-Token", "a\r\nX: y"))
                    .build()
                    .open();
            client.until("failed", splitting::isDone);
            assertThat(MemoryClient.failure(splitting)).isInstanceOf(IllegalArgumentException.class);
            CompletableFuture<WebSocket> forbidden = client.builder()
                    .headers(() -> Map.of("Host", "other"))
                    .build()
                    .open();
            client.until("failed", forbidden::isDone);
            assertThat(MemoryClient.failure(forbidden)).isInstanceOf(IllegalArgumentException.class);
            assertThat(client.listener().attempts()).as("nothing was sent").isZero();
            client.assertNothingHeld();
        }
    }

    @Test
    @DisplayName("a future that times out, or is completed by somebody else, ends the attempt")
    void completedByOthers() {
        try (MemoryClient client = new MemoryClient()) {
            for (int i = 0; i < 2; i++) {
                CompletableFuture<WebSocket> opening = client.builder().build().open();
                MemoryPeer peer = client.accept();
                if (i == 0) {
                    opening.completeExceptionally(new java.util.concurrent.TimeoutException());
                } else {
                    opening.complete(null);
                }
                client.assertNothingHeld();
                assertThat(peer.isClosed()).isTrue();
            }
        }
    }

    @Test
    void cancelledBeforeItBegan() {
        try (MemoryClient client = new MemoryClient()) {
            client.builder().build().open().cancel(true);
            client.settle();
            assertThat(client.listener().attempts()).isZero();
            client.assertNothingHeld();
        }
    }

    @Test
    void cancellingAnOpenConnectionDoesNothing() {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder().build().open();
            client.welcome(client.accept());
            assertThat(opening.cancel(true)).isFalse();
            assertThat(MemoryClient.socket(opening).closeInfo()).isNull();
        }
    }

    @Test
    void closedLoopsRefuse() {
        MemoryClient client = new MemoryClient();
        client.close();
        assertThat(MemoryClient.failure(client.builder().build().open())).hasMessageContaining("closed");
    }

    @Test
    void timeoutsMustBeMoreThanZero() {
        WebSocketClient.Builder builder = WebSocketClient.builder("ws://server/");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.connectTimeout(Duration.ZERO))
                .withMessageContaining("connectTimeout is PT0S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.handshakeTimeout(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.followRedirects(21));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.followRedirects(-1));
    }
}
