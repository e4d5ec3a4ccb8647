package dev.gibbon.hub.nats;

/**
 * A place in a topic: everything up to the offset has been seen, and the message there has this id.
 *
 * @param epoch of the log
 * @param offset sequence in the stream; 0 only when the engine has nothing at all
 * @param producer empty where the topic had no message yet
 * @param sequence -1 where the topic had no message yet
 */
record Mark(String epoch, long offset, String producer, long sequence) {

    static Mark of(String epoch, Entry entry) {
        return new Mark(epoch, entry.offset(), entry.producer(), entry.sequence());
    }

    /** A place in a topic without messages. */
    static Mark empty(String epoch, long offset) {
        return new Mark(epoch, offset, "", -1);
    }

    boolean hasId() {
        return sequence >= 0;
    }
}
