package dev.gibbon.testkit.autobahn;

/**
 * How a case ended. Immutable.
 *
 * @param passed whether everything was as the case wants it
 * @param finding empty, or what was different, and where
 */
public record Verdict(boolean passed, String finding) {
    static final Verdict PASSED = new Verdict(true, "");

    static Verdict failed(String finding) {
        return new Verdict(false, finding);
    }
}
