package dev.gibbon.testkit.autobahn;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * All 301 cases, in the suite's order. Each is as strict as the suite's verdict OK, and stricter where that is lax: where
 * the suite is content with a dropped connection these want the Close with its code, and large payloads are compared octet
 * by octet, not by their length. Three cases are informational: 7.1.6, 7.13.1 and 7.13.2.
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
