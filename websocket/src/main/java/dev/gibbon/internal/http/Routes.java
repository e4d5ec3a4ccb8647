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
    private static final String[] NO_SEGMENTS = {};

    private final Map<String, Route<T>> exact = new HashMap<>();
    private final List<Route<T>> patterns = new ArrayList<>();
    private final List<Route<T>> prefixes = new ArrayList<>();

    /** Makes an empty table. */
    public Routes() {}

    /**
     * A pattern and what is found there. One object for all requests that it matches, so that it costs a connection nothing to
     * remember its route.
     *
     * @param <T> what is found
     */
    public static final class Route<T> {
        private final String text;
        private final String[] segments;
        private final T found;

        private Route(String text, String[] segments, T found) {
            this.text = text;
            this.segments = segments;
            this.found = found;
        }

        /** The value. */
        public T found() {
            return found;
        }

        private boolean isPrefix() {
            return text.endsWith("/*");
        }

        /** Of a prefix, what a path must begin with. */
        private String beginning() {
            return text.substring(0, text.length() - 1);
        }

        /** Name to decoded segment of a path that led here; "*" is what a prefix left over. */
        public Map<String, String> parameters(String path) {
            if (isPrefix()) {
                return Map.of("*", path.substring(beginning().length()));
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            String[] actual = split(path);
            for (int i = 0; i < segments.length; i++) {
                if (isParameter(segments[i])) {
                    parameters.put(segments[i].substring(1, segments[i].length() - 1), actual[i]);
                }
            }
            return parameters;
        }

        private boolean matches(String[] actual) {
            if (segments.length != actual.length) {
                return false;
            }
            for (int i = 0; i < segments.length; i++) {
                boolean fits = isParameter(segments[i]) ? !actual[i].isEmpty() : segments[i].equals(actual[i]);
                if (!fits) {
                    return false;
                }
            }
            return true;
        }
    }

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
            prefixes.add(new Route<>(path, NO_SEGMENTS, value));
            prefixes.sort((a, b) -> b.text.length() - a.text.length());
        } else if (path.indexOf('{') >= 0) {
            String[] segments = segments(path);
            requireFree(path, patterns);
            requireOtherShape(path, segments);
            patterns.add(new Route<>(path, segments, value));
        } else {
            requirePlain(path, path);
            if (exact.putIfAbsent(path, new Route<>(path, NO_SEGMENTS, value)) != null) {
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

    private static <T> void requireFree(String path, List<Route<T>> taken) {
        for (Route<T> pattern : taken) {
            if (pattern.text.equals(path)) {
                throw new IllegalArgumentException("path " + path + " is taken");
            }
        }
    }

    /** Two patterns that differ only in the names of their parameters match the same requests. */
    private void requireOtherShape(String path, String[] segments) {
        for (Route<T> pattern : patterns) {
            boolean same = pattern.segments.length == segments.length;
            for (int i = 0; same && i < segments.length; i++) {
                String a = pattern.segments[i];
                same = a.equals(segments[i]) || (isParameter(a) && isParameter(segments[i]));
            }
            if (same) {
                throw new IllegalArgumentException("path " + path + " is taken by " + pattern.text);
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

    /** Whether a segment of a pattern stands for any. */
    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    /** Finds a decoded path; null if there is nothing. */
    public @Nullable Route<T> find(String path) {
        Route<T> named = exact.get(path);
        if (named != null) {
            return named;
        }
        if (!patterns.isEmpty()) {
            String[] segments = split(path);
            for (Route<T> pattern : patterns) {
                if (pattern.matches(segments)) {
                    return pattern;
                }
            }
        }
        for (Route<T> prefix : prefixes) {
            if (path.startsWith(prefix.beginning())) {
                return prefix;
            }
        }
        return null;
    }

    /** The same paths with other values. */
    public <R> Routes<R> map(Function<? super T, ? extends R> change) {
        Routes<R> changed = new Routes<>();
        exact.forEach((path, route) -> changed.exact.put(path, changed(route, change)));
        patterns.forEach(route -> changed.patterns.add(changed(route, change)));
        prefixes.forEach(route -> changed.prefixes.add(changed(route, change)));
        return changed;
    }

    private static <T, R> Route<R> changed(Route<T> route, Function<? super T, ? extends R> change) {
        return new Route<>(route.text, route.segments, change.apply(route.found));
    }

    /** Whether nothing was added. */
    public boolean isEmpty() {
        return exact.isEmpty() && patterns.isEmpty() && prefixes.isEmpty();
    }
}
