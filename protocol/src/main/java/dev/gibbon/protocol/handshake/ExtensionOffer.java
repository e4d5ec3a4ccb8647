package dev.gibbon.protocol.handshake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One element of {@code Sec-WebSocket-Extensions} (RFC 6455, 9.1): a name and parameters, in their order, read by the
 * grammar and not judged. An unknown name, a repeated parameter or a bad value is for the extension to decline.
 * Immutable; safe from any thread.
 *
 * @param name the extension, a token, as it was written
 * @param parameters its parameters, perhaps none, perhaps one name several times
 */
public record ExtensionOffer(String name, List<Parameter> parameters) {

    private static final String FIELD = "Sec-WebSocket-Extensions";

    /**
     * One parameter of an extension.
     *
     * @param name a token, as it was written
     * @param value a token, without the quotes it may have been written in; null if there is no value
     */
    public record Parameter(String name, @Nullable String value) {}

    /**
     * Copies the parameters.
     *
     * @param name the extension
     * @param parameters its parameters
     */
    public ExtensionOffer {
        parameters = List.copyOf(parameters);
    }

    /**
     * Reads the extensions of a head, a request's offers or a response's answers.
     *
     * @param fields the fields of the head; several {@code Sec-WebSocket-Extensions} fields make one list
     * @return the elements in their order, empty when there is no such field; no value when the field breaks the grammar,
     *     on which RFC 6455, 9.1 has the handshake fail
     */
    public static Optional<List<ExtensionOffer>> parse(HeaderFields fields) {
        return ListField.read(fields, FIELD, ExtensionOffer::extension);
    }

    private static @Nullable ExtensionOffer extension(TokenCursor cursor) {
        String name = cursor.token();
        if (name == null) {
            return null;
        }
        List<Parameter> parameters = new ArrayList<>(2);
        cursor.skipBlanks();
        while (cursor.take(';')) {
            Parameter parameter = parameter(cursor);
            if (parameter == null) {
                return null;
            }
            parameters.add(parameter);
        }
        return new ExtensionOffer(name, parameters);
    }

    private static @Nullable Parameter parameter(TokenCursor cursor) {
        cursor.skipBlanks();
        String name = cursor.token();
        if (name == null) {
            return null;
        }
        cursor.skipBlanks();
        if (!cursor.take('=')) {
            return new Parameter(name, null);
        }
        cursor.skipBlanks();
        String value = cursor.take('"') ? cursor.quotedToken() : cursor.token();
        cursor.skipBlanks();
        return value == null ? null : new Parameter(name, value);
    }
}
