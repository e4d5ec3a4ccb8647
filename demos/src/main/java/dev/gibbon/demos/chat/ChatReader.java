package dev.gibbon.demos.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.Message;
import dev.gibbon.demos.chat.Refusal.Code;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what came from a client or from the engine: one JSON object, with the fields that its type has and no others. Strict, so that a client's
 * mistake is told where it is made. For any thread.
 */
final class ChatReader {
    private static final int LONGEST_SECRET = 128;
    private static final int SHORTEST_SECRET = 16; // who guesses it publishes in another's name
    private static final int LONGEST_EPOCH = 128;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(3)
                            .maxStringLength(ChatLimits.MESSAGE_BYTES)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ChatReader() {}

    /** What is stored of a message. */
    record Said(String name, String text) {}

    /** Reads a client's message. */
    static Request request(String json) throws Refusal {
        ObjectNode object = object(json);
        String type = text(object, "type");
        switch (type) {
            case "enter" -> {
                only(object, "type", "room", "name", "producer", "after");
                return new Request.Enter(
                        text(object, "room"), text(object, "name"), secret(object), position(object.get("after")));
            }
            case "say" -> {
                only(object, "type", "room", "sequence", "text");
                long sequence = number(object, "sequence", 1, MessageId.GREATEST_SEQUENCE);
                return new Request.Say(text(object, "room"), sequence, text(object, "text"));
            }
            case "leave" -> {
                only(object, "type", "room");
                return new Request.Leave(text(object, "room"));
            }
            case "ping" -> {
                only(object, "type");
                return new Request.Ping();
            }
            default -> throw bad("There is no such type of message.");
        }
    }

    /** Reads the payload of an entry; empty if it is none of the chat's. */
    static Optional<Said> said(Message stored) {
        if (!stored.isText()) {
            return Optional.empty();
        }
        try {
            ObjectNode object = object(stored.text());
            only(object, "name", "text");
            return Optional.of(new Said(text(object, "name"), text(object, "text")));
        } catch (Refusal notOurs) {
            return Optional.empty();
        }
    }

    private static ObjectNode object(String json) throws Refusal {
        try {
            if (JSON.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException fault) {
            // Told below: Jackson's words quote what was sent.
        }
        throw bad("A message is one JSON object.");
    }

    private static void only(ObjectNode object, String... names) throws Refusal {
        Set<String> known = new HashSet<>(Arrays.asList(names));
        for (Iterator<String> given = object.fieldNames(); given.hasNext(); ) {
            if (!known.contains(given.next())) {
                throw bad("This type of message has the fields " + String.join(", ", names) + " and no others.");
            }
        }
    }

    private static String text(JsonNode object, String name) throws Refusal {
        JsonNode value = object.get(name);
        if (value == null || !value.isTextual()) {
            throw bad("The field " + name + " is missing, or is no text.");
        }
        String text = value.textValue();
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw bad("The field " + name + " has half of a character.");
        }
        return text;
    }

    private static long number(JsonNode object, String name, long from, long to) throws Refusal {
        JsonNode value = object.get(name);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
            throw bad("The field " + name + " is missing, or is no whole number.");
        }
        long number = value.longValue();
        if (number < from || number > to) {
            throw bad("The field " + name + " is from " + from + " to " + to + ".");
        }
        return number;
    }

    private static String secret(JsonNode object) throws Refusal {
        String secret = text(object, "producer");
        if (secret.length() < SHORTEST_SECRET || secret.length() > LONGEST_SECRET || !isPlain(secret)) {
            throw bad(
                    "The field producer has " + SHORTEST_SECRET + " to " + LONGEST_SECRET + " characters from ! to ~.");
        }
        return secret;
    }

    private static @Nullable Position position(@Nullable JsonNode value) throws Refusal {
        if (value == null || value.isNull()) {
            return null;
        }
        if (!(value instanceof ObjectNode object)) {
            throw bad("The field after is no position.");
        }
        only(object, "epoch", "offset", "id");
        String epoch = text(object, "epoch");
        if (epoch.isEmpty() || epoch.length() > LONGEST_EPOCH || !isPlain(epoch)) {
            throw bad("The field epoch has 1 to " + LONGEST_EPOCH + " characters from ! to ~.");
        }
        long offset = number(object, "offset", 0, Long.MAX_VALUE);
        JsonNode id = object.get("id");
        return new Position(epoch, offset, id == null || id.isNull() ? null : messageId(text(object, "id")));
    }

    private static MessageId messageId(String text) throws Refusal {
        int cut = text.lastIndexOf('/');
        try {
            return new MessageId(text.substring(0, Math.max(cut, 0)), Long.parseLong(text.substring(cut + 1)));
        } catch (IllegalArgumentException fault) {
            throw bad("The field id is no message's.");
        }
    }

    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> c >= '!' && c <= '~');
    }

    private static Refusal bad(String text) {
        return Refusal.of(Code.BAD_MESSAGE, text);
    }
}
