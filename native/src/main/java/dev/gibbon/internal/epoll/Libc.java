package dev.gibbon.internal.epoll;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The functions of the C library that are called, as method handles that the JIT sees as constants. Pointers are passed as
 * numbers: whoever calls keeps the memory alive. Those that can fail take first a segment for {@code errno}.
 */
final class Libc {
    static final StructLayout STATE = Linker.Option.captureStateLayout();
    static final long ERRNO = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    // (descriptor, pointer, size, flags): ssize_t
    static final MethodHandle RECV = call("recv", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle SEND = call("send", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    // The same, where whoever fails asks again for the reason: without memory, so for any thread.
    static final MethodHandle SEND_ASIDE =
            link("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    // (descriptor, msghdr, flags): ssize_t
    static final MethodHandle SENDMSG = call("sendmsg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    // (descriptor, pointer, size): ssize_t
    static final MethodHandle WRITE = link("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    // (epoll, events, most, milliseconds)
    static final MethodHandle EPOLL_WAIT =
            link("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    // The same, where the error matters.
    static final MethodHandle EPOLL_LOOK = call("epoll_wait", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
    // (epoll, what, descriptor, event)
    static final MethodHandle EPOLL_CTL = call("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    // (flags)
    static final MethodHandle EPOLL_CREATE1 = call("epoll_create1", JAVA_INT, JAVA_INT);
    // (count, flags)
    static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    // (family, type, protocol)
    static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    // (descriptor, address, length)
    static final MethodHandle BIND = call("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle CONNECT = call("connect", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    // (descriptor, backlog)
    static final MethodHandle LISTEN = call("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    // (descriptor, address, length, flags)
    static final MethodHandle ACCEPT4 = call("accept4", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    // (descriptor, address, length)
    static final MethodHandle GETSOCKNAME = call("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    // (descriptor, level, name, value, length)
    static final MethodHandle GETSOCKOPT =
            call("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle SETSOCKOPT =
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    // (descriptor, how)
    static final MethodHandle SHUTDOWN = call("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    // (descriptor): whatever it answers, the descriptor is gone
    static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Libc() {}

    private static MethodHandle call(String name, ValueLayout result, ValueLayout... parameters) {
        return link(name, FunctionDescriptor.of(result, parameters), CAPTURE);
    }

    @SuppressWarnings("restricted") // It is what this module is for.
    private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment function = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name));
        return LINKER.downcallHandle(function, type, options);
    }

    /** Functions that are seldom called, linked when the first of them is. */
    static final class Rare {
        // (descriptor, command, variadic argument)
        static final MethodHandle FCNTL = variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
        // (errno): text that is never freed
        static final MethodHandle STRERROR = link("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

        private Rare() {}

        private static MethodHandle variadic(String name, int fixed, ValueLayout result, ValueLayout... parameters) {
            List<Linker.Option> options = new ArrayList<>(List.of(CAPTURE, Linker.Option.firstVariadicArg(fixed)));
            return link(name, FunctionDescriptor.of(result, parameters), options.toArray(Linker.Option[]::new));
        }
    }
}
