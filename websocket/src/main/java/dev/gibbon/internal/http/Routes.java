package dev.gibbon.internal.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is found at a path. Patterns are exact ({@code /echo}), have parameters ({@code /rooms/{room}}), or are prefixes
 * ({@code /files/*}); an exact one wins over parameters, those over prefixes, a longer prefix over a shorter one. Filled by
 * one thread, then only read.
 *
 * @param <T> what is found
 */
public final class Routes<T> {
    private final Map<String, T> exact = new HashMap<>();
    private final List<Pattern<T>> patterns = new ArrayList<>();
    private final List<Pattern<T>> prefixes = new ArrayList<>();

    /** Makes an empty table. */
    public Routes() {}

    /** A pattern that is not a plain path. */
    private record Pattern<T>(String text, String[] segments, T found) {}

    /**
     * What was found.
     *
     * @param <T> what is found
     * @param found the value
     * @param parameters name to decoded segment; "*" is what a prefix left over
     */
    public record Match<T>(T found, Map<String, String> parameters) {}

    /** Adds a path. */
    public void add(String path, T value) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path " + path + ": expected a slash first");
        }
        for (String segment : split(path)) {
            if (segment.equals(".") || segment.equals("..") || segment.indexOf('%') >= 0) {
                throw new IllegalArgumentException(
                        "path " + path + ": a path is compared decoded and has no dot segments");
            }
        }
        if (path.endsWith("/*")) {
            String prefix = path.substring(0, path.length() - 1);
            requirePlain(path, prefix);
            requireFree(path, prefixes);
            prefixes.add(new Pattern<>(path, new String[] {prefix}, value));
            prefixes.sort((a, b) -> b.segments()[0].length() - a.segments()[0].length());
        } else if (path.indexOf('{') >= 0) {
            String[] segments = segments(path);
            requireFree(path, patterns);
            requireOtherShape(path, segments);
            patterns.add(new Pattern<>(path, segments, value));
        } else {
            requirePlain(path, path);
            if (exact.putIfAbsent(path, value) != null) {
                throw new IllegalArgumentException("path " + path + " is taken");
            }
        }
    }

    private static void requirePlain(String path, String plain) {
        if (plain.chars().anyMatch(c -> "*{}?#".indexOf(c) >= 0)) {
            throw new IllegalArgumentException("path " + path + ": a prefix ends with /*, a parameter is a whole"
                    + " segment in braces, both together are not supported, and a query is not part of a path");
        }
    }

    private static <T> void requireFree(String path, List<Pattern<T>> taken) {
        for (Pattern<T> pattern : taken) {
            if (pattern.text().equals(path)) {
                throw new IllegalArgumentException("path " + path + " is taken");
            }
        }
    }

    /** Two patterns that differ only in the names of their parameters match the same requests. */
    private void requireOtherShape(String path, String[] segments) {
        for (Pattern<T> pattern : patterns) {
            boolean same = pattern.segments().length == segments.length;
            for (int i = 0; same && i < segments.length; i++) {
                String a = pattern.segments()[i];
                same = a.equals(segments[i]) || (a.startsWith("{") && segments[i].startsWith("{"));
            }
            if (same) {
                throw new IllegalArgumentException("path " + path + " is taken by " + pattern.text());
            }
        }
    }

    private static String[] segments(String path) {
        String[] segments = split(path);
        List<String> names = new ArrayList<>();
        for (String segment : segments) {
            boolean parameter = segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
            String name = parameter ? segment.substring(1, segment.length() - 1) : segment;
            if (name.indexOf('{') >= 0 || name.indexOf('}') >= 0 || name.indexOf('*') >= 0) {
                throw new IllegalArgumentException(
                        "path " + path + ": a parameter is a whole segment in braces, such as /rooms/{room}");
            }
            if (parameter && names.contains(name)) {
                throw new IllegalArgumentException("path " + path + ": parameter " + name + " is repeated");
            }
            if (parameter) {
                names.add(name);
            }
        }
        return segments;
    }

    /** The parts between slashes, empty ones too. */
    private static String[] split(String path) {
        return path.substring(1).split("/", -1);
    }

    /** Finds a decoded path; null if there is nothing. */
    public @Nullable Match<T> find(String path) {
        T value = exact.get(path);
        if (value != null) {
            return new Match<>(value, Map.of());
        }
        if (!patterns.isEmpty()) {
            String[] segments = split(path);
            for (Pattern<T> pattern : patterns) {
                Map<String, String> parameters = parameters(pattern.segments(), segments);
                if (parameters != null) {
                    return new Match<>(pattern.found(), parameters);
                }
            }
        }
        for (Pattern<T> prefix : prefixes) {
            String beginning = prefix.segments()[0];
            if (path.startsWith(beginning)) {
                return new Match<>(prefix.found(), Map.of("*", path.substring(beginning.length())));
            }
        }
        return null;
    }

    private static @Nullable Map<String, String> parameters(String[] pattern, String[] segments) {
        if (pattern.length != segments.length) {
            return null;
        }
        Map<String, String> found = new LinkedHashMap<>();
        for (int i = 0; i < pattern.length; i++) {
            String expected = pattern[i];
            if (expected.startsWith("{")) {
                if (segments[i].isEmpty()) {
                    return null;
                }
                found.put(expected.substring(1, expected.length() - 1), segments[i]);
            } else if (!expected.equals(segments[i])) {
                return null;
            }
        }
        return found;
    }

    /** The same paths with other values. */
    public <R> Routes<R> map(Function<? super T, ? extends R> change) {
        Routes<R> changed = new Routes<>();
        exact.forEach((path, value) -> changed.exact.put(path, change.apply(value)));
        for (Pattern<T> pattern : patterns) {
            changed.patterns.add(new Pattern<>(pattern.text(), pattern.segments(), change.apply(pattern.found())));
        }
        for (Pattern<T> prefix : prefixes) {
            changed.prefixes.add(new Pattern<>(prefix.text(), prefix.segments(), change.apply(prefix.found())));
        }
        return changed;
    }

    /** Whether nothing was added. */
    public boolean isEmpty() {
        return exact.isEmpty() && patterns.isEmpty() && prefixes.isEmpty();
    }
}
