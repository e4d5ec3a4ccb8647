package dev.gibbon.interop;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What both sides agreed on: the extension and its parameters, in alphabetical order, since theirs means nothing.
 *
 * @param value such as {@code permessage-deflate; client_max_window_bits=9}, or "" for none
 */
record Agreement(String value) {
    static final Agreement NONE = of("");
    static final Agreement TAKEOVER = of("permessage-deflate");
    static final Agreement NO_TAKEOVER =
            of("permessage-deflate; client_no_context_takeover; server_no_context_takeover");
    static final Agreement SERVER_NO_TAKEOVER = of("permessage-deflate; server_no_context_takeover");
    static final Agreement SMALL_WINDOWS =
            of("permessage-deflate; client_no_context_takeover; server_no_context_takeover;"
                    + " client_max_window_bits=9; server_max_window_bits=9");
    static final Agreement SMALL_WINDOWS_TAKEOVER =
            of("permessage-deflate; client_max_window_bits=9; server_max_window_bits=9");

    /** The client did not say that it could do with a smaller window (RFC 7692, 7.1.2.2). */
    static final Agreement SMALL_SERVER_WINDOW =
            of("permessage-deflate; client_no_context_takeover; server_no_context_takeover; server_max_window_bits=9");

    static final Agreement SMALL_SERVER_WINDOW_TAKEOVER = of("permessage-deflate; server_max_window_bits=9");

    /** Reads the value of Sec-WebSocket-Extensions in a server's answer. */
    static Agreement of(String header) {
        return new Agreement(Arrays.stream(header.split(";"))
                .map(String::strip)
                // The name of the extension stays in front.
                .sorted(comparing((String part) -> part.contains("_")).thenComparing(naturalOrder()))
                .collect(Collectors.joining("; ")));
    }

    /** Whether messages may be compressed. */
    boolean deflates() {
        return value.startsWith("permessage-deflate");
    }
}
