package dev.gibbon.endtoend;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/** Keeps what the library logs; for any thread. */
final class LogRecorder extends Handler {
    private final Logger logger = Logger.getLogger("dev.gibbon");
    private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();

    /** Begins to listen. */
    void attach() {
        logger.addHandler(this);
    }

    /** Stops listening. */
    void detach() {
        logger.removeHandler(this);
    }

    /** The records that contain a text, in their message. */
    List<LogRecord> containing(String text) {
        return records.stream().filter(one -> messageOf(one).contains(text)).toList();
    }

    /** The records that contain a text, which are taken out: a test expects them. */
    List<LogRecord> forget(String text) {
        List<LogRecord> expected = containing(text);
        records.removeAll(expected);
        return expected;
    }

    /** Everything at the level of an error: a fault of the library's own. */
    List<String> errors() {
        return at(Level.SEVERE).toList();
    }

    /** Everything at the level of a warning. */
    List<String> warnings() {
        return at(Level.WARNING).toList();
    }

    private Stream<String> at(Level level) {
        return records.stream()
                .filter(one -> one.getLevel().equals(level))
                .map(one -> messageOf(one) + (one.getThrown() == null ? "" : ": " + one.getThrown()));
    }

    private static String messageOf(LogRecord record) {
        return new SimpleFormatter().formatMessage(record);
    }

    @Override
    public void publish(LogRecord record) {
        records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
