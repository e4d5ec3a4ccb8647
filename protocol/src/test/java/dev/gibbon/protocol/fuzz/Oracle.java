package dev.gibbon.protocol.fuzz;

import java.util.Objects;

/** Cheap comparisons for loops that run many thousand times a second. Stateless. */
final class Oracle {
    private Oracle() {}

    static void same(String what, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(what + ": expected " + expected + ", was " + actual);
        }
    }

    static void same(String what, long expected, long actual) {
        if (expected != actual) {
            throw new AssertionError(what + ": expected " + expected + ", was " + actual);
        }
    }

    static void holds(String what, boolean condition) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
