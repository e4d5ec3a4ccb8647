package dev.gibbon.internal.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * System calls with the little memory that they need: for the error number, for addresses, for values of options. One for each
 * loop, and short-lived ones elsewhere; for one thread at a time. Results below zero are error numbers, negated. Interrupted
 * calls are made again. Nothing here waits but {@link #epollWait}.
 *
 * <p>The memory lives as long as this object does, so a link that outlives its poller cannot touch what was freed.
 */
final class Calls {
    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_ERROR = 4;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_LINGER = 13;
    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;

    private static final int SOCK_STREAM = 1;
    private static final int NONBLOCK = 0x800;
    private static final int CLOEXEC = 0x80000;
    private static final int SHUT_WR = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;
    /** A broken connection is an error to us, not a signal to the process. */
    private static final int MSG_NOSIGNAL = 0x4000;
    /** Keeps the bytes back for what follows, a fifth of a second at most. */
    static final int MSG_MORE = 0x8000;

    // Where things lie in the memory.
    private static final long STATE_AT = 0;
    private static final long NAME_AT = 64;
    private static final long LENGTH_AT = NAME_AT + Sockaddr.MOST_BYTES;
    private static final long VALUE_AT = LENGTH_AT + 8;
    private static final long MESSAGE_AT = VALUE_AT + 16;
    private static final long VECTORS_AT = MESSAGE_AT + 56;
    private static final long END = VECTORS_AT + 32;
    /** Heap buffers pass through here in pieces. */
    static final int SCRATCH_BYTES = 64 << 10;

    private final MemorySegment memory;
    private final MemorySegment state;
    private final long base;
    private final BufferAddresses addresses = new BufferAddresses();
    private @Nullable ByteBuffer scratch;

    Calls() {
        memory = Arena.ofAuto().allocate(END, 16);
        state = memory.asSlice(STATE_AT, Libc.STATE.byteSize());
        base = memory.address();
        // struct msghdr: two vectors, and no address, control data or flags.
        memory.set(JAVA_LONG, MESSAGE_AT + 16, base + VECTORS_AT);
        memory.set(JAVA_LONG, MESSAGE_AT + 24, 2);
    }

    /** What a call has returned, or if that is below zero its error number, negated. */
    private int result(int returned) {
        return returned >= 0 ? returned : error();
    }

    private long result(long returned) {
        return returned >= 0 ? returned : error();
    }

    private int error() {
        return -state.get(JAVA_INT, Libc.ERRNO);
    }

    private static AssertionError impossible(Throwable e) {
        return new AssertionError("a system call threw", e);
    }

    // ---- bytes

    /** Reads into a buffer; 0 is the end of the stream, unless the buffer is full. */
    int recv(int descriptor, ByteBuffer target) {
        if (!target.isDirect()) {
            return recvThroughScratch(descriptor, target);
        }
        int count;
        try {
            count = recv(descriptor, addresses.of(target), target.remaining());
        } finally {
            Reference.reachabilityFence(target);
        }
        if (count > 0) {
            target.position(target.position() + count);
        }
        return count;
    }

    private int recvThroughScratch(int descriptor, ByteBuffer target) {
        ByteBuffer between = scratch().limit(Math.min(SCRATCH_BYTES, target.remaining()));
        int count = recv(descriptor, between);
        if (count > 0) {
            target.put(between.flip());
        }
        return count;
    }

    private int recv(int descriptor, long address, int length) {
        long count;
        do {
            try {
                count = result((long) Libc.RECV.invokeExact(state, descriptor, address, (long) length, 0));
            } catch (Throwable e) {
                throw impossible(e);
            }
        } while (count == -Errno.EINTR);
        return (int) count;
    }

    /** Writes what fits. */
    int send(int descriptor, ByteBuffer source) {
        return send(descriptor, source, 0);
    }

    /** Writes what fits, with {@link #MSG_MORE} or 0. */
    int send(int descriptor, ByteBuffer source, int flags) {
        if (!source.isDirect()) {
            return sendThroughScratch(descriptor, source);
        }
        int count;
        try {
            count = send(descriptor, addresses.of(source), source.remaining(), flags);
        } finally {
            Reference.reachabilityFence(source);
        }
        if (count > 0) {
            source.position(source.position() + count);
        }
        return count;
    }

    /** In pieces, until one does not fit whole. */
    private int sendThroughScratch(int descriptor, ByteBuffer source) {
        int sum = 0;
        while (source.hasRemaining()) {
            int piece = Math.min(SCRATCH_BYTES, source.remaining());
            ByteBuffer between =
                    scratch().put(0, source, source.position(), piece).limit(piece);
            int count = send(descriptor, between);
            if (count < 0) {
                // On a broken connection it does not matter what was written before.
                return sum > 0 && count == -Errno.EAGAIN ? sum : count;
            }
            source.position(source.position() + count);
            sum += count;
            if (count < piece) {
                break;
            }
        }
        return sum;
    }

    private int send(int descriptor, long address, int length, int flags) {
        long count;
        do {
            try {
                count = result(
                        (long) Libc.SEND.invokeExact(state, descriptor, address, (long) length, MSG_NOSIGNAL | flags));
            } catch (Throwable e) {
                throw impossible(e);
            }
        } while (count == -Errno.EINTR);
        return (int) count;
    }

    /**
     * Writes what fits, on any thread. The usual call needs no memory; one that fails is made again with memory of its own,
     * to learn why.
     */
    static int sendAside(int descriptor, ByteBuffer source) {
        int count;
        if (source.isDirect()) {
            try {
                count = sendAside(descriptor, MemorySegment.ofBuffer(source).address(), source.remaining());
            } finally {
                Reference.reachabilityFence(source);
            }
        } else {
            int piece = Math.min(SCRATCH_BYTES, source.remaining());
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = arena.allocate(piece);
                copy.copyFrom(MemorySegment.ofBuffer(source).asSlice(0, piece));
                count = sendAside(descriptor, copy.address(), piece);
            }
        }
        if (count > 0) {
            source.position(source.position() + count);
        }
        return count;
    }

    private static int sendAside(int descriptor, long address, int length) {
        try {
            long count = (long) Libc.SEND_ASIDE.invokeExact(descriptor, address, (long) length, MSG_NOSIGNAL);
            return count >= 0 ? (int) count : new Calls().send(descriptor, address, length, 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Writes what fits of two buffers, in one call if both are direct. */
    long send(int descriptor, ByteBuffer first, ByteBuffer second) {
        if (!first.isDirect() || !second.isDirect()) {
            return sendOneAfterTheOther(descriptor, first, second);
        }
        int ofFirst = first.remaining();
        long count;
        try {
            memory.set(JAVA_LONG, VECTORS_AT, addresses.of(first));
            memory.set(JAVA_LONG, VECTORS_AT + 8, ofFirst);
            memory.set(JAVA_LONG, VECTORS_AT + 16, addresses.of(second));
            memory.set(JAVA_LONG, VECTORS_AT + 24, second.remaining());
            count = sendMessage(descriptor);
        } finally {
            Reference.reachabilityFence(first);
            Reference.reachabilityFence(second);
        }
        if (count > 0) {
            int taken = (int) Math.min(count, ofFirst);
            first.position(first.position() + taken);
            second.position(second.position() + (int) (count - taken));
        }
        return count;
    }

    private long sendMessage(int descriptor) {
        long count;
        do {
            try {
                count = result((long) Libc.SENDMSG.invokeExact(state, descriptor, base + MESSAGE_AT, MSG_NOSIGNAL));
            } catch (Throwable e) {
                throw impossible(e);
            }
        } while (count == -Errno.EINTR);
        return count;
    }

    private long sendOneAfterTheOther(int descriptor, ByteBuffer first, ByteBuffer second) {
        long sum = 0;
        if (first.hasRemaining()) {
            sum = send(descriptor, first);
            if (sum < 0 || first.hasRemaining()) {
                return sum;
            }
        }
        if (second.hasRemaining()) {
            int more = send(descriptor, second);
            if (more < 0) {
                return sum > 0 && more == -Errno.EAGAIN ? sum : more;
            }
            sum += more;
        }
        return sum;
    }

    private ByteBuffer scratch() {
        ByteBuffer present = scratch;
        if (present == null) {
            present = ByteBuffer.allocateDirect(SCRATCH_BYTES);
            scratch = present;
        }
        return present.clear();
    }

    // ---- sockets

    /** Makes a socket that does not block and that no child process inherits. */
    int socket(int family) {
        try {
            return result((int) Libc.SOCKET.invokeExact(state, family, SOCK_STREAM | NONBLOCK | CLOEXEC, 0));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Binds.
     *
     * @throws IOException if the address has no form that the system knows
     */
    int bind(int descriptor, SocketAddress address, int family) throws IOException {
        int length = Sockaddr.write(address, family, name());
        try {
            return result((int) Libc.BIND.invokeExact(state, descriptor, base + NAME_AT, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Begins to connect. An interrupted call goes on by itself.
     *
     * @throws IOException if the address has no form that the system knows
     */
    int connect(int descriptor, SocketAddress address, int family) throws IOException {
        int length = Sockaddr.write(address, family, name());
        int error;
        try {
            error = result((int) Libc.CONNECT.invokeExact(state, descriptor, base + NAME_AT, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
        return error == -Errno.EINTR ? -Errno.EINPROGRESS : error;
    }

    int listen(int descriptor, int backlog) {
        try {
            return result((int) Libc.LISTEN.invokeExact(state, descriptor, backlog));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Accepts; the newcomer's address is then {@link #name()}. */
    int accept(int descriptor) {
        int accepted;
        do {
            memory.set(JAVA_INT, LENGTH_AT, Sockaddr.MOST_BYTES);
            try {
                accepted = result((int) Libc.ACCEPT4.invokeExact(
                        state, descriptor, base + NAME_AT, base + LENGTH_AT, NONBLOCK | CLOEXEC));
            } catch (Throwable e) {
                throw impossible(e);
            }
        } while (accepted == -Errno.EINTR);
        return accepted;
    }

    /** The address of the last {@link #accept} as {@link Sockaddr#packIpv4} has it. */
    long acceptedFromIpv4() {
        return Sockaddr.packIpv4(name());
    }

    /** The address of the last {@link #accept}, or null if it has no form that Java knows. */
    @Nullable
    SocketAddress acceptedFrom() {
        return Sockaddr.read(name(), memory.get(JAVA_INT, LENGTH_AT));
    }

    /** Our address of a socket, or null if it has none. */
    @Nullable
    SocketAddress localAddress(int descriptor) {
        memory.set(JAVA_INT, LENGTH_AT, Sockaddr.MOST_BYTES);
        try {
            int failed = (int) Libc.GETSOCKNAME.invokeExact(state, descriptor, base + NAME_AT, base + LENGTH_AT);
            return failed == 0 ? Sockaddr.read(name(), memory.get(JAVA_INT, LENGTH_AT)) : null;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private MemorySegment name() {
        return memory.asSlice(NAME_AT, Sockaddr.MOST_BYTES);
    }

    /** An option that is a number; an error of the call is told as a result below zero. */
    int option(int descriptor, int level, int option) {
        return pair(descriptor, level, option, 4) == 0 ? memory.get(JAVA_INT, VALUE_AT) : error();
    }

    /** Sets an option that is a number. */
    int option(int descriptor, int level, int option, int value) {
        memory.set(JAVA_INT, VALUE_AT, value);
        return set(descriptor, level, option, 4);
    }

    /** The seconds of SO_LINGER; below zero if it is off or this is no socket. */
    int linger(int descriptor) {
        if (pair(descriptor, SOL_SOCKET, SO_LINGER, 8) != 0 || memory.get(JAVA_INT, VALUE_AT) == 0) {
            return -1;
        }
        return memory.get(JAVA_INT, VALUE_AT + 4);
    }

    /** Sets SO_LINGER; below zero switches it off. */
    int linger(int descriptor, int seconds) {
        memory.set(JAVA_INT, VALUE_AT, seconds < 0 ? 0 : 1);
        memory.set(JAVA_INT, VALUE_AT + 4, Math.max(0, seconds));
        return set(descriptor, SOL_SOCKET, SO_LINGER, 8);
    }

    private int pair(int descriptor, int level, int option, int length) {
        memory.set(JAVA_INT, LENGTH_AT, length);
        try {
            return (int)
                    Libc.GETSOCKOPT.invokeExact(state, descriptor, level, option, base + VALUE_AT, base + LENGTH_AT);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private int set(int descriptor, int level, int option, int length) {
        try {
            return result((int) Libc.SETSOCKOPT.invokeExact(state, descriptor, level, option, base + VALUE_AT, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Ends our direction. */
    int shutdownOutput(int descriptor) {
        try {
            return result((int) Libc.SHUTDOWN.invokeExact(state, descriptor, SHUT_WR));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Another descriptor of the same thing. */
    int duplicate(int descriptor) {
        try {
            return result((int) Libc.Rare.FCNTL.invokeExact(state, descriptor, F_DUPFD_CLOEXEC, 0));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Closes a descriptor; never twice, for its number is somebody else's at once. */
    static void close(int descriptor) {
        try {
            int ignored = (int) Libc.CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Calls of no descriptor, which must fail for that reason: where the system forbids a call it says so first.
     *
     * @throws IOException if one fails for another reason
     */
    void tryOut() throws IOException {
        expectNoDescriptor("accept4", accept(-1));
        expectNoDescriptor("recv", recv(-1, base, 0));
        expectNoDescriptor("send", send(-1, base, 0, 0));
        expectNoDescriptor("sendmsg", (int) sendMessage(-1));
    }

    private static void expectNoDescriptor(String call, int result) throws IOException {
        if (result != -Errno.EBADF) {
            throw new IOException(call + " of no descriptor answered " + (result < 0 ? Errno.text(-result) : result));
        }
    }

    // ---- epoll

    /** Writes to an eventfd. For any thread: whether it worked is not asked, for it can only fail when a wake-up is there. */
    static void write(int descriptor, long address, long length) {
        try {
            long ignored = (long) Libc.WRITE.invokeExact(descriptor, address, length);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int epollCreate() {
        try {
            return result((int) Libc.EPOLL_CREATE1.invokeExact(state, CLOEXEC));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int eventfd() {
        try {
            return result((int) Libc.EVENTFD.invokeExact(state, 0, NONBLOCK | CLOEXEC));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Adds, changes or removes a descriptor; the event lies in the caller's memory. */
    int epollControl(int epoll, int what, int descriptor, long event) {
        try {
            return result((int) Libc.EPOLL_CTL.invokeExact(state, epoll, what, descriptor, event));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Waits for events; an interrupted wait brought none. The call that waits keeps no error number, which is cheaper; only if it
     * fails another one, which does not wait, tells why.
     */
    int epollWait(int epoll, long events, int most, int milliseconds) {
        try {
            int count = (int) Libc.EPOLL_WAIT.invokeExact(epoll, events, most, milliseconds);
            return count >= 0 ? count : epollLook(epoll, events, most);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private int epollLook(int epoll, long events, int most) throws Throwable {
        int count = result((int) Libc.EPOLL_LOOK.invokeExact(state, epoll, events, most, 0));
        return count == -Errno.EINTR ? 0 : count;
    }
}
