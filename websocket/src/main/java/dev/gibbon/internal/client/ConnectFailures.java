package dev.gibbon.internal.client;

import dev.gibbon.HandshakeException;
import dev.gibbon.ProxyException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes of a failure on the loop one in the calling thread, whose stack trace tells who wanted to connect. */
public final class ConnectFailures {
    private ConnectFailures() {}

    /**
     * The same again, with the first one as its cause.
     *
     * @return to be thrown, unless it was unchecked, which is thrown here
     */
    public static IOException from(@Nullable Throwable failure) {
        if (failure instanceof IllegalArgumentException) {
            throw new IllegalArgumentException(failure.getMessage(), failure);
        }
        if (failure instanceof CancellationException) {
            throw new IllegalStateException("somebody cancelled the attempt", failure);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof IOException io) {
            IOException again = again(io, String.valueOf(io.getMessage()));
            again.initCause(io);
            return again;
        }
        return new IOException("connecting failed: " + failure, failure);
    }

    private static IOException again(IOException failure, String message) {
        if (failure instanceof HandshakeException refused) {
            return new HandshakeException(message, refused.response().orElse(null));
        }
        if (failure instanceof ProxyException refused) {
            return new ProxyException(message, refused.statusCode(), refused.body());
        }
        if (failure instanceof ConnectException) {
            return new ConnectException(message);
        }
        if (failure instanceof SocketTimeoutException) {
            return new SocketTimeoutException(message);
        }
        if (failure instanceof UnknownHostException) {
            return new UnknownHostException(message);
        }
        if (failure instanceof SSLException) {
            return new SSLException(message);
        }
        return new IOException(message);
    }
}
