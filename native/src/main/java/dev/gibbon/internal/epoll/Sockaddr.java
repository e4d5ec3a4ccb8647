package dev.gibbon.internal.epoll;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as the system writes them. As in {@code java.nio}, the IPv4 address of every interface means every interface of
 * IPv6 too where the machine has that, and an IPv4 address that comes in IPv6 form is an IPv4 address.
 */
final class Sockaddr {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    /** What {@link #packIpv4} says of every other address. */
    static final long NO_IPV4 = -1;

    /** The longest form, {@code struct sockaddr_storage}. */
    static final int MOST_BYTES = 128;

    private static final int MOST_PATH_BYTES = 107;
    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt ADDRESS = JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    /** What stands before an IPv4 address in one of IPv6, behind eight zeros, as this machine reads it: 00 00 FF FF. */
    private static final int MAPPED = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0xFFFF0000 : 0x0000FFFF;

    private static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    private static final boolean IPV6 = hasIpv6();

    private Sockaddr() {}

    private static boolean hasIpv6() {
        if (Boolean.getBoolean("java.net.preferIPv4Stack")) {
            return false;
        }
        try {
            // A line for each address; none where IPv6 is switched off.
            return !Files.readString(Path.of("/proc/net/if_inet6")).isBlank();
        } catch (IOException e) {
            return false;
        }
    }

    /** The family of a socket that can use an address, from another one if that is not null. */
    static int familyOf(SocketAddress address, @Nullable SocketAddress from) throws SocketException {
        if (address instanceof UnixDomainSocketAddress) {
            return AF_UNIX;
        }
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            throw new SocketException("an address of no known kind: " + address);
        }
        boolean plain = inet.getAddress() instanceof Inet4Address
                && !inet.getAddress().isAnyLocalAddress()
                && (from == null || (from instanceof InetSocketAddress other && isPlain(other)));
        return plain || !IPV6 ? AF_INET : AF_INET6;
    }

    private static boolean isPlain(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address;
    }

    /**
     * Writes an address for a socket of a family.
     *
     * @return its length
     * @throws IOException if it has no such form
     */
    static int write(SocketAddress address, int family, MemorySegment target) throws IOException {
        target.fill((byte) 0);
        target.set(JAVA_SHORT, 0, (short) family);
        if (address instanceof UnixDomainSocketAddress unix) {
            return writePath(unix, target);
        }
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            throw new UnknownHostException(address + " is not resolved");
        }
        target.set(PORT, 2, (short) inet.getPort());
        byte[] bytes = inet.getAddress().getAddress();
        if (family == AF_INET) {
            if (bytes.length != 4) {
                throw new SocketException("IPv6 is not available, and " + inet.getAddress() + " needs it");
            }
            MemorySegment.copy(bytes, 0, target, JAVA_BYTE, 4, 4);
            return 16;
        }
        if (bytes.length == 16) {
            MemorySegment.copy(bytes, 0, target, JAVA_BYTE, 8, 16);
            target.set(JAVA_INT, 24, ((Inet6Address) inet.getAddress()).getScopeId());
        } else if (!inet.getAddress().isAnyLocalAddress()) {
            // ::ffff:a.b.c.d
            target.set(JAVA_SHORT, 18, (short) -1);
            MemorySegment.copy(bytes, 0, target, JAVA_BYTE, 20, 4);
        }
        return 28;
    }

    private static int writePath(UnixDomainSocketAddress address, MemorySegment target) throws SocketException {
        byte[] path = address.getPath().toString().getBytes(PATHS);
        if (path.length == 0) {
            throw new SocketException("a Unix-domain address without a path");
        }
        if (path.length > MOST_PATH_BYTES) {
            throw new SocketException("Unix domain path too long");
        }
        MemorySegment.copy(path, 0, target, JAVA_BYTE, 2, path.length);
        return 2 + path.length + 1;
    }

    /** Reads an address of some bytes; null if it is of no kind that Java knows. */
    static @Nullable SocketAddress read(MemorySegment source, int length) {
        if (length < 2) {
            return null;
        }
        try {
            return switch (source.get(JAVA_SHORT, 0)) {
                case AF_INET -> new InetSocketAddress(InetAddress.getByAddress(bytes(source, 4, 4)), port(source));
                case AF_INET6 -> new InetSocketAddress(readIpv6(source), port(source));
                case AF_UNIX -> readPath(source, Math.min(length, MOST_BYTES));
                default -> null;
            };
        } catch (UnknownHostException e) {
            // Addresses of four and sixteen bytes are never unknown.
            return null;
        }
    }

    /** An IPv4 address, in its own form or in that of IPv6, and its port in the lower 48 bits; else {@link #NO_IPV4}. */
    static long packIpv4(MemorySegment source) {
        long at;
        switch (source.get(JAVA_SHORT, 0)) {
            case AF_INET -> at = 4;
            case AF_INET6 -> {
                // ::ffff:a.b.c.d
                boolean mapped = source.get(JAVA_LONG, 8) == 0 && source.get(JAVA_INT, 16) == MAPPED;
                if (!mapped) {
                    return NO_IPV4;
                }
                at = 20;
            }
            default -> {
                return NO_IPV4;
            }
        }
        return Integer.toUnsignedLong(source.get(ADDRESS, at)) << 16 | port(source);
    }

    /** What {@link #packIpv4} has packed. */
    static InetSocketAddress unpackIpv4(long packed) {
        byte[] address = {(byte) (packed >>> 40), (byte) (packed >>> 32), (byte) (packed >>> 24), (byte) (packed >>> 16)
        };
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), (int) packed & 0xFFFF);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of four bytes is never unknown", e);
        }
    }

    private static InetAddress readIpv6(MemorySegment source) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes(source, 8, 16));
        int scope = source.get(JAVA_INT, 24);
        return address instanceof Inet6Address && scope != 0
                ? Inet6Address.getByAddress(null, address.getAddress(), scope)
                : address;
    }

    private static UnixDomainSocketAddress readPath(MemorySegment source, int length) {
        int end = 2;
        while (end < length && source.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return UnixDomainSocketAddress.of(new String(bytes(source, 2, end - 2), PATHS));
    }

    private static int port(MemorySegment source) {
        return Short.toUnsignedInt(source.get(PORT, 2));
    }

    private static byte[] bytes(MemorySegment source, long from, int length) {
        return source.asSlice(from, length).toArray(JAVA_BYTE);
    }
}
