package dev.gibbon.internal.client;

import dev.gibbon.ProxyException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** CONNECT to a SOCKS 5 proxy (RFC 1928), with user and password where they are given (RFC 1929). */
final class SocksTunnel implements TunnelProtocol {
    private static final byte[] NOTHING = new byte[0];
    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USER_AND_PASSWORD = 2;
    private static final int NONE_ACCEPTABLE = 0xFF;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;

    /** Version, reply, reserved, type of address, longest name with its length, port. */
    private static final int LONGEST_ANSWER = 4 + 1 + 255 + 2;

    private enum State {
        METHOD,
        LOGIN,
        REPLY,
        OPEN
    }

    private final ProxyServer proxy;
    private final String host;
    private final int port;
    private final @Nullable InetAddress address;
    private final ByteBuffer answer = ByteBuffer.allocate(LONGEST_ANSWER);
    private State state = State.METHOD;
    private boolean targetUnreachable;

    /**
     * Asks for a target.
     *
     * @param address the target's; null lets the proxy look up the name
     * @throws IllegalArgumentException if the name is one that SOCKS cannot carry
     */
    SocksTunnel(ProxyServer proxy, String host, int port, @Nullable InetAddress address) {
        this.proxy = proxy;
        this.host = host;
        this.port = port;
        this.address = address;
        if (address == null && (host.isEmpty() || host.length() > 255)) {
            throw new IllegalArgumentException(
                    "a SOCKS proxy takes names of 1 to 255 bytes (RFC 1928, 5), and this one has " + host.length());
        }
    }

    @Override
    public byte[] request() {
        // RFC 1928, 3: version, number of methods, methods. With credentials both: a proxy may not want them.
        return proxy.credentials() == null
                ? new byte[] {VERSION, 1, NO_AUTHENTICATION}
                : new byte[] {VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD};
    }

    @Override
    public byte[] take(ByteBuffer in) throws ProxyException {
        // Never a byte more than the answer has: what follows it is the target's.
        while (state != State.OPEN && answer.position() < expected() && in.hasRemaining()) {
            answer.put(in.get());
            if (answer.position() >= expected()) {
                return answered();
            }
        }
        return NOTHING;
    }

    /** How long the answer is, as far as that is known from its beginning. */
    private int expected() {
        if (state != State.REPLY || answer.position() < 2) {
            return 2;
        }
        if (answer.get(0) != VERSION || answer.get(1) != 0) {
            // A failure is known by its second byte, and some proxies send no more.
            return 2;
        }
        if (answer.position() < 5) {
            return 5;
        }
        return switch (answer.get(3)) {
            case IPV4 -> 4 + 4 + 2;
            case IPV6 -> 4 + 16 + 2;
            case NAME -> 4 + 1 + (answer.get(4) & 0xFF) + 2;
            default -> 5;
        };
    }

    private byte[] answered() throws ProxyException {
        int version = answer.get(0) & 0xFF;
        int value = answer.get(1) & 0xFF;
        byte[] next = switch (state) {
            case METHOD -> method(version, value);
            case LOGIN -> login(version, value);
            case REPLY -> reply(version, value);
            case OPEN -> NOTHING;
        };
        answer.clear();
        return next;
    }

    private byte[] method(int version, int method) throws ProxyException {
        requireVersion(version, VERSION);
        ProxyCredentials credentials = proxy.credentials();
        if (method == NO_AUTHENTICATION) {
            state = State.REPLY;
            return connect();
        }
        if (method == USER_AND_PASSWORD && credentials != null) {
            state = State.LOGIN;
            return login(credentials);
        }
        if (method == NONE_ACCEPTABLE) {
            throw failure(
                    credentials == null
                            ? "it wants authentication, and no credentials were given"
                            : "it accepts neither user and password nor no authentication");
        }
        throw failure("it chose the authentication method " + method + ", which was not offered");
    }

    /** RFC 1929, 2. */
    private static byte[] login(ProxyCredentials credentials) {
        byte[] user = credentials.user().getBytes(StandardCharsets.UTF_8);
        byte[] password = credentials.password().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 + user.length + password.length)
                .put((byte) 1)
                .put((byte) user.length)
                .put(user)
                .put((byte) password.length)
                .put(password)
                .array();
    }

    private byte[] login(int version, int status) throws ProxyException {
        // The version of this step is 1; proxies that say 5 here are common.
        if (version != VERSION) {
            requireVersion(version, 1);
        }
        // RFC 1929, 2: "If the server returns a `failure' (STATUS value other than X'00') status, it MUST close the
        // connection."
        if (status != 0) {
            throw failure("it does not accept the user and password");
        }
        state = State.REPLY;
        return connect();
    }

    /** RFC 1928, 4. */
    private byte[] connect() {
        ByteBuffer request = ByteBuffer.allocate(LONGEST_ANSWER)
                .put((byte) VERSION)
                .put((byte) CONNECT)
                .put((byte) 0);
        InetAddress known = address;
        if (known != null) {
            byte[] bytes = known.getAddress();
            request.put((byte) (bytes.length == 4 ? IPV4 : IPV6)).put(bytes);
        } else {
            byte[] name = host.getBytes(StandardCharsets.US_ASCII);
            request.put((byte) NAME).put((byte) name.length).put(name);
        }
        request.putShort((short) port).flip();
        byte[] bytes = new byte[request.remaining()];
        request.get(bytes);
        return bytes;
    }

    private byte[] reply(int version, int reply) throws ProxyException {
        requireVersion(version, VERSION);
        if (reply != 0) {
            targetUnreachable = reply >= 3 && reply <= 8 && reply != 7;
            throw failure("it answered " + reply + ", " + meaning(reply));
        }
        int type = answer.get(3) & 0xFF;
        if (type != IPV4 && type != NAME && type != IPV6) {
            throw failure("its answer has an address of the unknown type " + type);
        }
        state = State.OPEN;
        return NOTHING;
    }

    /** RFC 1928, 6. */
    private static String meaning(int reply) {
        return switch (reply) {
            case 1 -> "general failure";
            case 2 -> "connection not allowed by its rules";
            case 3 -> "network unreachable";
            case 4 -> "host unreachable";
            case 5 -> "connection refused";
            case 6 -> "time to live expired";
            case 7 -> "command not supported";
            case 8 -> "type of address not supported";
            default -> "which has no meaning";
        };
    }

    private void requireVersion(int version, int expected) throws ProxyException {
        if (version != expected) {
            throw failure("its answer is no SOCKS 5: it begins with " + version + " where " + expected + " is due");
        }
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public boolean isTargetUnreachable() {
        return targetUnreachable;
    }

    @Override
    public ProxyException ended() {
        return failure("it ended the connection "
                + switch (state) {
                    case METHOD -> "at the greeting";
                    case LOGIN -> "at user and password";
                    case REPLY, OPEN -> "before it answered";
                });
    }

    private ProxyException failure(String how) {
        InetAddress known = address;
        String target = Addresses.authority(host, port);
        String as = known == null || known.getHostAddress().equals(host) ? "" : " at " + known.getHostAddress();
        return new ProxyException(
                "the proxy " + proxy + " opened no tunnel to " + target + as + ": " + how, 0, NOTHING);
    }
}
