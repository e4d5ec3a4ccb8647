package dev.gibbon.hub;

import dev.gibbon.Message;
import org.jspecify.annotations.Nullable;

/** Says everything in words with spaces between, for {@link ModelClient}. */
final class ModelFormat implements DeliveryFormat {
    @Override
    public Message entry(String topic, Entry entry) {
        return Message.text(
                "entry " + words(entry.position()) + " " + entry.message().text());
    }

    @Override
    public Message subscribed(String topic, @Nullable Position from, @Nullable LossReason lost) {
        return Message.text("subscribed " + words(from) + " " + lost);
    }

    @Override
    public Message lost(String topic, LossReason reason, Position now) {
        return Message.text("lost " + words(now) + " " + reason);
    }

    @Override
    public Message dropped(String topic, long messages) {
        return Message.text("dropped " + messages);
    }

    private static String words(@Nullable Position position) {
        if (position == null) {
            return "- - - -";
        }
        MessageId id = position.id();
        return position.epoch() + " " + position.offset() + " "
                + (id == null ? "- -" : id.producer() + " " + id.sequence());
    }

    /** The position in the words from the second on. */
    static @Nullable Position position(String[] words) {
        if (words[1].equals("-")) {
            return null;
        }
        MessageId id = words[3].equals("-") ? null : new MessageId(words[3], Long.parseLong(words[4]));
        return new Position(words[1], Long.parseLong(words[2]), id);
    }
}
