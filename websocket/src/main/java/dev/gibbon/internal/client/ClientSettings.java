package dev.gibbon.internal.client;

import dev.gibbon.internal.connection.ConnectionSettings;
import dev.gibbon.internal.tls.ClientTls;
import dev.gibbon.protocol.handshake.BasicCredentials;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HeaderField;
import dev.gibbon.protocol.handshake.WebSocketUri;
import java.net.CookieHandler;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a client connects.
 *
 * @param uri where to
 * @param address what is dialed instead of the URI's host and port, or null
 * @param headers fields of every request
 * @param moreHeaders asked for more fields before every request, or null
 * @param cookieHandler asked for cookies and told of new ones, or null
 * @param subprotocols offered, the best first
 * @param origin the Origin to name, or null
 * @param credentials for a server that asks for them, or null
 * @param redirects how many redirects are followed
 * @param connectTimeout names, addresses and the proxy, and before that headers and cookies
 * @param handshakeTimeout TLS, request and answer
 * @param headLimits limits on the answer's head
 * @param dialer opens connections
 * @param ownTls makes engines, or null if no request can go to {@code wss}
 * @param blocking what connections in the blocking style share
 * @param listening what connections in the listener style share
 */
public record ClientSettings(
        WebSocketUri uri,
        @Nullable SocketAddress address,
        List<HeaderField> headers,
        @Nullable Supplier<? extends Map<String, String>> moreHeaders,
        @Nullable CookieHandler cookieHandler,
        List<String> subprotocols,
        @Nullable String origin,
        @Nullable BasicCredentials credentials,
        int redirects,
        Duration connectTimeout,
        Duration handshakeTimeout,
        HeadLimits headLimits,
        Dialer dialer,
        @Nullable ClientTls ownTls,
        ConnectionSettings blocking,
        ConnectionSettings listening) {

    /** Whether the application must be asked before a request can be written. */
    boolean asksBefore() {
        return moreHeaders != null || cookieHandler != null;
    }

    /** Makes engines. */
    ClientTls tls() {
        if (ownTls == null) {
            throw new IllegalStateException("no request could go to wss");
        }
        return ownTls;
    }

    /** Nanoseconds, at most a hundred years, so that sums of them cannot overflow. */
    static long nanos(Duration duration) {
        Duration most = Duration.ofDays(36_500);
        return (duration.compareTo(most) > 0 ? most : duration).toNanos();
    }
}
