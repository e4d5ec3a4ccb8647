package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.ProxyException;
import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import dev.gibbon.internal.transport.MemoryListener;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Splits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Dialing through proxies that the test plays. */
class ProxiedDialTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final DialTarget TARGET = new DialTarget(true, "example.com", 443, null);
    private static final String OK = "HTTP/1.1 200 OK\r\n\r\n";

    private static ProxyChoice proxy(String uri) {
        return FixedProxy.of(ProxyServer.parse(uri), "");
    }

    private static void say(DialFixture net, MemoryPeer peer, byte[] bytes) {
        try {
            assertThat(peer.write(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        net.settle();
    }

    private static void say(DialFixture net, MemoryPeer peer, String text) {
        say(net, peer, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String heard(DialFixture net, MemoryPeer peer) {
        net.settle();
        try {
            return new String(peer.read(10_000), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MemoryPeer next(MemoryListener listener) {
        return Objects.requireNonNull(listener.next(), "nobody connected");
    }

    /** What the link brings when its handler is called for it, and nothing else calls. */
    private static String arrives(DialFixture net, int atMost) throws IOException {
        Link link = Objects.requireNonNull(net.dialed);
        StringBuilder all = new StringBuilder();
        link.attach(net.loop().poller(), new LinkHandler() {
            @Override
            public void readable() {
                ByteBuffer some = ByteBuffer.allocate(atMost);
                try {
                    if (link.read(some) < 0) {
                        link.interest(false, false);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                all.append(new String(some.array(), 0, some.position(), StandardCharsets.ISO_8859_1));
            }

            @Override
            public void writable() {}
        });
        net.settle();
        assertThat(all).as("wants nothing at first").isEmpty();
        link.interest(true, false);
        net.settle();
        link.interest(false, false);
        return all.toString();
    }

    @Test
    void connectGoesToTheProxyAndTheNameIsNotLookedUp() throws IOException {
        try (DialFixture net = new DialFixture()) {
            net.name("proxy", "192.0.2.9");
            MemoryListener proxy = net.listen("192.0.2.9", 3128);
            net.dial(net.settings(proxy("http://me:pw@proxy:3128")), TARGET, TIMEOUT);
            net.settle();
            MemoryPeer peer = next(proxy);
            assertThat(heard(net, peer))
                    .isEqualTo(String.join(
                            "\r\n",
                            "CONNECT example.com:443 HTTP/1.1",
                            "Host: example.com:443",
                            "Proxy-Authorization: Basic bWU6cHc=",
                            "",
                            ""));
            assertThat(net.lookedUp).containsExactly("proxy");
            assertThat(net.told).isZero();
            say(net, peer, OK);
            assertThat(net.dialed).isNotNull();
            say(net, peer, "from the target");
            assertThat(arrives(net, 100)).isEqualTo("from the target");
            net.dialed.write(ByteBuffer.wrap(new byte[] {'x'}));
            assertThat(heard(net, peer)).isEqualTo("x");
        }
    }

    @Test
    void whatFollowsTheAnswerBelongsToTheTunnel() throws Exception {
        for (String answer : List.of(OK, Hex.of(Hex.bytes("05 00 05 00 00 01 00*6")))) {
            boolean socks = !answer.equals(OK);
            byte[] bytes = socks
                    ? Hex.bytes(answer + "'SSH-2.0-early bird'")
                    : (OK + "SSH-2.0-early bird").getBytes(StandardCharsets.US_ASCII);
            for (Splits.Way way : Splits.of(bytes)) {
                for (int atMost : new int[] {1, 7, 100}) {
                    try (DialFixture net = new DialFixture()) {
                        MemoryListener proxy = net.listen("192.0.2.9", 1080);
                        net.dial(
                                net.settings(proxy((socks ? "socks5h" : "http") + "://192.0.2.9:1080")),
                                TARGET,
                                TIMEOUT);
                        net.settle();
                        MemoryPeer peer = next(proxy);
                        for (byte[] piece : way.pieces()) {
                            say(net, peer, piece);
                        }
                        assertThat(net.dialed).as(way.name()).isNotNull();
                        assertThat(arrives(net, atMost)).as(way.name()).isEqualTo("SSH-2.0-early bird");
                        say(net, peer, " and more");
                        peer.end();
                        assertThat(arrives(net, atMost)).isEqualTo(" and more");
                    }
                }
            }
        }
    }

    @Test
    void socksAsksStepByStep() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("socks5h://u:p@192.0.2.9")), TARGET, TIMEOUT);
            net.settle();
            MemoryPeer peer = next(proxy);
            assertThat(heard(net, peer)).isEqualTo("\5\2\0\2");
            say(net, peer, "\5");
            assertThat(heard(net, peer)).isEmpty();
            say(net, peer, "\2");
            assertThat(heard(net, peer)).isEqualTo("\1\1u\1p");
            say(net, peer, "\1\0");
            assertThat(heard(net, peer)).isEqualTo("\5\1\0\3\13example.com\1\273");
            say(net, peer, "\5\0\0\1\0\0\0\0\0\0");
            assertThat(net.dialed).isNotNull();
            assertThat(net.lookedUp).isEmpty();
        }
    }

    @Test
    void shortReadsAndWritesAreNoMatter() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.9", 1080).faults(Faults.shortCalls(1));
            net.dial(net.settings(proxy("http://192.0.2.9:1080")), TARGET, TIMEOUT);
            net.pass(Duration.ofSeconds(1));
            MemoryPeer peer = next(proxy);
            assertThat(heard(net, peer)).endsWith("\r\n\r\n");
            say(net, peer, OK);
            assertThat(net.dialed).isNotNull();
        }
    }

    @Test
    void everyCallThatFailsIsToldAndLeavesNothing() {
        for (int call = 1; call <= 6; call++) {
            try (DialFixture net = new DialFixture()) {
                MemoryListener proxy = net.listen("192.0.2.9", 1080).faults(Faults.failing(call));
                net.dial(net.settings(proxy("socks5h://u:p@192.0.2.9")), TARGET, TIMEOUT);
                net.settle();
                MemoryPeer peer = next(proxy);
                for (String answer : List.of("\5\2", "\1\0", "\5\0\0\1\0\0\0\0\0\0")) {
                    if (!peer.isReset()) {
                        say(net, peer, answer);
                    }
                }
                assertThat(net.told).as("call %s", call).isEqualTo(1);
                assertThat(net.failure)
                        .hasMessageStartingWith(
                                "the connection to the proxy socks5h://192.0.2.9:1080 failed: injected");
                assertThat(peer.isClosed()).isTrue();
                net.assertNothingLeft();
            }
        }
    }

    @Test
    void aRefusalEndsItAndTheSocketIsClosed() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("http://u:s3cret@192.0.2.9:1080")), TARGET, TIMEOUT);
            net.settle();
            MemoryPeer peer = next(proxy);
            say(net, peer, "HTTP/1.1 407 No\r\nContent-Length: 4\r\n\r\nwho?");
            assertThat(net.failure).isInstanceOf(ProxyException.class).hasMessageEndingWith(": who?");
            assertThat(((ProxyException) net.failure).statusCode()).isEqualTo(407);
            assertThat(stackOf(net.failure)).doesNotContain("s3cret");
            assertThat(peer.isClosed()).isTrue();
        }
    }

    private static String stackOf(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    @Test
    void theReasonsOfARefusalAreNotWaitedForLong() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("http://192.0.2.9:1080")), TARGET, TIMEOUT);
            net.settle();
            MemoryPeer peer = next(proxy);
            say(net, peer, "HTTP/1.1 403 No\r\nContent-Length: 100\r\n\r\nbeca");
            assertThat(net.told).isZero();
            net.pass(Duration.ofMillis(1_100));
            assertThat(net.failure).hasMessageEndingWith("403 No: beca");
        }
    }

    @Test
    void aRefusalThatIsCutByTheDeadlineIsToldAllTheSame() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("http://192.0.2.9:1080")), TARGET, Duration.ofMillis(500));
            net.settle();
            say(net, next(proxy), "HTTP/1.1 403 No\r\n\r\nbeca");
            net.pass(Duration.ofMillis(600));
            assertThat(net.failure).isInstanceOf(ProxyException.class).hasMessageEndingWith("403 No: beca");
        }
    }

    @Test
    void aSilentProxyIsBoundedByTheDeadline() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("http://192.0.2.9:1080")), TARGET, TIMEOUT);
            net.settle();
            MemoryPeer peer = next(proxy);
            for (int i = 0; i < 20; i++) {
                net.pass(Duration.ofMillis(490));
                if (net.told == 0) {
                    // An answer that never ends, a byte now and then.
                    say(net, peer, "HTTP/1.1 200 this takes a while".substring(i, i + 1));
                }
            }
            net.pass(Duration.ofSeconds(1));
            assertThat(net.failure)
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage(
                            "connectTimeout of 10000 ms has passed while asking the proxy http://192.0.2.9:1080 for a"
                                    + " tunnel to example.com:443");
            assertThat(peer.isClosed()).isTrue();
        }
    }

    @Test
    void anUnreachableProxyIsAnErrorAndNeverADirectConnection() {
        try (DialFixture net = new DialFixture()) {
            net.name("example.com", "192.0.2.1");
            MemoryListener target = net.listen("192.0.2.1", 443);
            net.dial(net.settings(proxy("http://192.0.2.9:1080")), TARGET, TIMEOUT);
            net.settle();
            assertThat(net.failure)
                    .hasMessage(
                            "cannot connect to the proxy http://192.0.2.9:1080: 192.0.2.9:1080: Connection refused");
            assertThat(target.attempts()).isZero();
            net.dial(net.settings(proxy("socks5h://unknown")), TARGET, TIMEOUT);
            net.settle();
            assertThat(net.failure).isInstanceOf(UnknownHostException.class).hasMessageContaining("unknown");
            assertThat(target.attempts()).isZero();
        }
    }

    @Test
    void everyAddressOfTheProxyIsTried() {
        try (DialFixture net = new DialFixture()) {
            net.name("proxy", "192.0.2.8", "192.0.2.9");
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("socks5h://proxy")), TARGET, TIMEOUT);
            net.settle();
            assertThat(heard(net, next(proxy))).isEqualTo("\5\1\0");
            net.pass(TIMEOUT.plusSeconds(1));
            assertThat(net.failure).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void givingUpDuringTheTunnelLeavesNothing() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            Dialing dialing = net.dial(net.settings(proxy("socks5h://192.0.2.9")), TARGET, TIMEOUT);
            net.settle();
            MemoryPeer peer = next(proxy);
            say(net, peer, "\5\0\5");
            dialing.cancel();
            assertThat(peer.isClosed()).isTrue();
            net.assertNothingLeft();
            assertThat(net.told).isZero();
        }
    }

    @Test
    void theEndOfTheLoopEndsTheTunnel() {
        DialFixture net = new DialFixture();
        MemoryListener proxy = net.listen("192.0.2.9", 1080);
        net.dial(net.settings(proxy("socks5h://192.0.2.9")), TARGET, TIMEOUT);
        net.settle();
        net.group.close();
        assertThat(net.failure).hasMessageContaining("event loops were closed");
        assertThat(next(proxy).isClosed()).isTrue();
    }

    @Test
    void socks5LooksUpTheTargetHereAndTriesItsAddresses() {
        try (DialFixture net = new DialFixture()) {
            net.name("example.com", "192.0.2.1", "2001:db8::1");
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("socks5://192.0.2.9")), TARGET, TIMEOUT);
            net.settle();
            MemoryPeer first = next(proxy);
            say(net, first, "\5\0");
            assertThat(heard(net, first)).isEqualTo("\5\1\0" + "\5\1\0\1\300\0\2\1\1\273");
            say(net, first, "\5\5\0\1\0\0\0\0\0\0");
            assertThat(first.isClosed()).isTrue();
            MemoryPeer second = next(proxy);
            say(net, second, "\5\0");
            assertThat(heard(net, second)).startsWith("\5\1\0" + "\5\1\0\4\40\1\15\270");
            say(net, second, "\5\4\0\1\0\0\0\0\0\0");
            assertThat(net.failure)
                    .hasMessageContaining("example.com:443 at 192.0.2.1: it answered 5, connection refused")
                    .hasMessageContaining("example.com:443 at 2001:db8:0:0:0:0:0:1: it answered 4, host unreachable");
            assertThat(net.told).isEqualTo(1);
        }
    }

    @Test
    void whatTheProxyItselfRefusesIsNotAskedAgain() {
        try (DialFixture net = new DialFixture()) {
            net.name("example.com", "192.0.2.1", "192.0.2.2");
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("socks5://192.0.2.9")), TARGET, TIMEOUT);
            net.settle();
            say(net, next(proxy), "\5\377");
            assertThat(net.failure).isInstanceOf(ProxyException.class);
            assertThat(proxy.attempts()).isEqualTo(1);
        }
    }

    @Test
    void aLiteralTargetNeedsNoLookupForSocks5() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.9", 1080);
            net.dial(net.settings(proxy("socks5://192.0.2.9")), new DialTarget(false, "::1", 80, null), TIMEOUT);
            net.settle();
            MemoryPeer peer = next(proxy);
            say(net, peer, "\5\0");
            assertThat(heard(net, peer)).startsWith("\5\1\0" + "\5\1\0\4");
            assertThat(net.lookedUp).isEmpty();
            say(net, peer, "\5\0\0\1\0\0\0\0\0\0");
            assertThat(net.dialed).isNotNull();
        }
    }

    /** A choice that takes its time. */
    private static final class Slow implements ProxyChoice {
        private final List<ProxyServer> chosen;
        private final @Nullable IOException failure;
        private final List<String> unreachable = new ArrayList<>();

        Slow(@Nullable IOException failure, String... uris) {
            this.failure = failure;
            this.chosen = java.util.Arrays.stream(uris)
                    .map(uri -> uri.isEmpty() ? ProxyServer.DIRECT : ProxyServer.parse(uri))
                    .toList();
        }

        @Override
        public List<ProxyServer> choose(DialTarget target) throws IOException {
            if (failure != null) {
                throw failure;
            }
            return chosen;
        }

        @Override
        public boolean mayWait() {
            return true;
        }

        @Override
        public void unreachable(DialTarget target, ProxyServer proxy, IOException cause) {
            unreachable.add(proxy.toString());
        }
    }

    @Test
    void proxiesOfAListAreTriedInTurnAndTheDirectWayWhereItIsInTheList() {
        try (DialFixture net = new DialFixture()) {
            Slow choice = new Slow(null, "http://192.0.2.8:1", "socks5h://192.0.2.9:2", "");
            MemoryListener hanging = net.listen("192.0.2.9", 2).answer(MemoryListener.Answer.HANG);
            net.name("example.com", "192.0.2.1");
            net.listen("192.0.2.1", 443);
            net.dial(net.settings(choice), TARGET, TIMEOUT);
            net.settle();
            assertThat(hanging.hanging()).isEqualTo(1);
            net.pass(Duration.ofSeconds(4));
            assertThat(net.told).isZero();
            net.pass(Duration.ofMillis(1_100));
            assertThat(hanging.hanging()).as("half of what was left is over").isZero();
            assertThat(net.dialed).isNotNull();
            assertThat(choice.unreachable).containsExactly("http://192.0.2.8:1", "socks5h://192.0.2.9:2");
        }
    }

    @Test
    void whenAllOfAListFailAllIsTold() {
        try (DialFixture net = new DialFixture()) {
            net.dial(net.settings(new Slow(null, "http://192.0.2.8:1", "socks5h://192.0.2.9:2", "")), TARGET, TIMEOUT);
            net.settle();
            assertThat(net.failure)
                    .hasMessageContaining("cannot connect to example.com:443: ")
                    .hasMessageContaining("the proxy http://192.0.2.8:1")
                    .hasMessageContaining("the proxy socks5h://192.0.2.9:2")
                    .hasMessageContaining("cannot look up example.com");
            assertThat(net.failure.getSuppressed()).hasSize(3);
        }
    }

    @Test
    void aRefusalIsNotFollowedByTheDirectWay() {
        try (DialFixture net = new DialFixture()) {
            MemoryListener proxy = net.listen("192.0.2.8", 1);
            net.name("example.com", "192.0.2.1");
            MemoryListener target = net.listen("192.0.2.1", 443);
            net.dial(net.settings(new Slow(null, "http://192.0.2.8:1", "")), TARGET, TIMEOUT);
            net.settle();
            say(net, next(proxy), "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
            assertThat(net.failure).isInstanceOf(ProxyException.class);
            assertThat(target.attempts()).isZero();
        }
    }

    @Test
    void aChoiceThatFailsIsAnErrorAndNeverADirectConnection() {
        try (DialFixture net = new DialFixture()) {
            net.name("example.com", "192.0.2.1");
            MemoryListener target = net.listen("192.0.2.1", 443);
            net.dial(net.settings(new Slow(new IOException("not supported: SOCKS 4"))), TARGET, TIMEOUT);
            net.settle();
            assertThat(net.failure).hasMessage("not supported: SOCKS 4");
            assertThat(target.attempts()).isZero();
        }
    }

    @Test
    void anExplicitAddressNeedsNoProxy() throws IOException {
        try (DialFixture net = new DialFixture()) {
            InetSocketAddress address = new InetSocketAddress(Addresses.literal("192.0.2.1"), 9);
            MemoryListener listener = net.transport.peers(address);
            net.dial(
                    net.settings(proxy("http://192.0.2.9:1080")),
                    new DialTarget(false, "example.com", 80, address),
                    TIMEOUT);
            net.settle();
            assertThat(net.dialed).isNotNull();
            assertThat(listener.attempts()).isEqualTo(1);
        }
    }
}
