package dev.gibbon.internal.proxied;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, how, and to which host, after all that trusted proxies say.
 *
 * @param address the client's; port 0 where only its IP address is known
 * @param secure whether the client speaks TLS, with us or with a proxy
 * @param host the host and port that the client asked for, as a proxy tells them, unchecked; null if none does
 */
public record Client(
        SocketAddress address, boolean secure, @Nullable String host) {}
