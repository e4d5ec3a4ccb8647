package dev.gibbon.demos.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.gibbon.Message;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the server tells, one JSON object a message; docs/chat.md has the fields. Jackson escapes all values. For any thread.
 */
final class ChatWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private ChatWriter() {}

    /** The first message of a connection. */
    static Message hello(String node, List<String> nodes, ChatLimits limits) {
        return message("hello", json -> {
            json.writeStringField("node", node);
            json.writeArrayFieldStart("nodes");
            for (String each : nodes) {
                json.writeString(each);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("limits");
            json.writeNumberField("text", limits.textBytes());
            json.writeNumberField("name", limits.nameCharacters());
            json.writeNumberField("room", limits.roomCharacters());
            json.writeNumberField("rooms", limits.rooms());
            json.writeEndObject();
        });
    }

    static Message pong() {
        return message("pong", json -> {});
    }

    static Message entered(
            String room, String member, String producer, @Nullable Position at, @Nullable LossReason lost) {
        return about("entered", room, json -> {
            json.writeStringField("member", member);
            json.writeStringField("producer", producer);
            if (at != null) {
                position(json, at);
            }
            if (lost != null) {
                json.writeStringField("lost", name(lost));
            }
        });
    }

    static Message members(String room, List<Member> members) {
        return about("members", room, json -> {
            json.writeArrayFieldStart("members");
            for (Member member : members) {
                json.writeStartObject();
                member(json, member);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    static Message joined(String room, Member member) {
        return about("joined", room, json -> {
            json.writeObjectFieldStart("member");
            member(json, member);
            json.writeEndObject();
        });
    }

    static Message left(String room, String id) {
        return about("left", room, json -> json.writeStringField("id", id));
    }

    static Message message(String room, Entry entry, ChatReader.Said said) {
        return about("message", room, json -> {
            position(json, entry.position());
            json.writeStringField("name", said.name());
            json.writeStringField("text", said.text());
            json.writeStringField("time", entry.time().toString());
        });
    }

    static Message stored(String room, long sequence, Position at) {
        return about("stored", room, json -> {
            json.writeNumberField("sequence", sequence);
            position(json, at);
        });
    }

    /**
     * A refusal.
     *
     * @param room null if the room is not known
     * @param sequence 0 if it is of no message
     */
    static Message refused(@Nullable String room, long sequence, Refusal refusal) {
        return message("refused", json -> {
            if (room != null) {
                json.writeStringField("room", room);
            }
            if (sequence != 0) {
                json.writeNumberField("sequence", sequence);
            }
            json.writeStringField("code", refusal.code().toString());
            json.writeStringField("text", refusal.text());
            Duration retryAfter = refusal.retryAfter();
            if (retryAfter != null) {
                json.writeNumberField("retryAfter", retryAfter.toMillis() / 1000.0);
            }
        });
    }

    static Message lost(String room, LossReason reason, Position now) {
        return about("lost", room, json -> {
            json.writeStringField("reason", name(reason));
            position(json, now);
        });
    }

    static Message dropped(String room, long count) {
        return about("dropped", room, json -> json.writeNumberField("count", count));
    }

    static Message away(String room) {
        return about("away", room, json -> {});
    }

    static Message back(String room) {
        return about("back", room, json -> {});
    }

    /** What is stored of a message. */
    static Message said(ChatReader.Said said) {
        return object(json -> {
            json.writeStringField("name", said.name());
            json.writeStringField("text", said.text());
        });
    }

    private static void position(JsonGenerator json, Position at) throws IOException {
        json.writeObjectFieldStart("at");
        json.writeStringField("epoch", at.epoch());
        json.writeNumberField("offset", at.offset());
        MessageId id = at.id();
        if (id != null) {
            json.writeStringField("id", id.producer() + "/" + id.sequence());
        }
        json.writeEndObject();
    }

    private static void member(JsonGenerator json, Member member) throws IOException {
        json.writeStringField("id", member.id());
        json.writeStringField("name", member.information());
    }

    private static String name(LossReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private static Message about(String type, String room, Fields fields) {
        return message(type, json -> {
            json.writeStringField("room", room);
            fields.write(json);
        });
    }

    private static Message message(String type, Fields fields) {
        return object(json -> {
            json.writeStringField("type", type);
            fields.write(json);
        });
    }

    private static Message object(Fields fields) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // a StringWriter has none
        }
        return Message.text(text.toString());
    }

    /** Writes the fields of one object. */
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }
}
