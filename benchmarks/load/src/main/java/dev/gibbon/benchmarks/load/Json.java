package dev.gibbon.benchmarks.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Orders and results as JSON. What an order leaves out has its default, and a scenario may be a name. Stateless; safe from any
 * thread.
 */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private Json() {}

    /**
     * Reads an order.
     *
     * @param line a JSON object
     * @return the order
     * @throws IllegalArgumentException if it is none, or makes no sense; the message says why
     */
    public static Order order(String line) {
        return order(tree(line));
    }

    static Order order(JsonNode given) {
        if (!(given instanceof ObjectNode fields)) {
            throw new IllegalArgumentException("an order is a JSON object");
        }
        if (!fields.path("target").isTextual()) {
            throw new IllegalArgumentException("an order has a target, such as \"ws://127.0.0.1:9001/\"");
        }
        Scenario scenario = scenario(fields.path("scenario"));
        ObjectNode whole = MAPPER.valueToTree(Order.of(scenario, "ws://localhost/"));
        whole.setAll(fields);
        whole.set("scenario", MAPPER.valueToTree(scenario));
        return value(whole, Order.class);
    }

    private static Scenario scenario(JsonNode given) {
        if (given.isTextual()) {
            return Scenarios.named(given.textValue());
        }
        if (!(given instanceof ObjectNode fields)) {
            throw new IllegalArgumentException("an order has a scenario: a name, or an object");
        }
        ObjectNode whole = MAPPER.valueToTree(Scenario.DEFAULT);
        whole.put("name", "unnamed");
        whole.setAll(fields);
        return value(whole, Scenario.class);
    }

    /**
     * Writes an order.
     *
     * @param order to be read by {@link #order}
     * @return one line without its end
     */
    public static String write(Order order) {
        return text(MAPPER.valueToTree(order));
    }

    /**
     * Writes a result.
     *
     * @param result to be read by {@link #result}
     * @return one line without its end
     */
    public static String write(Result result) {
        return text(MAPPER.valueToTree(result));
    }

    /**
     * Reads a result; an {@code event} in it is no matter.
     *
     * @param line a JSON object
     * @return the result
     * @throws IllegalArgumentException if it is none
     */
    public static Result result(String line) {
        JsonNode given = tree(line);
        if (given instanceof ObjectNode fields) {
            fields.remove("event");
        }
        return value(given, Result.class);
    }

    /** An event with a result: all of the result's fields, and the event's name. */
    static String event(String name, Result result) {
        ObjectNode line = MAPPER.createObjectNode().put("event", name);
        line.setAll((ObjectNode) MAPPER.valueToTree(result));
        return text(line);
    }

    static String event(String name) {
        return text(MAPPER.createObjectNode().put("event", name));
    }

    static String refusal(String reason) {
        return text(MAPPER.createObjectNode().put("event", "refused").put("reason", reason));
    }

    static JsonNode tree(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T value(JsonNode node, Class<T> type) {
        try {
            return MAPPER.treeToValue(node, type);
        } catch (ValueInstantiationException e) {
            Throwable cause = e.getCause();
            throw new IllegalArgumentException(cause == null ? e.getOriginalMessage() : cause.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
