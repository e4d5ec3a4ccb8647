package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.MemoryListener;
import dev.gibbon.internal.transport.MemoryPeer;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects, demands for credentials and cookies: what is followed, and above all what is told to whom. */
final class ClientRedirectsTest {
    private static final String HOME = "ws://127.0.0.1/start";

    /** A client whose server is at 127.0.0.1:80, and which can be redirected to others. */
    private static final class Places implements AutoCloseable {
        final MemoryClient client = new MemoryClient();
        final MemoryListener home = client.listen(place(1, 80));
        final MemoryListener otherPort = client.listen(place(1, 81));
        final MemoryListener otherHost = client.listen(place(2, 80));

        private static SocketAddress place(int lastByte, int port) {
            try {
                return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) lastByte}), port);
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }

        WebSocketClient.Builder from(String uri) {
            return client.builderByName(uri);
        }

        MemoryPeer at(MemoryListener place) {
            client.until("connected", () -> place.attempts() > 0);
            MemoryPeer peer = place.next();
            if (peer == null) {
                client.settle();
                peer = place.next();
            }
            assertThat(peer).as("who connected").isNotNull();
            return peer;
        }

        /** Answers the next request there, and gives it. */
        String answer(MemoryListener place, String head, String... fields) {
            client.settle();
            MemoryPeer peer = at(place);
            String request = client.readText(peer);
            client.send(
                    peer, "HTTP/1.1 " + head + "\r\n" + String.join("\r\n", fields) + "\r\nContent-Length: 0\r\n\r\n");
            return request;
        }

        /** Accepts the next request there, and gives it. */
        String accept(MemoryListener place) {
            client.settle();
            MemoryPeer peer = at(place);
            String request = client.readText(peer);
            client.send(peer, MemoryClient.switching(request));
            return request;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @Test
    @DisplayName("K-18: redirects are not followed unasked")
    void notUnasked() {
        try (Places places = new Places()) {
            CompletableFuture<WebSocket> opening = places.from(HOME).build().open();
            places.answer(places.home, "302 Found", "Location: /there");
            assertThat(MemoryClient.failure(opening))
                    .isInstanceOf(HandshakeException.class)
                    .hasMessageContainingAll("302", "followRedirects");
            assertThat(places.home.attempts()).isEqualTo(1);
            places.client.assertNothingHeld();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"})
    @DisplayName("K-18b: a redirect is followed to the same place, with everything")
    void samePlace(String status) {
        try (Places places = new Places()) {
            CompletableFuture<WebSocket> opening = places.from("ws://user:pass@127.0.0.1/a/start?x=1")
                    .followRedirects(1)
                    .header("X-Secret", "s")
                    .build()
                    .open();
            places.answer(places.home, status, "Location: ../there?y=2");
            String request = places.accept(places.home);
            assertThat(request)
                    .startsWith("GET /there?y=2 HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                    .contains("\r\nX-Secret: s\r\n", "\r\nAuthorization: Basic dXNlcjpwYXNz\r\n");
            assertThat(MemoryClient.socket(opening).request().path()).isEqualTo("/there");
        }
    }

    @Test
    @DisplayName("K-19: to another host or port go no credentials, cookies or fields")
    void otherPlaces() {
        for (String target : new String[] {"ws://127.0.0.2/there", "http://127.0.0.1:81/there"}) {
            try (Places places = new Places()) {
                CompletableFuture<WebSocket> opening = places.from("ws://user:pass@127.0.0.1/start")
                        .followRedirects(3)
                        .header("Cookie", "session=1")
                        .header("X-Api-Key", "secret")
                        .header("User-Agent", "test/1")
                        .headers(() -> Map.of("X-Token", "secret"))
                        .credentials("other", "secret")
                        .subprotocols("chat")
                        .build()
                        .open();
                String first = places.answer(places.home, "302 Found", "Location: " + target);
                assertThat(first).contains("session=1", "X-Api-Key", "X-Token", "Authorization: Basic dXNlcjpwYXNz");
                MemoryListener there = target.contains(":81") ? places.otherPort : places.otherHost;
                String second = places.answer(
                        there, "401 Unauthorized", "WWW-Authenticate: Basic realm=\"trap\"", "X-Realm: x");
                assertThat(second)
                        .contains("GET /there HTTP/1.1", "User-Agent: test/1", "Sec-WebSocket-Protocol: chat")
                        .doesNotContain("session", "X-Api-Key", "X-Token", "Authorization", "secret");
                places.client.until("failed", opening::isDone);
                assertThat(MemoryClient.failure(opening))
                        .isInstanceOfSatisfying(
                                HandshakeException.class,
                                refused -> assertThat(refused.status()).isEqualTo(401));
                assertThat(there.attempts()).as("no credentials were tried").isEqualTo(1);
                places.client.assertNothingHeld();
            }
        }
    }

    @Test
    @DisplayName("K-19b: whoever was sent away and back is not at home any more")
    void thereAndBack() {
        try (Places places = new Places()) {
            CompletableFuture<WebSocket> opening = places.from("ws://user:pass@127.0.0.1/start")
                    .followRedirects(3)
                    .header("X-Api-Key", "secret")
                    .build()
                    .open();
            places.answer(places.home, "302 Found", "Location: //127.0.0.2/there");
            places.answer(places.otherHost, "302 Found", "Location: ws://127.0.0.1/delete-everything");
            assertThat(places.accept(places.home))
                    .contains("GET /delete-everything")
                    .doesNotContain("secret", "Authorization");
            assertThat(MemoryClient.socket(opening).closeInfo()).isNull();
        }
    }

    @Test
    @DisplayName("K-19c: redirects that are not followed, however many are allowed")
    void notFollowed() {
        for (String location : new String[] {
            "Location: ftp://127.0.0.1/",
            "Location: file:///etc/passwd",
            "Location: javascript:alert(1)",
            "Location: ws://user:pass@127.0.0.1/",
            "Location: ws://127.0.0.1:99999/",
            "Location: ws://a b/",
            "X-Location: /",
            "Location: /a\r\nLocation: /b"
        }) {
            try (Places places = new Places()) {
                CompletableFuture<WebSocket> opening =
                        places.from(HOME).followRedirects(20).build().open();
                places.answer(places.home, "302 Found", location);
                assertThat(opening).as(location).isCompletedExceptionally();
                assertThat(MemoryClient.failure(opening))
                        .isInstanceOfSatisfying(
                                HandshakeException.class,
                                refused -> assertThat(refused.status()).isEqualTo(302));
                places.client.assertNothingHeld();
            }
        }
    }

    @Test
    @DisplayName("K-18c: redirects are bounded")
    void bounded() {
        try (Places places = new Places()) {
            CompletableFuture<WebSocket> opening =
                    places.from(HOME).followRedirects(3).build().open();
            for (int i = 0; i < 4; i++) {
                places.answer(places.home, "302 Found", "Location: /start");
            }
            assertThat(MemoryClient.failure(opening)).hasMessageContaining("followRedirects allows 3");
            assertThat(places.home.attempts()).isEqualTo(4);
            places.client.assertNothingHeld();
        }
    }

    @Test
    void credentialsAreSentWhenAskedForAndOnce() {
        try (Places places = new Places()) {
            CompletableFuture<WebSocket> opening = places.from(HOME)
                    .credentials("Aladdin", "open sesame")
                    .build()
                    .open();
            String first = places.answer(
                    places.home,
                    "401 Unauthorized",
                    "WWW-Authenticate: Digest realm=\"a, Basic b\", nonce=x, Basic realm=c");
            assertThat(first).doesNotContain("Authorization");
            String second = places.answer(places.home, "401 Unauthorized", "WWW-Authenticate: Basic realm=c");
            assertThat(second).contains("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n");
            assertThat(MemoryClient.failure(opening)).hasMessageContaining("answered 401");
            assertThat(places.home.attempts()).isEqualTo(2);
            places.client.assertNothingHeld();
        }
    }

    @Test
    void credentialsOpenTheDoor() {
        try (Places places = new Places()) {
            CompletableFuture<WebSocket> opening =
                    places.from(HOME).credentials("u", "p").build().open();
            places.answer(places.home, "401 Unauthorized", "WWW-Authenticate: basic realm=x");
            assertThat(places.accept(places.home)).contains("Authorization: Basic dTpw");
            assertThat(MemoryClient.socket(opening).request().header("authorization"))
                    .contains("Basic dTpw");
        }
    }

    @Test
    void credentialsThatWereRefusedAreNotSentAgain() {
        try (Places places = new Places()) {
            for (WebSocketClient.Builder builder : java.util.List.of(
                    places.from("ws://user:pass@127.0.0.1/").credentials("u", "p"),
                    places.from(HOME).header("Authorization", "Bearer x").credentials("u", "p"))) {
                int before = places.home.attempts();
                CompletableFuture<WebSocket> opening = builder.build().open();
                places.answer(places.home, "401 Unauthorized", "WWW-Authenticate: Basic realm=c");
                assertThat(MemoryClient.failure(opening)).hasMessageContaining("answered 401");
                assertThat(places.home.attempts()).isEqualTo(before + 1);
            }
        }
    }

    @Test
    void credentialsAreNotSentForOtherChallengesOrUnasked() {
        for (String challenge : new String[] {
            "WWW-Authenticate: Bearer",
            "WWW-Authenticate: Digest realm=\"Basic\"",
            "X: y",
            "WWW-Authenticate: Basically x"
        }) {
            try (Places places = new Places()) {
                CompletableFuture<WebSocket> opening =
                        places.from(HOME).credentials("u", "p").build().open();
                places.answer(places.home, "401 Unauthorized", challenge);
                assertThat(MemoryClient.failure(opening)).hasMessageContaining("answered 401");
                assertThat(places.home.attempts()).isEqualTo(1);
            }
        }
    }

    @Test
    void cookiesAreStoredFromEveryAnswerAndSentWhereTheyBelong() {
        try (Places places = new Places()) {
            CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
            WebSocketClient client = places.from(HOME)
                    .cookieHandler(cookies)
                    .header("Cookie", "own=0")
                    .followRedirects(2)
                    .build();
            CompletableFuture<WebSocket> opening = client.open();
            String first = places.answer(
                    places.home, "302 Found", "Set-Cookie: a=1; Path=/", "Set-Cookie: s=1; Secure", "Location: /next");
            assertThat(first).contains("\r\nCookie: own=0\r\n");
            places.client.until("redirected", () -> places.home.attempts() == 2);
            String second = places.answer(
                    places.home, "302 Found", "Set-Cookie: b=2; Path=/", "Location: ws://127.0.0.2/there");
            assertThat(second).contains("\r\nCookie: own=0; a=1\r\n");
            String third = places.answer(places.otherHost, "500 Oops", "Set-Cookie: c=3; Path=/");
            assertThat(third).doesNotContain("Cookie");
            places.client.until("failed", opening::isDone);
            assertThat(cookies.getCookieStore().getCookies())
                    .extracting(java.net.HttpCookie::getName)
                    .containsExactlyInAnyOrder("a", "b", "c", "s");

            CompletableFuture<WebSocket> again = client.open();
            places.client.until("connected", () -> places.home.attempts() == 3);
            MemoryPeer peer = places.at(places.home);
            String request = places.client.readText(peer);
            assertThat(request)
                    .contains("own=0; ")
                    .contains("a=1")
                    .contains("b=2")
                    .doesNotContain("c=3", "s=1");
            // The frames behind the head must not get lost while the cookies of a 101 are stored.
            places.client.send(peer, join(MemoryClient.switching(request, "Set-Cookie: d=4; Path=/"), new byte[] {
                (byte) 0x81, 2, 'h', 'i'
            }));
            places.client.until("open", again::isDone);
            assertThat(cookies.getCookieStore().getCookies())
                    .extracting(java.net.HttpCookie::getName)
                    .contains("d");
            assertThat(MemoryClient.socket(again).stats().messagesReceived()).isEqualTo(1);
            MemoryClient.socket(again).abort();
            places.client.assertNothingHeld();
        }
    }

    @Test
    void aCookieHandlerThatFailsFailsTheAttempt() {
        for (boolean storing : new boolean[] {false, true}) {
            try (Places places = new Places()) {
                CompletableFuture<WebSocket> opening = places.from(HOME)
                        .cookieHandler(new java.net.CookieHandler() {
                            @Override
                            public Map<String, java.util.List<String>> get(
                                    java.net.URI uri, Map<String, java.util.List<String>> headers)
                                    throws java.io.IOException {
                                if (!storing) {
                                    throw new java.io.IOException("no jar");
                                }
                                return Map.of();
                            }

                            @Override
                            public void put(java.net.URI uri, Map<String, java.util.List<String>> headers)
                                    throws java.io.IOException {
                                throw new java.io.IOException("no jar");
                            }
                        })
                        .build()
                        .open();
                if (storing) {
                    MemoryPeer peer = places.at(places.home);
                    places.client.send(peer, MemoryClient.switching(places.client.readText(peer), "Set-Cookie: a=b"));
                }
                places.client.until("failed", opening::isDone);
                assertThat(MemoryClient.failure(opening)).hasMessage("no jar");
                places.client.assertNothingHeld();
            }
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
