package dev.gibbon.internal.epoll;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;

/** Error numbers of Linux, the same on all architectures served here, and the exceptions that {@code java.nio} has for them. */
final class Errno {
    static final int EINTR = 4;
    static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EPIPE = 32;
    static final int EPROTO = 71;
    static final int ENONET = 64;
    static final int ENOPROTOOPT = 92;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ENOTCONN = 107;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    static final int EINPROGRESS = 115;

    private Errno() {}

    /** What binding, connecting and setting options throws. */
    static IOException forSocket(int errno) {
        String text = text(errno);
        return switch (errno) {
            case EPROTO -> new ProtocolException(text);
            case ECONNREFUSED, ETIMEDOUT, ENOTCONN -> new ConnectException(text);
            case EHOSTUNREACH -> new NoRouteToHostException(text);
            case EADDRINUSE, EADDRNOTAVAIL, EACCES -> new BindException(text);
            default -> new SocketException(text);
        };
    }

    /** What reading throws. */
    static IOException forRead(int errno) {
        return errno == ECONNRESET || errno == EPIPE
                ? new SocketException("Connection reset")
                : new IOException(text(errno));
    }

    /** What everything else throws. */
    static IOException plain(int errno) {
        return new IOException(text(errno));
    }

    /** Whether an error of accept is one of the newcomer, who has gone, and not of ours. */
    static boolean isOfNewcomer(int errno) {
        return switch (errno) {
            case ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH -> true;
            default -> false;
        };
    }

    /** The system's words. */
    @SuppressWarnings("restricted") // The text ends with a zero.
    static String text(int errno) {
        try {
            MemorySegment text = (MemorySegment) Libc.Rare.STRERROR.invokeExact(errno);
            return text.reinterpret(256).getString(0);
        } catch (Throwable e) {
            return "error " + errno;
        }
    }
}
