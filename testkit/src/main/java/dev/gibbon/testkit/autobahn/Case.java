package dev.gibbon.testkit.autobahn;

import java.util.List;
import java.util.function.Consumer;

/**
 * One case: its number in the Autobahn|Testsuite, and a script that is written out only when it is asked for, because some
 * hold many megabytes. Immutable.
 */
public final class Case {
    private final String number;
    private final String title;
    private final boolean informational;
    private final Consumer<Script> script;

    private Case(String number, String title, boolean informational, Consumer<Script> script) {
        this.number = number;
        this.title = title;
        this.informational = informational;
        this.script = script;
    }

    static Case of(String number, String title, Consumer<Script> script) {
        return new Case(number, title, false, script);
    }

    /** A case on which the suite passes no judgement, but we do. */
    static Case informational(String number, String title, Consumer<Script> script) {
        return new Case(number, title, true, script);
    }

    /** The number, such as {@code 6.4.1}. */
    public String number() {
        return number;
    }

    /** The first part of the number. */
    public int group() {
        return Integer.parseInt(number.substring(0, number.indexOf('.')));
    }

    /** What is sent, in a few words. */
    public String title() {
        return title;
    }

    /** Whether the suite's verdict is INFORMATIONAL whatever happens. */
    public boolean isInformational() {
        return informational;
    }

    /** The script. */
    public List<Step> steps() {
        Script written = new Script();
        script.accept(written);
        return written.steps();
    }

    /** How many octets of payload the script sends. */
    public long payloadOctets() {
        return steps().stream()
                .filter(Step.Send.class::isInstance)
                .flatMap(step -> ((Step.Send) step).frames().stream())
                .mapToLong(frame -> frame.to() - frame.from())
                .sum();
    }

    @Override
    public String toString() {
        return number + " " + title;
    }
}
