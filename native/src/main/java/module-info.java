/** The native transport of Gibbon: epoll and sockets called straight from Java, on Linux with JDK 22 or newer. */
module dev.gibbon.epoll {
    requires dev.gibbon;
    requires static org.jspecify;

    provides dev.gibbon.internal.transport.TransportProvider with
            dev.gibbon.internal.epoll.EpollProvider;
}
