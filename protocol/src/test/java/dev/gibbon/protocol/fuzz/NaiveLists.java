package dev.gibbon.protocol.fuzz;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The grammars of lists and names in header fields once more, by splitting strings. An oracle: it shares no code with the
 * library.
 */
final class NaiveLists {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String DIGITS = "0123456789";
    private static final String TOKEN = "!#$%&'*+-.^_`|~" + DIGITS + LETTERS;
    private static final String HOST = "-._~" + DIGITS + LETTERS;

    private NaiveLists() {}

    static boolean isToken(String text) {
        return !text.isEmpty() && consistsOf(text, TOKEN);
    }

    static boolean consistsOf(String text, String alphabet) {
        return text.chars().allMatch(c -> alphabet.indexOf(c) >= 0);
    }

    /** Without the blanks (RFC 9110, 5.6.3) at both ends. */
    static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && " \t".indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && " \t".indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    /** The elements of a list over several fields that are not empty. */
    static List<String> elements(List<String> values) {
        List<String> elements = new ArrayList<>();
        for (String value : values) {
            for (String element : value.split(",", -1)) {
                if (!trim(element).isEmpty()) {
                    elements.add(trim(element));
                }
            }
        }
        return elements;
    }

    static boolean hasToken(List<String> values, String token) {
        return elements(values).stream().anyMatch(token::equalsIgnoreCase);
    }

    /** Null if malformed. */
    static @Nullable List<String> subprotocols(List<String> values) {
        List<String> offers = elements(values);
        boolean valid = offers.stream().allMatch(NaiveLists::isToken)
                && new HashSet<>(offers).size() == offers.size()
                && (values.isEmpty() || !offers.isEmpty());
        return valid ? offers : null;
    }

    /** Each as {@code name;parameter;parameter=value}; null if malformed. A comma or semicolon in quotes is malformed anyway. */
    static @Nullable List<String> extensions(List<String> values) {
        List<String> offers = new ArrayList<>();
        for (String element : elements(values)) {
            StringBuilder offer = new StringBuilder();
            String[] parts = element.split(";", -1);
            if (!isToken(trim(parts[0]))) {
                return null;
            }
            offer.append(trim(parts[0]));
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                String name = trim(equals < 0 ? parts[i] : parts[i].substring(0, equals));
                if (!isToken(name)) {
                    return null;
                }
                offer.append(';').append(name);
                if (equals >= 0) {
                    String value = unquoted(trim(parts[i].substring(equals + 1)));
                    if (!isToken(value)) {
                        return null;
                    }
                    offer.append('=').append(value);
                }
            }
            offers.add(offer.toString());
        }
        return values.isEmpty() || !offers.isEmpty() ? offers : null;
    }

    /** The text of a quoted string; what is none stays as it is, and is no token if it has a quote anywhere. */
    private static String unquoted(String text) {
        if (text.length() < 2 || text.charAt(0) != '"') {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i == text.length() - 1 ? plain.toString() : text;
            }
            if (c == '\\') {
                i++;
                if (i == text.length()) {
                    return text;
                }
                c = text.charAt(i);
            }
            if (TOKEN.indexOf(c) < 0) {
                return text;
            }
            plain.append(c);
        }
        return text;
    }

    static Map<String, String> cookies(List<String> values) {
        Map<String, String> cookies = new LinkedHashMap<>();
        for (String value : values) {
            for (String pair : value.split(";", -1)) {
                String[] parts = pair.split("=", 2);
                if (parts.length == 2 && isToken(trim(parts[0])) && !cookies.containsKey(trim(parts[0]))) {
                    String text = trim(parts[1]);
                    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
                    cookies.put(trim(parts[0]), quoted ? text.substring(1, text.length() - 1) : text);
                }
            }
        }
        return cookies;
    }

    static Map<String, List<String>> query(@Nullable String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String part : (query == null ? "" : query).split("&", -1)) {
            if (!part.isEmpty()) {
                String[] pair = part.split("=", 2);
                parameters
                        .computeIfAbsent(form(pair[0]), n -> new ArrayList<>())
                        .add(pair.length == 1 ? "" : form(pair[1]));
            }
        }
        return parameters;
    }

    /** By the platform's decoder, which refuses bad escapes; a percent sign of one is escaped before. */
    private static String form(String text) {
        StringBuilder good = new StringBuilder();
        String hex = DIGITS + "abcdefABCDEF";
        for (int i = 0; i < text.length(); i++) {
            boolean escape = i + 2 < text.length()
                    && hex.indexOf(text.charAt(i + 1)) >= 0
                    && hex.indexOf(text.charAt(i + 2)) >= 0;
            if (text.charAt(i) == '%' && escape) {
                good.append(text, i, i + 3);
                i += 2;
            } else {
                good.append(text.charAt(i) == '%' ? "%25" : String.valueOf(text.charAt(i)));
            }
        }
        return URLDecoder.decode(good.toString(), StandardCharsets.UTF_8);
    }

    /** A host and a port, -1 if there is none. */
    record HostPort(String host, int port) {}

    /** Null if it is not {@code host[:port]}. */
    static @Nullable HostPort authority(String text) {
        int colon = text.lastIndexOf(':');
        int bracket = text.lastIndexOf(']');
        String host = colon > bracket ? text.substring(0, colon) : text;
        int port = -1;
        if (colon > bracket) {
            String digits = text.substring(colon + 1);
            if (digits.isEmpty() || digits.length() > 5 || !consistsOf(digits, DIGITS) || digits.startsWith("0")) {
                return null;
            }
            port = Integer.parseInt(digits);
            if (port > 65_535) {
                return null;
            }
        }
        boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
        boolean valid = bracketed
                ? isIpv6(host.substring(1, host.length() - 1))
                : !host.isEmpty() && host.length() <= 255 && consistsOf(host, HOST);
        return valid ? new HostPort(host, port) : null;
    }

    private static boolean isIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return groups(text, true) == 8;
        }
        String left = text.substring(0, gap);
        String right = text.substring(gap + 2);
        int before = left.isEmpty() ? 0 : groups(left, false);
        int behind = right.isEmpty() ? 0 : groups(right, true);
        return before >= 0 && behind >= 0 && before + behind <= 7;
    }

    /** How many groups of 16 bits these are, -1 if they are none. */
    private static int groups(String text, boolean last) {
        String[] groups = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < groups.length; i++) {
            String group = groups[i];
            if (last && i == groups.length - 1 && group.indexOf('.') >= 0) {
                if (!isIpv4(group)) {
                    return -1;
                }
                count += 2;
            } else if (group.isEmpty() || group.length() > 4 || !consistsOf(group, DIGITS + "abcdefABCDEF")) {
                return -1;
            } else {
                count++;
            }
        }
        return count;
    }

    private static boolean isIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean number = !part.isEmpty() && part.length() <= 3 && consistsOf(part, DIGITS);
            if (!number || !String.valueOf(Integer.parseInt(part)).equals(part) || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    /** The parts of an origin, its port -1 if it names none and its scheme has no default; null if it is none. */
    static @Nullable List<Object> origin(String text) {
        String[] parts = text.split("://", 2);
        if (parts.length < 2 || parts[0].isEmpty() || LETTERS.indexOf(parts[0].charAt(0)) < 0) {
            return null;
        }
        HostPort authority = authority(parts[1]);
        if (authority == null || !consistsOf(parts[0], LETTERS + DIGITS + "+-.")) {
            return null;
        }
        String scheme = parts[0].toLowerCase(Locale.ROOT);
        int port = authority.port() > 0 ? authority.port() : defaultPort(scheme);
        return List.of(scheme, authority.host().toLowerCase(Locale.ROOT), port);
    }

    static int defaultPort(String scheme) {
        return Map.of("http", 80, "ws", 80, "https", 443, "wss", 443).getOrDefault(scheme, -1);
    }
}
