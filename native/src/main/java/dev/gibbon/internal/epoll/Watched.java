package dev.gibbon.internal.epoll;

/**
 * A descriptor that a poller watches. Its events carry slot and generation, so that one that was harvested before the descriptor
 * was closed cannot reach a newcomer with the same number. Only for the poller's loop.
 */
abstract class Watched {
    static final int EPOLLIN = 1;
    static final int EPOLLPRI = 2;
    static final int EPOLLOUT = 4;
    static final int EPOLLERR = 8;
    static final int EPOLLHUP = 0x10;
    static final int EPOLLRDHUP = 0x2000;
    static final int EPOLLET = 1 << 31;

    /** The place in the poller's table; below zero in none. */
    int slot = -1;

    /** Which of the occupants of that place. */
    int generation;

    /** Something happened; the bits of {@code EPOLL...} say what. */
    abstract void ready(int events);

    /** The poller closes; nothing is called any more. */
    abstract void pollerClosed();
}
