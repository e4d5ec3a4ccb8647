package dev.gibbon;

import dev.gibbon.internal.http.Page;
import dev.gibbon.internal.http.Routes;
import dev.gibbon.internal.http.ServedEndpoint;
import dev.gibbon.internal.proxied.Forwarding;
import dev.gibbon.internal.proxied.TrustedAddresses;
import dev.gibbon.internal.server.RunningServer;
import dev.gibbon.internal.server.ServerSettings;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HostPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket server (RFC 6455), which also answers plain GET and HEAD on the same port. Built once with {@link #builder()},
 * then running until closed. All methods are for any thread.
 */
public final class WebSocketServer implements AutoCloseable {
    private final RunningServer server;

    private WebSocketServer(RunningServer server) {
        this.server = server;
    }

    /**
     * Begins a server.
     *
     * @return a builder with safe defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The address the server listens on.
     *
     * @return the bound address
     */
    public SocketAddress address() {
        return server.address();
    }

    /**
     * The TCP port the server listens on.
     *
     * @return 1 to 65535
     * @throws IllegalStateException for a Unix-domain socket
     */
    public int port() {
        if (server.address() instanceof InetSocketAddress inet) {
            return inet.getPort();
        }
        throw new IllegalStateException("the server listens on " + server.address() + ", which has no port");
    }

    /**
     * The TCP port where the server listens without TLS, besides the one with it.
     *
     * @return 1 to 65535
     * @throws IllegalStateException if {@link Builder#plainPort} was not asked for
     */
    public int plainPort() {
        if (server.plainAddress() instanceof InetSocketAddress inet) {
            return inet.getPort();
        }
        throw new IllegalStateException("the server has one port only: plainPort was not set");
    }

    /**
     * Takes over a connected channel whose peer has sent, or will send, an opening handshake, not protected by TLS. The server
     * closes it.
     *
     * @param channel connected, and registered with no selector; must not be used by the caller any more, and is closed at once by
     *     a transport that keeps only the connection
     * @param alreadyRead bytes the caller has read from it, from position to limit; copied
     * @throws IOException if the channel cannot be used
     * @throws IllegalStateException if the server is closed
     */
    public void adopt(SocketChannel channel, ByteBuffer alreadyRead) throws IOException {
        server.adopt(channel, alreadyRead);
    }

    /**
     * Counts up to now.
     *
     * @return a snapshot
     */
    public ServerStats stats() {
        return server.stats();
    }

    /**
     * Waits until the server is closed.
     *
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    public void awaitClose() throws InterruptedException {
        server.awaitClose();
    }

    /**
     * Closes gracefully: newcomers get 503; every connection gets 1001, spread over the first half of the time so that the
     * peers do not come back at once; what is queued is written; at the deadline the rest is cut.
     *
     * @param deadline the longest it may take; zero cuts at once
     * @return what happened; a second call waits for the first and returns its report
     * @throws IllegalStateException on an event loop's thread
     */
    public ShutdownReport close(Duration deadline) {
        return server.close(deadline);
    }

    /** Closes gracefully within 5 s; see {@link #close(Duration)}. */
    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }

    /** Collects a server's settings; for one thread. */
    public static final class Builder {
        private @Nullable SocketAddress address;
        private String host = "127.0.0.1";
        private int port;
        private @Nullable ServerTls tls;
        private int plainPort = -1;
        private int loops = Runtime.getRuntime().availableProcessors();
        private TransportChoice transport = TransportChoice.AUTO;
        private @Nullable EventLoops shared;
        private int backlog = 1024;
        private int receiveBufferBytes;
        private int sendBufferBytes;
        private boolean tcpNoDelay = true;
        private int maxConnections = 100_000;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private HeadLimits headLimits = HeadLimits.DEFAULT;
        private HostPolicy hosts = HostPolicy.anyHost();
        private TrustedAddresses proxyProtocol = TrustedAddresses.NONE;
        private Forwarding forwarding = Forwarding.NONE;
        private WebSocketOptions options = WebSocketOptions.defaults();
        private final Routes<Page> pages = new Routes<>();
        private final Routes<Endpoint> endpoints = new Routes<>();

        Builder() {}

        /**
         * Sets the host name or address to listen on. Default 127.0.0.1; "0.0.0.0" or "::" for every interface.
         *
         * @param value a name or address
         * @return this
         */
        public Builder host(String value) {
            host = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the TCP port. Default 0: a free one, see {@link WebSocketServer#port()}.
         *
         * @param value 0 to 65535
         * @return this
         * @throws IllegalArgumentException for another number
         */
        public Builder port(int value) {
            if (value < 0 || value > 65535) {
                throw new IllegalArgumentException("port " + value + ": expected 0 to 65535");
            }
            port = value;
            return this;
        }

        /**
         * Speaks TLS on the port: {@code wss} and {@code https}, and nothing else. Default: no TLS.
         *
         * @param value certificates and the rest
         * @return this
         */
        public Builder tls(ServerTls value) {
            tls = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Listens without TLS on another port of the same host too, besides the one of {@link #tls}. Both serve the same, under the
         * same limits.
         *
         * @param value 0 to 65535; 0 for a free one, see {@link WebSocketServer#plainPort()}
         * @return this
         * @throws IllegalArgumentException for another number
         */
        public Builder plainPort(int value) {
            if (value < 0 || value > 65535) {
                throw new IllegalArgumentException("plainPort " + value + ": expected 0 to 65535");
            }
            plainPort = value;
            return this;
        }

        /**
         * Listens on a Unix-domain socket instead of TCP. The file must not exist; it is deleted at the end.
         *
         * @param value the socket's address
         * @return this
         */
        public Builder unixDomain(UnixDomainSocketAddress value) {
            address = Objects.requireNonNull(value);
            return this;
        }

        /** Listens on an address of a test's transport. */
        Builder address(SocketAddress value) {
            address = value;
            return this;
        }

        /**
         * Sets the number of event loops the server makes for itself. Default: the number of processors.
         *
         * @param value 1 to 1024
         * @return this
         */
        public Builder loops(int value) {
            if (value < 1 || value > 1024) {
                throw new IllegalArgumentException(value + " loops: expected 1 to 1024");
            }
            loops = value;
            return this;
        }

        /**
         * Sets what moves the bytes of the loops that the server makes for itself; loops that it is given have theirs already. Default
         * {@link TransportChoice#AUTO}.
         *
         * @param value the choice
         * @return this
         */
        public Builder transport(TransportChoice value) {
            transport = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Runs on these loops, which the caller closes after the server.
         *
         * @param value a group, which may serve others too
         * @return this
         */
        public Builder eventLoops(EventLoops value) {
            shared = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets how many connections may wait to be accepted. Default 1024; the system may cap it.
         *
         * @param value at least 1
         * @return this
         */
        public Builder backlog(int value) {
            backlog = atLeast("backlog", value, 1);
            return this;
        }

        /**
         * Sets the socket's receive buffer. Default 0: the system's choice.
         *
         * @param value bytes
         * @return this
         */
        public Builder receiveBufferBytes(int value) {
            receiveBufferBytes = atLeast("receiveBufferBytes", value, 0);
            return this;
        }

        /**
         * Sets the socket's send buffer. Default 0: the system's choice.
         *
         * @param value bytes
         * @return this
         */
        public Builder sendBufferBytes(int value) {
            sendBufferBytes = atLeast("sendBufferBytes", value, 0);
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
         * Sets how many connections may be open, those in the handshake included; beyond it 503. Default 100,000.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxConnections(int value) {
            maxConnections = atLeast("maxConnections", value, 1);
            return this;
        }

        /**
         * Sets the time from accept to the end of the handshake, and between requests of a kept-alive connection. Default
         * 10 s.
         *
         * @param value more than zero
         * @return this
         */
        public Builder handshakeTimeout(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("handshakeTimeout is " + value + ": expected more than zero");
            }
            handshakeTimeout = value;
            return this;
        }

        /**
         * Sets the limits on a request's head.
         *
         * @param value line, whole and fields
         * @return this
         */
        public Builder headLimits(HeadLimits value) {
            headLimits = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Sets the names the server answers to; a request with another {@code Host} gets 421, a page as well as an upgrade.
         * Default: every name. A server inside a network, or on the loopback address, that browsers can reach should set it:
         * a page whose name points to that address for a moment (DNS rebinding) has the same {@code Origin} and {@code Host}.
         *
         * @param hosts names or addresses, an IPv6 address in brackets; with a port only that port, without one every port
         * @return this
         * @throws IllegalArgumentException for anything else, and for none
         */
        public Builder allowedHosts(String... hosts) {
            this.hosts = HostPolicy.only(List.of(hosts));
            return this;
        }

        /**
         * Expects a header of the PROXY protocol, version 1 or 2, from proxies at these addresses (HAProxy's
         * {@code send-proxy}, nginx's {@code proxy_protocol on}), before TLS and HTTP. It tells the client's address, which
         * {@link WebSocket#remoteAddress()} then is. Default: from nobody.
         *
         * <p>A connection from one of these addresses without a header is cut. A connection from any other address must not
         * have one: it is a malformed request there. So nobody but a proxy can claim an address. Channels that are
         * {@linkplain WebSocketServer#adopt adopted} never begin with a header.
         *
         * @param addresses IP addresses such as {@code 192.0.2.1}, networks such as {@code 10.0.0.0/8}, or {@code unix:} for
         *     whoever connects to a Unix-domain socket
         * @return this
         * @throws IllegalArgumentException for anything else, and for none
         */
        public Builder proxyProtocolFrom(String... addresses) {
            proxyProtocol = TrustedAddresses.parse(addresses);
            return this;
        }

        /**
         * Believes {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Host} of requests that proxies at
         * these addresses pass on. Default: of nobody.
         *
         * <p>{@link WebSocket#remoteAddress()} is then the last address in {@code X-Forwarded-For} that is not one of these, with
         * port 0 unless a port is told; {@link HandshakeRequest#secure()} and the check of {@code Origin} go by the scheme and
         * the host that the client used. The proxy must set, or add to, each of the three that it does not remove: what it
         * passes on as the client sent it is believed too. After {@link #proxyProtocolFrom} it is the address in the header that
         * must be one of these.
         *
         * @param addresses see {@link #proxyProtocolFrom}
         * @return this
         * @throws IllegalArgumentException for a malformed address, and for none
         * @throws IllegalStateException after {@link #forwardedFrom}: a proxy that writes one form passes the other on as the
         *     client sent it
         */
        public Builder xForwardedFrom(String... addresses) {
            return forwarding(TrustedAddresses.parse(addresses), Forwarding.Form.X_FORWARDED);
        }

        /**
         * Believes {@code Forwarded} (RFC 7239) of requests that proxies at these addresses pass on: its {@code for},
         * {@code proto} and {@code host}, in the same way as {@link #xForwardedFrom} does. Default: of nobody.
         *
         * @param addresses see {@link #proxyProtocolFrom}
         * @return this
         * @throws IllegalArgumentException for a malformed address, and for none
         * @throws IllegalStateException after {@link #xForwardedFrom}
         */
        public Builder forwardedFrom(String... addresses) {
            return forwarding(TrustedAddresses.parse(addresses), Forwarding.Form.FORWARDED);
        }

        private Builder forwarding(TrustedAddresses trusted, Forwarding.Form form) {
            if (forwarding != Forwarding.NONE && !forwarding.isOf(form)) {
                throw new IllegalStateException(
                        "both xForwardedFrom and forwardedFrom: expected the one that the proxies"
                                + " write, for they pass the other on as the client sent it");
            }
            forwarding = new Forwarding(trusted, form);
            return this;
        }

        /**
         * Sets the limits and times of endpoints that have none of their own.
         *
         * @param value the options
         * @return this
         */
        public Builder options(WebSocketOptions value) {
            options = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Answers GET and HEAD of a path.
         *
         * @param path an exact path such as {@code /}, or a prefix such as {@code /docs/*}
         * @param resource the answer
         * @return this
         * @throws IllegalArgumentException for a path that is malformed or taken
         */
        public Builder get(String path, Resource resource) {
            pages.add(path, new Page(resource.contentType(), resource.etag(), resource.content(), resource.fields()));
            return this;
        }

        /**
         * Serves an application in the blocking style. Paths are compared decoded and whole, a slash at the end included; an exact
         * path wins over one with parameters, that over a prefix, a longer prefix over a shorter one.
         *
         * @param path an exact path such as {@code /echo}, one with parameters such as {@code /rooms/{room}}, or a prefix such
         *     as {@code /chat/*}
         * @param handler called once for each connection, in a thread of its own
         * @return this
         * @throws IllegalArgumentException for a path that is malformed or taken
         */
        public Builder webSocket(String path, WebSocketHandler handler) {
            return webSocket(path, Endpoint.blocking(handler));
        }

        /**
         * Serves an application in the listener style.
         *
         * @param path see {@link #webSocket(String, WebSocketHandler)}
         * @param listener called on the loops, for all connections
         * @return this
         * @throws IllegalArgumentException for a path that is malformed or taken
         */
        public Builder webSocket(String path, WebSocketListener listener) {
            return webSocket(path, Endpoint.listener(listener));
        }

        /**
         * Serves an endpoint.
         *
         * @param path see {@link #webSocket(String, WebSocketHandler)}
         * @param endpoint an application and its options
         * @return this
         * @throws IllegalArgumentException for a path that is malformed or taken
         */
        public Builder webSocket(String path, Endpoint endpoint) {
            endpoints.add(path, Objects.requireNonNull(endpoint));
            return this;
        }

        /**
         * Binds the address and starts.
         *
         * @return the running server
         * @throws IOException if an address cannot be bound, for example because it is taken
         * @throws IllegalStateException if plainPort was set, but not tls
         * @throws UnsupportedOperationException if the native transport was asked for and cannot be used
         */
        public WebSocketServer start() throws IOException {
            if (plainPort >= 0 && tls == null) {
                throw new IllegalStateException(
                        "plainPort is for a port without TLS besides the one with it, but tls was"
                                + " not set: expected port alone");
            }
            SocketAddress where = address != null ? address : resolved(host, port);
            SocketAddress besides = plainPort >= 0 ? resolved(host, plainPort) : null;
            Routes<ServedEndpoint> served = endpoints.map(this::serve);
            ServerSettings settings = new ServerSettings(
                    where,
                    tls == null ? null : tls.context(),
                    besides,
                    backlog,
                    receiveBufferBytes,
                    sendBufferBytes,
                    tcpNoDelay,
                    maxConnections,
                    handshakeTimeout,
                    headLimits,
                    hosts,
                    proxyProtocol,
                    forwarding,
                    pages.map(page -> page),
                    served);
            return new WebSocketServer(
                    shared != null
                            ? RunningServer.on(shared.group(), settings)
                            : RunningServer.own(loops, transport, settings));
        }

        private ServedEndpoint serve(Endpoint endpoint) {
            return new ServedEndpoint(
                    endpoint.handler(),
                    endpoint.listeners(),
                    endpoint.optionsFrom(options),
                    endpoint.origins().policy(),
                    endpoint.subprotocols(),
                    endpoint.hook(),
                    endpoint.parts());
        }

        private static SocketAddress resolved(String host, int port) throws IOException {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new IOException("unknown host " + host);
            }
            return address;
        }

        private static int atLeast(String name, int value, int least) {
            if (value < least) {
                throw new IllegalArgumentException(name + " is " + value + ": expected at least " + least);
            }
            return value;
        }
    }
}
