package dev.gibbon.hub.nats;

/**
 * The names of streams and subjects under one prefix. Two hubs with different prefixes know nothing of each other on the same engine.
 *
 * @param prefix letters, digits, underscores and hyphens
 */
record Names(String prefix) {

    /** JetStream stores the message only if the last one of its subject has this sequence. */
    static final String EXPECTED_LAST = "Nats-Expected-Last-Subject-Sequence";

    static final String MESSAGE_ID = "Nats-Msg-Id";
    /** On what was stored and is published again: its sequence in the stream. */
    static final String SEQUENCE = "Nats-Sequence";
    /** The same, and the sequence of the message before it on its subject; 0 if there is none. */
    static final String LAST_SEQUENCE = "Nats-Last-Sequence";
    /** Ours: everything about a message that is not its payload. */
    static final String ID = "Gibbon-Id";

    String logStream() {
        return prefix + "_topics";
    }

    String log(String token) {
        return prefix + ".t." + token;
    }

    String live(String token) {
        return prefix + ".l." + token;
    }

    String presenceStream() {
        return prefix + "_presence";
    }

    String presence(String token, String member) {
        return prefix + ".p." + token + "." + member;
    }

    String presenceLive(String token, String member) {
        return prefix + ".q." + token + "." + member;
    }

    String epochStream() {
        return prefix + "_epoch";
    }

    String epoch() {
        return prefix + ".e";
    }

    String epochLive() {
        return prefix + ".f";
    }
}
