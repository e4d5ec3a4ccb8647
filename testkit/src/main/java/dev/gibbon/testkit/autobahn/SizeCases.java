package dev.gibbon.testkit.autobahn;

import dev.gibbon.testkit.RawFrame;
import java.util.ArrayList;
import java.util.List;

/** Groups 9 and 10: messages up to 16 MiB, in up to 65,537 fragments, in small chops, and a thousand small ones. */
final class SizeCases {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int[] MESSAGES = {64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB};
    private static final int[] FRAGMENTS = {64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB};
    private static final int[] CHOPS = {64, 128, 256, 512, 1024, 2048};
    private static final int[] SMALL = {0, 16, 64, 256, 1024, 4096};
    private static final int ROUND_TRIPS = 1000;

    private static final Payload STAR = Payload.text("*");
    private static final Payload FE = Payload.hex("fe");
    private static final Payload LETTERS = Payload.text("BAsd7&jh23");
    private static final Payload NOT_TEXT = Payload.hex("00 fe 23 fa f0");

    private SizeCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        large(cases, "9.1.", RawFrame.TEXT, LETTERS);
        large(cases, "9.2.", RawFrame.BINARY, NOT_TEXT);
        fragmented(cases, "9.3.", RawFrame.TEXT);
        fragmented(cases, "9.4.", RawFrame.BINARY);
        chopped(cases, "9.5.", RawFrame.TEXT, LETTERS);
        chopped(cases, "9.6.", RawFrame.BINARY, NOT_TEXT);
        roundTrips(cases, "9.7.", RawFrame.TEXT, STAR);
        roundTrips(cases, "9.8.", RawFrame.BINARY, FE);
        cases.add(Case.of(
                "10.1.1",
                "text of 65536 octets in fragments of 1300",
                script -> echoed(script, Step.Send.JOINED, RawFrame.TEXT, Payload.repeat(STAR, 64 * KIB), 1300)));
        return cases;
    }

    private static void large(List<Case> cases, String subgroup, int opcode, Payload pattern) {
        for (int i = 0; i < MESSAGES.length; i++) {
            int size = MESSAGES[i];
            cases.add(Case.of(
                    subgroup + (i + 1),
                    type(opcode) + " of " + size + " octets",
                    script -> echoed(script, Step.Send.JOINED, opcode, Payload.repeat(pattern, size), size)));
        }
    }

    private static void fragmented(List<Case> cases, String subgroup, int opcode) {
        for (int i = 0; i < FRAGMENTS.length; i++) {
            int size = FRAGMENTS[i];
            Payload pattern = opcode == RawFrame.BINARY && i == 0 ? FE : STAR;
            cases.add(Case.of(
                    subgroup + (i + 1),
                    type(opcode) + " of 4194304 octets in fragments of " + size,
                    script -> echoed(script, Step.Send.JOINED, opcode, Payload.repeat(pattern, 4 * MIB), size)));
        }
    }

    private static void chopped(List<Case> cases, String subgroup, int opcode, Payload pattern) {
        for (int i = 0; i < CHOPS.length; i++) {
            int chop = CHOPS[i];
            cases.add(Case.of(
                    subgroup + (i + 1),
                    type(opcode) + " of 1048576 octets, " + chop + " at a time",
                    script -> echoed(script, chop, opcode, Payload.repeat(pattern, MIB), MIB)));
        }
    }

    private static void echoed(Script script, int cut, int opcode, Payload payload, int fragment) {
        script.send(cut, FragmentCases.fragments(opcode, payload, fragment))
                .expect(new Event.Message(opcode == RawFrame.TEXT, payload))
                .closeNormally();
    }

    private static void roundTrips(List<Case> cases, String subgroup, int opcode, Payload pattern) {
        for (int i = 0; i < SMALL.length; i++) {
            int size = SMALL[i];
            String title = ROUND_TRIPS + " times " + type(opcode) + " of " + size + " octets, one after the other";
            cases.add(Case.of(subgroup + (i + 1), title, script -> {
                Payload payload = Payload.repeat(pattern, size);
                for (int n = 0; n < ROUND_TRIPS; n++) {
                    script.send(Frame.of(opcode, payload)).expect(new Event.Message(opcode == RawFrame.TEXT, payload));
                }
                script.closeNormally();
            }));
        }
    }

    private static String type(int opcode) {
        return opcode == RawFrame.TEXT ? "text" : "binary";
    }
}
