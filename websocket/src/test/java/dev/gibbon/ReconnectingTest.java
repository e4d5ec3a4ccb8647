package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.ReconnectingWebSocket.State;
import dev.gibbon.internal.client.DialSettings;
import dev.gibbon.internal.client.Dialer;
import dev.gibbon.internal.transport.MemoryListener.Answer;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a lost connection is made again, and when not, with a clock of the test. */
class ReconnectingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ReconnectFixture world = new ReconnectFixture();

    @AfterEach
    void nothingIsLeft() {
        world.close();
    }

    private void assertEvents(String... expected) {
        assertThat(world.events()).containsExactly(expected);
    }

    // ---- connecting and connecting again

    @Test
    void connectsAndConnectsAgain() {
        ReconnectingWebSocket socket = world.start();
        assertThat(socket.state()).isEqualTo(State.CONNECTING);
        assertThat(socket.socket()).isEmpty();
        MemoryPeer peer = world.open();
        assertThat(socket.state()).isEqualTo(State.CONNECTED);
        assertThat(socket.socket()).isPresent();
        assertThat(String.valueOf(socket.socket()))
                .as("the listener of the application, not ours")
                .doesNotContain("Relay");
        assertEvents("connecting 1", "connected 1");
        world.pass(Duration.ofSeconds(10));
        peer.reset();
        assertEvents("disconnected 1006", "waiting PT1S for 1");
        assertThat(socket.state()).isEqualTo(State.WAITING);
        assertThat(socket.socket()).isEmpty();
        world.pass(Duration.ofMillis(970));
        assertEvents();
        world.pass(Duration.ofMillis(60));
        assertEvents("connecting 1");
        world.open();
        assertEvents("connected 1");
    }

    @Test
    @DisplayName("Reconnect storms: the ceiling of the delay is doubled with each failure, up to a cap")
    void delaysAreDoubledUpToACap() {
        world.server.answer(Answer.REFUSE);
        world.start();
        assertEvents("connecting 1", "failed 1 ConnectException", "waiting PT1S for 2");
        long[] ceilings = {1, 2, 4, 8, 16, 30, 30, 30};
        for (int i = 1; i < ceilings.length; i++) {
            world.pass(Duration.ofSeconds(ceilings[i - 1]).plusMillis(50));
            int attempt = i + 1;
            assertEvents(
                    "connecting " + attempt,
                    "failed " + attempt + " ConnectException",
                    "waiting PT" + ceilings[i] + "S for " + (attempt + 1));
        }
        assertThat(world.server.attempts()).isEqualTo(ceilings.length);
    }

    @Test
    void aConnectionThatDoesNotLastCountsAsAFailure() {
        world.start(ReconnectPolicy.builder().stableAfter(Duration.ofSeconds(5)));
        for (int failures = 1; failures <= 3; failures++) {
            MemoryPeer peer = world.open();
            world.pass(Duration.ofMillis(4_900));
            world.close(peer, 1001);
            assertEvents(
                    "connecting " + failures,
                    "connected " + failures,
                    "disconnected 1001",
                    "waiting PT" + (1 << (failures - 1)) + "S for " + (failures + 1));
            world.pass(Duration.ofSeconds(1 << (failures - 1)).plusMillis(50));
        }
        MemoryPeer peer = world.open();
        world.pass(Duration.ofSeconds(5));
        world.close(peer, 1001);
        assertEvents("connecting 4", "connected 4", "disconnected 1001", "waiting PT1S for 1");
    }

    @Test
    void aConnectionThatTheApplicationClosesIsMadeAgain() {
        ReconnectingWebSocket socket = world.start(ReconnectPolicy.builder().stableAfter(Duration.ZERO));
        MemoryPeer peer = world.open();
        socket.socket().orElseThrow().close();
        world.close(peer, 1000);
        assertEvents("connecting 1", "connected 1", "disconnected 1000", "waiting PT1S for 1");
    }

    @Test
    void aPeerThatFallsSilentIsFoundAndLeft() {
        world.start();
        world.open();
        world.pass(Duration.ofSeconds(46));
        assertThat(world.events()).containsSubsequence("connected 1", "disconnected 1006", "waiting PT1S for 1");
    }

    @Test
    void silenceBeforeTheConnectionFailsTheAttempt() {
        world.start();
        world.accepted();
        world.pass(Duration.ofMillis(10_100));
        assertEvents("connecting 1", "failed 1 SocketTimeoutException", "waiting PT1S for 2");
        world.server.answer(Answer.HANG);
        world.pass(Duration.ofMillis(11_100));
        assertEvents("connecting 2", "failed 2 SocketTimeoutException", "waiting PT2S for 3");
    }

    @Test
    void tryNowEndsTheWait() {
        world.server.answer(Answer.REFUSE);
        ReconnectingWebSocket socket = world.start();
        world.events();
        world.server.answer(Answer.ACCEPT);
        socket.tryNow();
        assertEvents("connecting 2");
        socket.tryNow();
        world.open();
        socket.tryNow();
        assertEvents("connected 2");
        world.pass(Duration.ofSeconds(2));
        assertEvents();
    }

    @Test
    void theListenerHearsEachConnectionFromOpenToClose() {
        world.start(ReconnectPolicy.builder().stableAfter(Duration.ZERO));
        for (int i = 0; i < 2; i++) {
            MemoryPeer peer = world.open();
            world.send(peer, dev.gibbon.testkit.Hex.bytes("81 02 68 69 89 00 8a 00"));
            world.close(peer, 1001);
            world.pass(Duration.ofSeconds(2));
        }
        assertThat(world.listener.events)
                .containsExactly(
                        "open",
                        "text hi",
                        "ping 0",
                        "pong 0",
                        "close 1001",
                        "open",
                        "text hi",
                        "ping 0",
                        "pong 0",
                        "close 1001");
    }

    @Test
    void anEventListenerThatThrowsChangesNothing() {
        ReconnectingWebSocket socket = world.builder()
                .events(event -> {
                    throw new IllegalStateException("on purpose");
                })
                .start(world.listener);
        world.open();
        assertThat(socket.state()).isEqualTo(State.CONNECTED);
        socket.abort();
        world.settle();
        assertThat(socket.state()).isEqualTo(State.ENDED);
    }

    // ---- what the server asks for

    @ParameterizedTest
    @CsvSource({
        "7,                             PT8S",
        "0,                             PT1S",
        "300,                           PT5M1S",
        "86400,                         PT5M1S",
        "'Thu, 01 Jan 2026 00:00:20 GMT', PT21S",
        "'Thu, 01 Jan 2025 00:00:00 GMT', PT1S",
        "soon,                          PT1S"
    })
    @DisplayName("Retry-After is the least delay, bounded, and the jitter comes on top")
    void retryAfter(String value, String delay) {
        world.start();
        world.refuse("503 Service Unavailable", "Retry-After: " + value);
        assertEvents("connecting 1", "failed 1 HandshakeException", "waiting " + delay + " for 2");
    }

    @Test
    void retryAfterOfTwoMindsIsIgnored() {
        world.start();
        world.refuse("429 Too Many Requests", "Retry-After: 60", "Retry-After: 90");
        assertEvents("connecting 1", "failed 1 HandshakeException", "waiting PT1S for 2");
    }

    @Test
    void howLongRetryAfterMayBeIsASetting() {
        world.start(ReconnectPolicy.builder().maxRetryAfter(Duration.ofSeconds(3)));
        world.refuse("503 x", "Retry-After: 60");
        assertEvents("connecting 1", "failed 1 HandshakeException", "waiting PT4S for 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1012, 1013})
    void aServerThatRestartsOrIsBusyIsLeftAloneForAWhile(int code) {
        world.start(ReconnectPolicy.builder().stableAfter(Duration.ZERO));
        world.close(world.open(), code);
        assertEvents("connecting 1", "connected 1", "disconnected " + code, "waiting PT30S for 1");
    }

    // ---- giving up

    @ParameterizedTest
    @ValueSource(ints = {301, 308, 400, 401, 403, 404, 405, 407, 410, 426, 451, 499, 501, 505})
    void fatalStatuses(int status) {
        world.start();
        world.refuse(status + " x");
        assertEvents("connecting 1", "failed 1 HandshakeException", "gave up STATUS unsent 0");
        ReconnectEvent.GaveUp last = (ReconnectEvent.GaveUp) world.raw.get(2);
        assertThat(last.failure()).isInstanceOf(HandshakeException.class);
        assertThat(last.info()).isNull();
        world.pass(Duration.ofMinutes(1));
        assertEvents();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 302, 303, 307, 408, 421, 425, 429, 500, 502, 503, 504, 599})
    void otherStatusesAreNotFatal(int status) {
        world.start();
        world.refuse(status + " x");
        assertEvents("connecting 1", "failed 1 HandshakeException", "waiting PT1S for 2");
    }

    @Test
    void anAnswerThatBreaksTheRulesIsNotFatal() {
        world.start();
        MemoryPeer peer = world.accepted();
        world.request(peer);
        world.answer(peer, "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
        assertEvents("connecting 1", "failed 1 HandshakeException", "waiting PT1S for 2");
    }

    @Test
    void whichStatusesAreFatalIsASetting() {
        world.start(ReconnectPolicy.builder().fatalStatus(status -> status == 503));
        world.refuse("404 Not Found");
        assertEvents("connecting 1", "failed 1 HandshakeException", "waiting PT1S for 2");
        world.pass(Duration.ofMillis(1_050));
        world.refuse("503 x");
        assertEvents("connecting 2", "failed 2 HandshakeException", "gave up STATUS unsent 0");
    }

    @ParameterizedTest
    @CsvSource({"407, gave up STATUS unsent 0", "502, waiting PT1S for 2", "0, waiting PT1S for 2"})
    void statusesOfProxiesCountToo(int status, String then) {
        ProxyException refused = new ProxyException("the proxy refuses", status, new byte[0]);
        world.start(world.prepare(ReconnectingWebSocket.builder(attempt -> CompletableFuture.failedFuture(refused))));
        assertEvents("connecting 1", "failed 1 ProxyException", then);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1002, 1003, 1007, 1008, 1010, 3000, 3003})
    void fatalCloseCodes(int code) {
        world.start();
        world.close(world.open(), code);
        assertEvents("connecting 1", "connected 1", "disconnected " + code, "gave up CLOSE_CODE unsent 0");
        ReconnectEvent.GaveUp last = (ReconnectEvent.GaveUp) world.raw.get(3);
        assertThat(last.failure()).isNull();
        assertThat(last.info().receivedCode()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1009, 1011, 1014, 3001, 4000, 4999})
    void otherCloseCodesAreNotFatal(int code) {
        world.start();
        world.close(world.open(), code);
        assertEvents("connecting 1", "connected 1", "disconnected " + code, "waiting PT1S for 2");
    }

    @Test
    void whichCloseCodesAreFatalIsASetting() {
        world.start(
                ReconnectPolicy.builder().fatalCloseCode(code -> code == 4001).stableAfter(Duration.ZERO));
        world.close(world.open(), 1000);
        world.pass(Duration.ofMillis(1_050));
        world.close(world.open(), 4001);
        assertThat(world.events()).endsWith("disconnected 4001", "gave up CLOSE_CODE unsent 0");
    }

    /** Our own Close for a fault of the peer says 1002 too, but the next connection may be better. */
    @Test
    void aRuleThatThePeerBreaksIsNotFatal() {
        world.start();
        MemoryPeer peer = world.open();
        world.send(peer, dev.gibbon.testkit.Hex.bytes("81 80 00 00 00 00"));
        world.read(peer);
        peer.end();
        assertEvents("connecting 1", "connected 1", "disconnected 1002", "waiting PT1S for 2");
    }

    @Test
    void attemptsAreBounded() {
        world.server.answer(Answer.REFUSE);
        world.start(ReconnectPolicy.builder().maxAttempts(3));
        world.pass(Duration.ofSeconds(4));
        assertThat(world.events()).endsWith("connecting 3", "failed 3 ConnectException", "gave up ATTEMPTS unsent 0");
        assertThat(world.server.attempts()).isEqualTo(3);
        ReconnectEvent last = world.socket.ended().toCompletableFuture().join();
        assertThat(last).isSameAs(world.raw.get(world.raw.size() - 1));
        assertThat(((ReconnectEvent.GaveUp) last).failure()).isInstanceOf(ConnectException.class);
    }

    @Test
    void connectionsThatDoNotLastCountToTheBoundOfAttempts() {
        world.start(ReconnectPolicy.builder().maxAttempts(1));
        world.close(world.open(), 1001);
        assertEvents("connecting 1", "connected 1", "disconnected 1001", "gave up ATTEMPTS unsent 0");
    }

    @Test
    void timeIsBounded() {
        world.server.answer(Answer.REFUSE);
        world.start(ReconnectPolicy.builder().maxTime(Duration.ofSeconds(8)));
        world.pass(Duration.ofSeconds(20));
        // After 0, 1, 3 and 7 seconds; the next one would be after 15.
        assertThat(world.server.attempts()).isEqualTo(4);
        assertThat(world.events()).endsWith("connecting 4", "failed 4 ConnectException", "gave up TIME unsent 0");
    }

    @Test
    void timeBeginsAnewAfterAStableConnection() {
        world.start(ReconnectPolicy.builder().maxTime(Duration.ofSeconds(2)));
        MemoryPeer peer = world.open();
        world.pass(Duration.ofSeconds(20));
        world.close(peer, 1001);
        assertThat(world.events()).endsWith("waiting PT1S for 1");
    }

    @Test
    void closingTheLoopsEndsIt() {
        ReconnectingWebSocket socket = world.start();
        world.open();
        world.events();
        world.closeLoops();
        assertThat(world.events).endsWith("gave up LOOPS_CLOSED unsent 0");
        assertThat(socket.state()).isEqualTo(State.ENDED);
    }

    // ---- stopping

    @Test
    void stopsAConnectionWithAClose() {
        ReconnectingWebSocket socket = world.start();
        MemoryPeer peer = world.open();
        world.events();
        socket.close(4000, "bye");
        assertEvents();
        assertThat(socket.trySend("late")).isEqualTo(SendResult.CLOSED);
        assertThat(socket.ended().toCompletableFuture()).isNotDone();
        world.close(peer, 4000);
        assertEvents("disconnected 4000", "stopped unsent 0");
        assertThat(socket.state()).isEqualTo(State.ENDED);
        socket.close();
        socket.abort();
        socket.tryNow();
        world.pass(Duration.ofMinutes(1));
        assertEvents();
    }

    @Test
    void stoppingIsBoundedByTheClosingDeadline() {
        ReconnectingWebSocket socket = world.start();
        world.open();
        socket.close();
        world.pass(Duration.ofSeconds(6));
        assertThat(world.events()).endsWith("stopped unsent 0");
    }

    @Test
    void abortCutsTheConnection() {
        ReconnectingWebSocket socket = world.start();
        MemoryPeer peer = world.open();
        socket.abort();
        assertThat(world.events()).endsWith("disconnected 1006", "stopped unsent 0");
        assertThat(peer.isClosed()).isTrue();
    }

    @Test
    void stopsWhileAClientIsAskedFor() {
        CompletableFuture<WebSocketClient> never = new CompletableFuture<>();
        ReconnectingWebSocket socket = world.start(world.prepare(ReconnectingWebSocket.builder(attempt -> never)));
        socket.close();
        assertEvents("connecting 1", "stopped unsent 0");
        assertThat(never).isCancelled();
    }

    @Test
    void stopsWhileConnecting() {
        world.server.answer(Answer.HANG);
        ReconnectingWebSocket socket = world.start();
        assertThat(world.server.hanging()).isEqualTo(1);
        socket.close();
        assertEvents("connecting 1", "stopped unsent 0");
        assertThat(world.server.hanging()).isZero();
        world.assertNothingLeft();
    }

    @Test
    void stopsWhileTheNameIsLookedUp() {
        List<Runnable> lookups = new ArrayList<>();
        DialSettings usual = DialSettings.of(Poller.ConnectOptions.DEFAULT);
        Dialer slow = new Dialer(new DialSettings(
                usual.options(), usual.proxies(), usual.proxySecurity(), usual.resolver(), lookups::add));
        ReconnectingWebSocket socket = world.start(world.prepare(ReconnectingWebSocket.builder(
                WebSocketClient.builder("ws://name.invalid/feed").dialer(slow).build())));
        assertThat(lookups).hasSize(1);
        socket.close();
        assertEvents("connecting 1", "stopped unsent 0");
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 101 Swi", "HTTP/1.1 503 x\r\nContent-Length: 9\r\n\r\nabc"})
    void stopsWithinTheHandshake(String answer) {
        ReconnectingWebSocket socket = world.start();
        MemoryPeer peer = world.accepted();
        world.request(peer);
        world.answer(peer, answer);
        socket.close();
        assertEvents("connecting 1", "stopped unsent 0");
        assertThat(peer.isClosed()).isTrue();
        world.assertNothingLeft();
    }

    @Test
    void stopsWhileWaiting() {
        world.server.answer(Answer.REFUSE);
        ReconnectingWebSocket socket = world.start();
        world.events();
        socket.close();
        assertEvents("stopped unsent 0");
        world.assertNothingLeft();
        world.pass(Duration.ofMinutes(1));
        assertThat(world.server.attempts()).isEqualTo(1);
    }

    @Test
    void stopsFromWithinEvents() {
        for (String at : List.of("Connecting", "Connected", "Failed", "Waiting", "Disconnected")) {
            List<String> heard = new ArrayList<>();
            ReconnectingWebSocket[] holder = new ReconnectingWebSocket[1];
            world.server.answer(at.equals("Connected") || at.equals("Disconnected") ? Answer.ACCEPT : Answer.REFUSE);
            holder[0] = world.builder()
                    .events(event -> {
                        String name = event.getClass().getSimpleName();
                        heard.add(name);
                        if (name.equals(at)) {
                            holder[0].abort();
                        }
                    })
                    .start(new WebSocketListener() {});
            world.settle();
            if (at.equals("Connected") || at.equals("Disconnected")) {
                MemoryPeer peer = world.open();
                peer.reset();
            }
            world.settle();
            assertThat(heard).as(at).contains(at).endsWith("Stopped");
            assertThat(holder[0].state()).isEqualTo(State.ENDED);
        }
    }

    @Test
    void aCloseMustBeOneThatCanBeSent() {
        ReconnectingWebSocket socket = world.start();
        assertThatIllegalArgumentException().isThrownBy(() -> socket.close(1006, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.close(1000, "x".repeat(124)));
        assertThat(socket.state()).isEqualTo(State.CONNECTING);
    }

    // ---- a client for each attempt

    @Test
    void eachAttemptCanHaveAClientOfItsOwn() {
        world.start(world.prepare(ReconnectingWebSocket.builder(attempt -> CompletableFuture.completedFuture(
                        world.client().header("X-Attempt", "" + attempt).build())))
                .policy(ReconnectPolicy.builder().delays(SECOND, SECOND).build()));
        for (int attempt = 1; attempt <= 3; attempt++) {
            MemoryPeer peer = world.accepted();
            assertThat(world.request(peer)).contains("\r\nX-Attempt: " + attempt + "\r\n");
            peer.reset();
            world.pass(Duration.ofMillis(1_100));
        }
    }

    @Test
    void aClientMayComeLate() {
        CompletableFuture<WebSocketClient> late = new CompletableFuture<>();
        world.start(world.prepare(ReconnectingWebSocket.builder(attempt -> late)));
        world.pass(Duration.ofSeconds(5));
        assertEvents("connecting 1");
        late.complete(world.client().build());
        world.open();
        assertEvents("connected 1");
    }

    @Test
    void aSourceThatFailsFailsTheAttempt() {
        List<Throwable> failures =
                List.of(new IOException("x"), new TimeoutException(), new UncheckedIOException(new IOException("y")));
        for (Throwable failure : failures) {
            world.start(
                    world.prepare(ReconnectingWebSocket.builder(attempt -> CompletableFuture.failedFuture(failure))));
            assertEvents("connecting 1", "failed 1 " + failure.getClass().getSimpleName(), "waiting PT1S for 2");
            world.socket.abort();
            world.events();
        }
        world.start(world.prepare(ReconnectingWebSocket.builder(attempt -> {
            throw new IOException("no token");
        })));
        assertEvents("connecting 1", "failed 1 IOException", "waiting PT1S for 2");
    }

    @Test
    void aMistakeOfTheApplicationIsFatal() {
        world.start(world.prepare(ReconnectingWebSocket.builder(attempt -> {
            throw new IllegalArgumentException("on purpose");
        })));
        assertEvents("connecting 1", "failed 1 IllegalArgumentException", "gave up FAULT unsent 0");
        world.start(world.prepare(ReconnectingWebSocket.builder(attempt -> CompletableFuture.completedFuture(null))));
        assertEvents("connecting 1", "gave up FAULT unsent 0");
        world.start(ReconnectPolicy.builder().fatalStatus(status -> {
            throw new IllegalStateException("on purpose");
        }));
        world.refuse("503 x");
        assertEvents("connecting 1", "failed 1 HandshakeException", "gave up FAULT unsent 0");
        world.start(ReconnectPolicy.builder().fatalCloseCode(code -> {
            throw new IllegalStateException("on purpose");
        }));
        world.close(world.open(), 1001);
        assertEvents("connecting 1", "connected 1", "disconnected 1001", "gave up FAULT unsent 0");
    }
}
