package dev.gibbon;

import dev.gibbon.internal.client.Attempt;
import dev.gibbon.internal.client.ClientSettings;
import dev.gibbon.internal.client.ConnectFailures;
import dev.gibbon.internal.client.DefaultLoops;
import dev.gibbon.internal.client.DialSettings;
import dev.gibbon.internal.client.Dialer;
import dev.gibbon.internal.connection.ConnectionSettings;
import dev.gibbon.internal.connection.InboxReceiver;
import dev.gibbon.internal.connection.ListenerReceiver;
import dev.gibbon.internal.connection.Receiver;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.tls.ClientTls;
import dev.gibbon.internal.transport.Poller;
import dev.gibbon.protocol.Role;
import dev.gibbon.protocol.handshake.BasicCredentials;
import dev.gibbon.protocol.handshake.ClientHandshake;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HeaderField;
import dev.gibbon.protocol.handshake.WebSocketUri;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How to connect to one WebSocket server: an immutable description, which holds nothing and need not be closed. Each call of a
 * {@code connect} method makes a connection of its own. For any thread.
 *
 * <p>Connections live on the event loops of {@link Builder#eventLoops}, else on those of one group that all
 * clients of the JVM share: a few daemon threads, made when the first client connects. No connection costs a thread.
 *
 * <p>An attempt fails with {@link java.net.UnknownHostException} or {@link java.net.ConnectException}, which names every address
 * that was tried; with {@link java.net.SocketTimeoutException}, which names the setting whose time has passed; with {@link
 * javax.net.ssl.SSLException}; with {@link ProxyException} if a proxy opened no tunnel; with {@link HandshakeException} if the server refused or answered wrongly; or with another {@link
 * IOException} if the connection broke.
 */
public final class WebSocketClient {
    private final ClientSettings settings;
    private final @Nullable EventLoops loops;
    private final boolean parts;

    WebSocketClient(ClientSettings settings, @Nullable EventLoops loops, boolean parts) {
        this.settings = settings;
        this.loops = loops;
        this.parts = parts;
    }

    /**
     * Connects with the defaults, in the blocking style; see {@link #connect()}.
     *
     * @param uri {@code ws://} or {@code wss://}
     * @return the open connection
     * @throws IOException if it could not be made; see the class comment
     * @throws InterruptedException if the thread is interrupted, which ends the attempt
     * @throws IllegalArgumentException for a URI that is not one of a WebSocket
     * @throws IllegalStateException on an event loop's thread
     */
    public static WebSocket connect(String uri) throws IOException, InterruptedException {
        return builder(uri).build().connect();
    }

    /**
     * Connects with the defaults, in the blocking style; see {@link #connect()}.
     *
     * @param uri {@code ws://} or {@code wss://}
     * @return the open connection
     * @throws IOException if it could not be made; see the class comment
     * @throws InterruptedException if the thread is interrupted, which ends the attempt
     * @throws IllegalArgumentException for a URI that is not one of a WebSocket
     * @throws IllegalStateException on an event loop's thread
     */
    public static WebSocket connect(URI uri) throws IOException, InterruptedException {
        return builder(uri).build().connect();
    }

    /**
     * Begins to describe a client.
     *
     * @param uri {@code ws://} or {@code wss://}, with a host and perhaps a port, a path, a query, and {@code user:password@}
     * @return a builder
     * @throws IllegalArgumentException for a URI that is not one of a WebSocket: another scheme, a fragment, characters that a
     *     URI may not hold
     */
    public static Builder builder(String uri) {
        return new Builder(WebSocketUri.parse(uri));
    }

    /**
     * Begins to describe a client.
     *
     * @param uri {@code ws://} or {@code wss://}, with a host and perhaps a port, a path, a query, and {@code user:password@}
     * @return a builder
     * @throws IllegalArgumentException for a URI that is not one of a WebSocket: another scheme, a fragment
     */
    public static Builder builder(URI uri) {
        return new Builder(WebSocketUri.parse(uri));
    }

    /**
     * Connects in the blocking style, and waits for it: the socket's {@code receive} methods give its messages.
     *
     * @return the open connection
     * @throws IOException if it could not be made; see the class comment
     * @throws InterruptedException if the thread is interrupted, which ends the attempt
     * @throws IllegalArgumentException if a supplier gave a header that cannot be sent
     * @throws IllegalStateException on an event loop's thread; use {@link #open()} or {@link #connect(WebSocketListener)} there
     */
    public WebSocket connect() throws IOException, InterruptedException {
        if (EventLoop.onAnyLoop()) {
            throw new IllegalStateException("connect would wait, which an event loop's thread must not: use open() or"
                    + " connect(WebSocketListener)");
        }
        CompletableFuture<WebSocket> opening = open();
        try {
            return opening.get();
        } catch (InterruptedException e) {
            if (!opening.cancel(true) && !opening.isCompletedExceptionally()) {
                // It became open just now, and nobody will ever see it.
                opening.join().abort();
            }
            throw e;
        } catch (ExecutionException e) {
            throw ConnectFailures.from(e.getCause());
        }
    }

    /**
     * Connects in the blocking style without waiting for it. Completing the future from outside, by {@code cancel} or a timeout,
     * ends the attempt at once; that of a dependent future does not.
     *
     * @return completes on an event loop's thread, so what depends on it must not block; see the class comment for how it fails
     */
    public CompletableFuture<WebSocket> open() {
        return begin(settings.blocking(), new InboxReceiver(settings.uri().hostField()));
    }

    /**
     * Connects in the listener style. The listener is called on one event loop, from {@code onOpen} to {@code onClose}; it hears
     * nothing of an attempt that fails. Completing the future from outside, by {@code cancel} or a timeout, ends the attempt at
     * once; that of a dependent future does not.
     *
     * @param listener takes what comes on this connection
     * @return completes on an event loop's thread after {@code onOpen}, so what depends on it must not block; see the class
     *     comment for how it fails
     */
    public CompletableFuture<WebSocket> connect(WebSocketListener listener) {
        return begin(settings.listening(), new ListenerReceiver(Objects.requireNonNull(listener), parts));
    }

    private CompletableFuture<WebSocket> begin(ConnectionSettings connections, Receiver receiver) {
        return Attempt.begin(settings, group().next(), connections, receiver);
    }

    /** The loops that its connections live on. */
    LoopGroup group() {
        return loops != null ? loops.group() : DefaultLoops.group();
    }

    /** Connects on a certain loop, for the application, in the blocking style if there is no listener. */
    CompletableFuture<WebSocket> connectOn(EventLoop loop, @Nullable WebSocketListener listener, Class<?> application) {
        return listener == null
                ? Attempt.begin(
                        settings,
                        loop,
                        settings.blocking(),
                        new InboxReceiver(settings.uri().hostField()))
                : Attempt.begin(
                        settings, loop, settings.listening(), new ListenerReceiver(listener, parts, application));
    }

    /**
     * Where it leads, without query, user and password.
     *
     * @return scheme, host and port
     */
    @Override
    public String toString() {
        return "WebSocketClient[" + (settings.uri().secure() ? "wss://" : "ws://")
                + settings.uri().hostField() + ']';
    }

    /** Describes a client; every default is safe. For one thread. */
    public static final class Builder {
        private final WebSocketUri uri;
        private final List<HeaderField> headers = new ArrayList<>();
        private @Nullable SocketAddress address;
        private @Nullable Supplier<? extends Map<String, String>> moreHeaders;
        private @Nullable CookieHandler cookieHandler;
        private List<String> subprotocols = List.of();
        private @Nullable String origin;
        private @Nullable BasicCredentials credentials;
        private int redirects;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private WebSocketOptions options = WebSocketOptions.defaults();
        private HeadLimits headLimits = HeadLimits.DEFAULT;
        private boolean tcpNoDelay = true;
        private boolean parts;
        private @Nullable EventLoops loops;
        private ProxySettings proxies = ProxySettings.none();
        private @Nullable Dialer dialer;
        private @Nullable SSLContext sslContext;
        private @Nullable SSLParameters sslParameters;

        private Builder(WebSocketUri uri) {
            this.uri = uri;
        }

        /**
         * Adds a header field to every request to the URI's own host, port and scheme; a redirect to another gets none of them but
         * {@code User-Agent} and {@code Accept-Language}.
         *
         * @param name a token; not one that the handshake itself sets
         * @param value visible ASCII, blanks inside only
         * @return this
         * @throws IllegalArgumentException for what cannot be sent
         */
        public Builder header(String name, String value) {
            List<HeaderField> more = new ArrayList<>(headers);
            more.add(new HeaderField(name, value));
            ClientHandshake.to(uri).fields(more);
            headers.add(new HeaderField(name, value));
            return this;
        }

        /**
         * Asks for more header fields before every request, say for a token that must be fresh. They go where those of {@link
         * #header} go.
         *
         * @param supplier gives names and values; called in a thread where it may block, within the connect timeout
         * @return this
         */
        public Builder headers(Supplier<? extends Map<String, String>> supplier) {
            moreHeaders = Objects.requireNonNull(supplier);
            return this;
        }

        /**
         * Sends the cookies of a handler, such as {@link java.net.CookieManager}, and stores those of every answer in it.
         *
         * @param value knows the URI with {@code http} or {@code https} as its scheme; called in a thread where it may block
         * @return this
         */
        public Builder cookieHandler(CookieHandler value) {
            cookieHandler = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Offers subprotocols (RFC 6455, 1.9). A server that chooses another fails the attempt; it may choose none.
         *
         * @param names tokens, the best first, none twice
         * @return this
         * @throws IllegalArgumentException if one is not a token, or stands twice
         */
        public Builder subprotocols(String... names) {
            ClientHandshake.to(uri).subprotocols(List.of(names));
            subprotocols = List.of(names);
            return this;
        }

        /**
         * Names an origin, which servers ask for that are made for pages. Default: none.
         *
         * @param value {@code scheme://host[:port]}
         * @return this
         * @throws IllegalArgumentException if it is not an origin (RFC 6454, 7)
         */
        public Builder origin(String value) {
            ClientHandshake.to(uri).origin(value);
            origin = value;
            return this;
        }

        /**
         * Answers one 401 that asks for Basic authentication (RFC 7617). Never sent unasked, nor to another host, port or scheme.
         * User and password in the URI are sent at once instead.
         *
         * @param user no colon, no control characters
         * @param password no control characters
         * @return this
         * @throws IllegalArgumentException for what cannot be sent
         */
        public Builder credentials(String user, String password) {
            credentials = new BasicCredentials(user, password);
            return this;
        }

        /**
         * Follows redirects, but never from {@code wss} to {@code ws}. To another host, port or scheme no header field and no
         * credentials go along, but subprotocols and the origin do. Default 0: a redirect is a {@link HandshakeException}.
         *
         * @param most how many one attempt may follow, 0 to 20
         * @return this
         * @throws IllegalArgumentException for another number
         */
        public Builder followRedirects(int most) {
            if (most < 0 || most > 20) {
                throw new IllegalArgumentException(most + " redirects: expected 0 to 20");
            }
            redirects = most;
            return this;
        }

        /**
         * Sets what certificates are trusted and which is shown. Default: the JDK's own.
         *
         * @param value the context
         * @return this
         */
        public Builder sslContext(SSLContext value) {
            sslContext = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets protocols, cipher suites and server names of TLS. That the certificate must name the host, and that ALPN says
         * {@code http/1.1}, cannot be changed.
         *
         * @param value not to be changed afterwards; what it leaves out is as by default
         * @return this
         */
        public Builder sslParameters(SSLParameters value) {
            sslParameters = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the time to look up the name, to try its addresses, and for the proxy. Default 10 s; each redirect has it anew.
         *
         * @param value more than zero
         * @return this
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = positive("connectTimeout", value);
            return this;
        }

        /**
         * Sets the time from there to the end of the server's answer: TLS, request, response. Default 10 s; each redirect has it
         * anew.
         *
         * @param value more than zero
         * @return this
         */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = positive("handshakeTimeout", value);
            return this;
        }

        /**
         * Sets the limits and times of the connection.
         *
         * @param value the options
         * @return this
         */
        public Builder options(WebSocketOptions value) {
            options = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the limits on the head of the server's answer.
         *
         * @param value line, whole and fields
         * @return this
         */
        public Builder headLimits(HeadLimits value) {
            headLimits = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets whether small writes leave at once (TCP_NODELAY). Default true.
         *
         * @param value false to let the system gather them
         * @return this
         */
        public Builder tcpNoDelay(boolean value) {
            tcpNoDelay = value;
            return this;
        }

        /**
         * Hands messages to listeners in parts as they arrive, by {@link WebSocketListener#onPart}.
         *
         * @return this
         */
        public Builder inParts() {
            parts = true;
            return this;
        }

        /**
         * Lives on these loops, which the caller closes; that cuts the connections that are left.
         *
         * @param value a group, which may serve others too
         * @return this
         */
        public Builder eventLoops(EventLoops value) {
            loops = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Connects to a Unix-domain socket; the URI's host and port are only told to the server. No proxy is asked.
         *
         * @param value the socket's address
         * @return this
         */
        public Builder unixDomain(UnixDomainSocketAddress value) {
            return address(value);
        }

        /**
         * Connects through a proxy. Default {@link ProxySettings#none()}: neither the JDK's nor the environment's are asked.
         *
         * @param value the proxy, or how it is chosen
         * @return this
         */
        public Builder proxy(ProxySettings value) {
            proxies = Objects.requireNonNull(value);
            return this;
        }

        /** Connects to an address of a test's transport. */
        Builder address(SocketAddress value) {
            address = Objects.requireNonNull(value);
            return this;
        }

        /** Dials as a test wants it. */
        Builder dialer(Dialer value) {
            dialer = value;
            return this;
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " is " + value + ": expected more than zero");
            }
            return value;
        }

        /**
         * Builds the client.
         *
         * @return an immutable description
         */
        public WebSocketClient build() {
            ClientSettings settings = new ClientSettings(
                    uri,
                    address,
                    List.copyOf(headers),
                    moreHeaders,
                    cookieHandler,
                    subprotocols,
                    origin,
                    credentials,
                    redirects,
                    connectTimeout,
                    handshakeTimeout,
                    headLimits,
                    dialer != null
                            ? dialer
                            : new Dialer(DialSettings.of(
                                    new Poller.ConnectOptions(0, 0, tcpNoDelay, null),
                                    proxies.choice(),
                                    proxies.security())),
                    uri.secure() || redirects > 0 ? new ClientTls(sslContext, sslParameters) : null,
                    new ConnectionSettings(Role.CLIENT, options, true, false),
                    new ConnectionSettings(Role.CLIENT, options, false, parts));
            return new WebSocketClient(settings, loops, parts);
        }
    }
}
