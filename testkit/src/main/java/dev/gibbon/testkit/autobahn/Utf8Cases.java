package dev.gibbon.testkit.autobahn;

import static dev.gibbon.testkit.autobahn.Frame.text;

import dev.gibbon.testkit.RawFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * Group 6: text that is and is not UTF-8 (RFC 3629), whole and cut inside characters. From 6.5 on these are the sequences of
 * Markus Kuhn's decoder test, one message each.
 */
final class Utf8Cases {
    private static final boolean GOOD = true;
    private static final boolean BAD = false;

    /** Latin letters with marks, two octets each. */
    private static final String MIXED = "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!";

    /** The Greek word kosme; its second letter takes three octets. */
    private static final Payload GREEK = Payload.text("\u03ba\u1f79\u03c3\u03bc\u03b5");

    private static final Payload EDITED = Payload.text("edited");
    private static final Payload WITH_SURROGATE = Payload.join(GREEK, Payload.hex("ed a0 80"), EDITED);

    /** U+110000, one above the last code point: its second octet, at index 12, is the first wrong one. */
    private static final Payload TOO_HIGH = Payload.join(GREEK, Payload.hex("f4 90 80 80"), EDITED);

    private final List<Case> cases = new ArrayList<>();

    private Utf8Cases() {}

    static List<Case> all() {
        Utf8Cases group = new Utf8Cases();
        group.empty();
        group.valid();
        group.invalid();
        group.failFast();
        group.sequences();
        return group.cases;
    }

    private void add(Case added) {
        cases.add(added);
    }

    private void empty() {
        String middle = "middle frame payload";
        add(echoed("6.1.1", "empty text", "", text("")));
        add(echoed(
                "6.1.2",
                "text in three empty fragments",
                "",
                text("").more(),
                Frame.continuation("").more(),
                Frame.continuation("")));
        add(echoed(
                "6.1.3",
                "text in three fragments, the outer ones empty",
                middle,
                text("").more(),
                Frame.continuation(middle).more(),
                Frame.continuation("")));
    }

    private void valid() {
        Payload mixed = Payload.text(MIXED);
        int half = MIXED.indexOf('\u00fc');
        add(echoed("6.2.1", "text with two-octet characters", MIXED, text(MIXED)));
        add(echoed(
                "6.2.2",
                "the same in two fragments, cut between characters",
                MIXED,
                text(MIXED.substring(0, half)).more(),
                Frame.continuation(MIXED.substring(half))));
        add(inOctets("6.2.3", "the same in fragments of one octet", mixed));
        add(inOctets("6.2.4", "Greek text in fragments of one octet", GREEK));
    }

    private void invalid() {
        add(Case.of(
                "6.3.1",
                "a surrogate inside text",
                script -> script.send(text(WITH_SURROGATE)).fails(1007)));
        add(Case.of(
                "6.3.2",
                "the same in fragments of one octet",
                script -> script.send(Step.Send.JOINED, FragmentCases.fragments(RawFrame.TEXT, WITH_SURROGATE, 1))
                        .fails(1007)));
    }

    /** What follows the wrong octet is never sent: the connection must fail without it. */
    private void failFast() {
        Frame open = new Frame(RawFrame.TEXT, false, 0, TOO_HIGH, 0, TOO_HIGH.length());
        add(inTwoFrames("6.4.1", "wrong character in the second of three fragments", 11, 15));
        add(inTwoFrames("6.4.2", "wrong octet at the end of the second of three fragments", 12, 13));
        add(Case.of(
                "6.4.3",
                "wrong character in the second part of one frame",
                script -> script.send(open.part(0, 11))
                        .quiet()
                        .send(open.part(11, 15))
                        .fails(1007)));
        add(Case.of(
                "6.4.4",
                "wrong octet at the end of the second part",
                script -> script.send(open.part(0, 12))
                        .quiet()
                        .send(open.part(12, 13))
                        .fails(1007)));
    }

    private static Case inTwoFrames(String number, String title, int first, int second) {
        Frame one = text(TOO_HIGH.slice(0, first)).more();
        Frame two =
                Frame.of(RawFrame.CONTINUATION, TOO_HIGH.slice(first, second)).more();
        return Case.of(
                number, title, script -> script.send(one).quiet().send(two).fails(1007));
    }

    private void sequences() {
        subgroup(5, "some characters", GOOD, hello("24"), hello("c2a2"), hello("e282ac"), hello("f0a4ada2"), GREEK);
        prefixes();
        subgroup(7, "first of its length", GOOD, "00", "c280", "e0a080", "f0908080");
        subgroup(8, "first of 5 and 6 octets", BAD, "f888808080", "fc8480808080");
        subgroup(9, "last of its length", GOOD, "7f", "dfbf", "efbfbf", "f48fbfbf");
        subgroup(10, "last of 4, 5 and 6 octets", BAD, "f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf");
        subgroup(11, "beside a boundary", GOOD, "ed9fbf", "ee8080", "efbfbd", "f48fbfbf");
        sequence(11, 5, "beside a boundary", BAD, Payload.hex("f4908080"));
        loneContinuations();
        loneStarts();
        lastOctetMissing();
        subgroup(16, "impossible octets", BAD, "fe", "ff", "fefeffff");
        subgroup(17, "overlong slash", BAD, "c0af", "e080af", "f08080af", "f8808080af", "fc80808080af");
        subgroup(18, "longest overlong", BAD, "c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf");
        subgroup(19, "overlong NUL", BAD, "c080", "e08080", "f0808080", "f880808080", "fc8080808080");
        String[] surrogates = {"eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"};
        subgroup(20, "a surrogate", BAD, surrogates);
        surrogatePairs();
        nonCharacters();
    }

    /** Only those that end where a character ends are text. */
    private void prefixes() {
        List<Integer> ends = List.of(2, 5, 7, 9, 11);
        for (int length = 1; length <= GREEK.length(); length++) {
            sequence(6, length, "a prefix", ends.contains(length), GREEK.slice(0, length));
        }
    }

    private void loneContinuations() {
        for (int length = 1; length <= 7; length++) {
            // 6.12.1 and 6.12.2 are one octet each, 80 and bf; the next ones alternate between the two.
            String hex =
                    length == 1 ? "80" : length == 2 ? "bf" : "80bf".repeat(3).substring(0, 2 * (length - 1));
            sequence(12, length, "lone continuations", BAD, Payload.hex(hex));
        }
        sequence(12, 8, "lone continuations", BAD, octets(0x80, 0xbe, ""));
    }

    private void loneStarts() {
        int[][] ranges = {{0xc0, 0xde}, {0xe0, 0xee}, {0xf0, 0xf6}, {0xf8, 0xfa}, {0xfc, 0xfc}};
        for (int i = 0; i < ranges.length; i++) {
            sequence(13, i + 1, "lone starts", BAD, octets(ranges[i][0], ranges[i][1], "20"));
        }
    }

    private void lastOctetMissing() {
        String[] cut = {
            "c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"
        };
        subgroup(14, "the last octet missing", BAD, cut);
        subgroup(15, "all of those in a row", BAD, String.join("", cut));
    }

    private void surrogatePairs() {
        int index = 1;
        for (String high : List.of("eda080", "edadbf", "edae80", "edafbf")) {
            for (String low : List.of("edb080", "edbfbf")) {
                sequence(21, index++, "a pair of surrogates", BAD, Payload.hex(high + low));
            }
        }
    }

    /** U+FFFE and U+FFFF of each plane are no characters, but they are UTF-8; so are U+FFF9 to U+FFFF. */
    private void nonCharacters() {
        for (int plane = 0; plane <= 16; plane++) {
            for (int last = 0xfffe; last <= 0xffff; last++) {
                Payload payload = Payload.text(Character.toString(plane << 16 | last));
                sequence(22, 2 * plane + last - 0xfffd, "a non-character", GOOD, payload);
            }
        }
        for (int special = 0xfff9; special <= 0xffff; special++) {
            sequence(23, special - 0xfff8, "a special", GOOD, Payload.text(Character.toString(special)));
        }
    }

    private void subgroup(int subgroup, String title, boolean good, String... hex) {
        for (int i = 0; i < hex.length; i++) {
            sequence(subgroup, i + 1, title, good, Payload.hex(hex[i]));
        }
    }

    private void subgroup(int subgroup, String title, boolean good, Payload... payloads) {
        for (int i = 0; i < payloads.length; i++) {
            sequence(subgroup, i + 1, title, good, payloads[i]);
        }
    }

    private void sequence(int subgroup, int index, String title, boolean good, Payload payload) {
        String number = "6." + subgroup + "." + index;
        String named = (good ? "UTF-8: " : "not UTF-8: ") + title;
        add(Case.of(number, named, script -> {
            script.send(text(payload));
            if (good) {
                script.expectText(payload).closeNormally();
            } else {
                script.fails(1007);
            }
        }));
    }

    private static Case echoed(String number, String title, String expected, Frame... frames) {
        return Case.of(
                number,
                title,
                script -> script.send(frames).expectText(expected).closeNormally());
    }

    private static Case inOctets(String number, String title, Payload payload) {
        List<Frame> frames = FragmentCases.fragments(RawFrame.TEXT, payload, 1);
        return Case.of(
                number,
                title,
                script -> script.send(Step.Send.JOINED, frames)
                        .expectText(payload)
                        .closeNormally());
    }

    private static Payload hello(String hex) {
        return Payload.join(Payload.text("hello"), Payload.hex(hex), Payload.text("world"));
    }

    /** The octets from first to last, each followed by the same. */
    private static Payload octets(int first, int last, String followed) {
        StringBuilder hex = new StringBuilder();
        for (int octet = first; octet <= last; octet++) {
            hex.append(Integer.toHexString(octet)).append(followed);
        }
        return Payload.hex(hex.toString());
    }
}
