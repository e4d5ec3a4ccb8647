package dev.gibbon.testkit.autobahn;

/** What the subject did is not what the case, or the RFC, allows. */
final class Deviation extends Exception {
    private static final long serialVersionUID = 1;

    Deviation(String finding) {
        super(finding, null, false, false);
    }
}
