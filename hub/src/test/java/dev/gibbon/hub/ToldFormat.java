package dev.gibbon.hub;

import dev.gibbon.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A format that says everything in a word or two. */
class ToldFormat implements DeliveryFormat {
    @Override
    public Message entry(String topic, Entry entry) {
        return Message.text(entry.message().text());
    }

    @Override
    public Message subscribed(String topic, Position from, @Nullable LossReason lost) {
        return Message.text("subscribed " + from.offset() + (lost == null ? "" : " " + lost));
    }

    @Override
    public Message lost(String topic, LossReason reason, Position now) {
        return Message.text("lost " + reason);
    }

    @Override
    public Message dropped(String topic, long messages) {
        return Message.text("dropped " + messages);
    }

    @Override
    public Message members(String topic, List<Member> members) {
        return Message.text(
                "members " + members.stream().map(Member::id).sorted().toList());
    }

    @Override
    public Message joined(String topic, Member member) {
        return Message.text("joined " + member.id());
    }

    @Override
    public Message left(String topic, String memberId) {
        return Message.text("left " + memberId);
    }

    @Override
    public Message away(String topic) {
        return Message.text("away");
    }

    @Override
    public Message back(String topic) {
        return Message.text("back");
    }
}
