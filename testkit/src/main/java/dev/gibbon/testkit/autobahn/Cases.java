package dev.gibbon.testkit.autobahn;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * All 301 cases, in the suite's order, each at least as strict as the suite's verdict OK. Stricter where the suite lets more
 * than one thing pass: they want a Close with its one code where the suite is content with a dropped connection or takes
 * several codes, large payloads are compared octet by octet and not by length, and the three cases that the suite calls
 * informational (7.1.6, 7.13.1, 7.13.2) have an outcome here.
 */
public final class Cases {
    private static final List<Case> ALL = Stream.of(
                    FrameCases.all(), FragmentCases.all(), Utf8Cases.all(), CloseCases.all(), SizeCases.all())
            .flatMap(List::stream)
            .toList();

    private Cases() {}

    /** Every case, once. */
    public static List<Case> all() {
        return ALL;
    }

    /**
     * The case of a number.
     *
     * @throws NoSuchElementException when there is none
     */
    public static Case numbered(String number) {
        return ALL.stream()
                .filter(each -> each.number().equals(number))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no case " + number));
    }
}
