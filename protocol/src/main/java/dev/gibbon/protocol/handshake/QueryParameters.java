package dev.gibbon.protocol.handshake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request target read as {@code name=value&...}, decoded as HTML forms are: {@code +} is a space and
 * {@code %XX} a byte of UTF-8. Nonsense is read as text and never fails. Immutable; safe from any thread.
 */
public final class QueryParameters {

    private final Map<String, List<String>> values;

    private QueryParameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads a query.
     *
     * @param query the query without its question mark, null if there is none
     * @return its parameters; a name without {@code =} has the empty value, an empty part is passed over
     */
    public static QueryParameters parse(@Nullable String query) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        String text = query == null ? "" : query;
        int start = 0;
        while (start < text.length()) {
            int nameEnd = endOf(text, start, "=&");
            int end = endOf(text, nameEnd, "&");
            if (end > start) {
                String name = PercentEncoding.decodeForm(text, start, nameEnd);
                String value = nameEnd == end ? "" : PercentEncoding.decodeForm(text, nameEnd + 1, end);
                values.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
            }
            start = end + 1;
        }
        values.replaceAll((name, list) -> List.copyOf(list));
        return new QueryParameters(Collections.unmodifiableMap(values));
    }

    private static int endOf(String text, int from, String separators) {
        int at = from;
        while (at < text.length() && separators.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    /**
     * The first value of a parameter.
     *
     * @param name the decoded name, with regard to case
     * @return the decoded value, perhaps empty; null if there is no such parameter
     */
    public @Nullable String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.get(0);
    }

    /**
     * All values of a parameter.
     *
     * @param name the decoded name, with regard to case
     * @return the decoded values in their order, empty if there is no such parameter
     */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /**
     * All parameters.
     *
     * @return decoded names in the order they first came, each with its values; read-only
     */
    public Map<String, List<String>> asMap() {
        return values;
    }

    /** The names; no values, which may be secrets. */
    @Override
    public String toString() {
        return "parameters " + values.keySet();
    }
}
