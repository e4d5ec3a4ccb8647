package dev.gibbon.interop;

import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What both sides agreed on: the extension and its parameters, in alphabetical order, since theirs means nothing.
 *
 * @param value such as {@code permessage-deflate; client_max_window_bits=9}, or "" for none
 */
record Agreement(String value) {
    /** Reads the value of Sec-WebSocket-Extensions in a server's answer. */
    static Agreement of(String header) {
        return new Agreement(Arrays.stream(header.split(";"))
                .map(String::strip)
                .collect(Collectors.toCollection(() -> new TreeSet<>((a, b) -> {
                    // The name of the extension comes first.
                    int byKind = Boolean.compare(a.contains("_"), b.contains("_"));
                    return byKind != 0 ? byKind : a.compareTo(b);
                })))
                .stream()
                .collect(Collectors.joining("; ")));
    }

    /** Whether messages may be compressed. */
    boolean deflates() {
        return value.startsWith("permessage-deflate");
    }
}
