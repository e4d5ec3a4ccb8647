package dev.gibbon.protocol.handshake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a field whose value is a comma-separated list of at least one element (RFC 9110, 5.6.1), which may stand in
 * several lines. Stateless and safe from any thread.
 */
final class ListField {

    private ListField() {}

    /** The grammar of one element. */
    @FunctionalInterface
    interface Element<T> {
        /** The element that begins at the cursor, which ends behind it and its blanks; null if none does. */
        @Nullable
        T read(TokenCursor cursor);
    }

    /** The elements in their order, empty when there is no such field; no value when the field breaks its grammar. */
    static <T> Optional<List<T>> read(HeaderFields fields, String name, Element<T> grammar) {
        int field = fields.indexOf(name, 0);
        if (field < 0) {
            return Optional.of(List.of());
        }
        List<T> elements = new ArrayList<>(4);
        for (; field >= 0; field = fields.indexOf(name, field + 1)) {
            TokenCursor cursor = new TokenCursor(fields.bytes(), fields.valueStart(field), fields.valueEnd(field));
            cursor.skipEmptyElements();
            while (!cursor.atEnd()) {
                T element = grammar.read(cursor);
                if (element == null || !(cursor.atEnd() || cursor.take(','))) {
                    return Optional.empty();
                }
                elements.add(element);
                cursor.skipEmptyElements();
            }
        }
        return elements.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(elements));
    }
}
