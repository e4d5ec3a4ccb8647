package dev.gibbon.internal.proxied;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one proxy wrote into {@code Forwarded} (RFC 7239, 4).
 *
 * @param forNode who sent the request to the proxy
 * @param proto by which scheme it came there
 * @param host its {@code Host} there
 */
record ForwardedElement(
        @Nullable String forNode,
        @Nullable String proto,
        @Nullable String host) {
    static final ForwardedElement EMPTY = new ForwardedElement(null, null, null);

    private static final String MARKS = "!#$%&'*+-.^_`|~";

    /**
     * Reads one line of the field.
     *
     * @param into gets its elements, in order
     * @return false if it breaks the grammar, so that nobody can say who wrote what of it
     */
    static boolean read(String line, List<ForwardedElement> into) {
        Reader reader = new Reader(line);
        while (!reader.atEnd()) {
            ForwardedElement element = reader.element();
            if (element == null) {
                return false;
            }
            // An empty element of a list counts for nothing.
            if (!element.equals(EMPTY) || reader.pairs > 0) {
                into.add(element);
            }
        }
        return true;
    }

    /** Walks over one line; each character is looked at once. */
    private static final class Reader {
        private final String line;
        private int at;
        private int pairs;

        Reader(String line) {
            this.line = line;
        }

        boolean atEnd() {
            return at == line.length();
        }

        /** {@code [ forwarded-pair ] *( ";" [ forwarded-pair ] )} and the comma behind it; null if it is not that. */
        @Nullable
        ForwardedElement element() {
            String forNode = null;
            String proto = null;
            String host = null;
            pairs = 0;
            boolean by = false;
            while (true) {
                skipBlanks();
                String name = token().toLowerCase(Locale.ROOT);
                if (!name.isEmpty()) {
                    String value = take('=') ? value() : null;
                    // RFC 7239, 4: "Each parameter MUST NOT occur more than once per field-value."
                    boolean repeated = switch (name) {
                        case "for" -> forNode != null;
                        case "proto" -> proto != null;
                        case "host" -> host != null;
                        case "by" -> by;
                        default -> false;
                    };
                    if (value == null || repeated) {
                        return null;
                    }
                    pairs++;
                    switch (name) {
                        case "for" -> forNode = value;
                        case "proto" -> proto = value;
                        case "host" -> host = value;
                        case "by" -> by = true;
                        default -> {
                            // An extension that nobody here knows.
                        }
                    }
                }
                skipBlanks();
                if (atEnd() || take(',')) {
                    return new ForwardedElement(forNode, proto, host);
                }
                if (!take(';')) {
                    return null;
                }
            }
        }

        private void skipBlanks() {
            while (!atEnd() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
                at++;
            }
        }

        private boolean take(char c) {
            if (!atEnd() && line.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        private String token() {
            int start = at;
            while (!atEnd() && isTokenCharacter(line.charAt(at))) {
                at++;
            }
            return line.substring(start, at);
        }

        /** A token or a quoted string; null if it is neither. */
        private @Nullable String value() {
            if (!take('"')) {
                String token = token();
                return token.isEmpty() ? null : token;
            }
            StringBuilder text = new StringBuilder();
            while (!atEnd()) {
                char c = line.charAt(at++);
                if (c == '"') {
                    return text.toString();
                }
                if (c == '\\') {
                    if (atEnd()) {
                        return null;
                    }
                    c = line.charAt(at++);
                }
                text.append(c);
            }
            return null;
        }

        private static boolean isTokenCharacter(char c) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return letter || IpLiteral.isDigit(c) || MARKS.indexOf(c) >= 0;
        }
    }
}
