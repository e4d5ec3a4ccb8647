package dev.gibbon.demos.chat;

import dev.gibbon.Message;
import dev.gibbon.hub.DeliveryFormat;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.Position;
import java.util.List;

/** What everybody in a room is sent, made once for all of them. A room is a topic of the same name. */
final class ChatFormat implements DeliveryFormat {
    @Override
    public Message entry(String room, Entry entry) {
        Message stored = entry.message();
        // Whoever else publishes in a room, an operator for example, may do it in plain text, and has no name.
        var said = ChatReader.said(stored)
                .orElseGet(() -> new ChatReader.Said("", stored.isText() ? stored.text() : "(not a text)"));
        return ChatWriter.message(room, entry, said);
    }

    @Override
    public Message lost(String room, LossReason reason, Position now) {
        return ChatWriter.lost(room, reason, now);
    }

    @Override
    public Message dropped(String room, long messages) {
        return ChatWriter.dropped(room, messages);
    }

    @Override
    public Message members(String room, List<Member> members) {
        return ChatWriter.members(room, members);
    }

    @Override
    public Message joined(String room, Member member) {
        return ChatWriter.joined(room, member);
    }

    @Override
    public Message left(String room, String memberId) {
        return ChatWriter.left(room, memberId);
    }

    @Override
    public Message away(String room) {
        return ChatWriter.away(room);
    }

    @Override
    public Message back(String room) {
        return ChatWriter.back(room);
    }
}
