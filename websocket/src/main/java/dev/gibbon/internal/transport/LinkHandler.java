package dev.gibbon.internal.transport;

/** Called by the poller on its loop's thread. */
public interface LinkHandler {
    /** There are bytes, the end of the stream, or an error to read. */
    void readable();

    /** There is room to write again. */
    void writable();
}
