package dev.gibbon.internal.connection;

import dev.gibbon.protocol.deflate.DeflateParameters;
import org.jspecify.annotations.Nullable;

/**
 * What both ends agreed on beside RFC 6455. Immutable; made by {@link ConnectionSettings#answer} or {@link
 * ConnectionSettings#agree}.
 *
 * @param field the value of the response's {@code Sec-WebSocket-Extensions}, empty when there is none
 * @param deflate the parameters of permessage-deflate, or null
 */
public record AgreedExtensions(String field, @Nullable DeflateParameters deflate) {
    /** Nothing was agreed on. */
    public static final AgreedExtensions NONE = new AgreedExtensions("", null);
}
