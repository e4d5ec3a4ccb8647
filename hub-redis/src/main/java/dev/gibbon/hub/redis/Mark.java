package dev.gibbon.hub.redis;

/**
 * A place in a topic: its epoch, the offset, and which message is there ({@code producer} empty if that is not known, as at the beginning).
 */
record Mark(String epoch, long offset, String producer, long sequence) {
    static final long NO_SEQUENCE = -1;

    static Mark of(String epoch, long offset) {
        return new Mark(epoch, offset, "", NO_SEQUENCE);
    }
}
