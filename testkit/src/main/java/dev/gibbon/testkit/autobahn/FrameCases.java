package dev.gibbon.testkit.autobahn;

import static dev.gibbon.testkit.autobahn.Frame.ping;
import static dev.gibbon.testkit.autobahn.Frame.pong;
import static dev.gibbon.testkit.autobahn.Frame.text;

import dev.gibbon.testkit.RawFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Groups 1 to 4: payload lengths, pings and pongs, reserved bits, reserved opcodes. */
final class FrameCases {
    private static final int[] LENGTHS = {0, 125, 126, 127, 128, 65_535, 65_536};
    private static final String HELLO = "Hello, world!";
    private static final Payload NOT_TEXT = Payload.hex("00 ff fe fd fc fb 00 ff");
    private static final Payload FE = Payload.hex("fe");

    private final List<Case> cases = new ArrayList<>();

    private FrameCases() {}

    static List<Case> all() {
        FrameCases group = new FrameCases();
        group.lengths(1, true, Payload.text("*"));
        group.lengths(2, false, FE);
        group.pings();
        group.pongs();
        group.reservedBits();
        group.reservedOpcodes("4.1", 3);
        group.reservedOpcodes("4.2", 11);
        return group.cases;
    }

    private void add(Case added) {
        cases.add(added);
    }

    private void lengths(int subgroup, boolean text, Payload pattern) {
        String type = text ? "text" : "binary";
        int opcode = text ? RawFrame.TEXT : RawFrame.BINARY;
        for (int i = 0; i < LENGTHS.length; i++) {
            int length = LENGTHS[i];
            add(Case.of("1." + subgroup + "." + (i + 1), type + " of " + length + " octets", script -> {
                Payload payload = Payload.repeat(pattern, length);
                script.send(Frame.of(opcode, payload))
                        .expect(new Event.Message(text, payload))
                        .closeNormally();
            }));
        }
        add(Case.of("1." + subgroup + ".8", type + " of 65536 octets, 997 at a time", script -> {
            Payload payload = Payload.repeat(pattern, 65_536);
            script.sendChopped(997, Frame.of(opcode, payload))
                    .expect(new Event.Message(text, payload))
                    .closeNormally();
        }));
    }

    private void pings() {
        answeredPing("2.1", "empty ping", Payload.EMPTY, Step.Send.JOINED);
        answeredPing("2.2", "ping with text", Payload.text(HELLO), Step.Send.JOINED);
        answeredPing("2.3", "ping with octets that are not UTF-8", NOT_TEXT, Step.Send.JOINED);
        answeredPing("2.4", "ping of 125 octets", Payload.repeat(FE, 125), Step.Send.JOINED);
        add(Case.of(
                "2.5",
                "ping of 126 octets",
                script -> script.send(ping(Payload.repeat(FE, 126))).fails(1002)));
        answeredPing("2.6", "ping of 125 octets, one at a time", Payload.repeat(FE, 125), 1);
    }

    private void answeredPing(String number, String title, Payload payload, int cut) {
        add(Case.of(
                number,
                title,
                script -> script.send(cut, List.of(ping(payload)))
                        .expectPong(payload)
                        .closeNormally()));
    }

    private void pongs() {
        String unasked = "unsolicited pong payload";
        add(Case.of(
                "2.7", "empty pong, unasked", script -> script.send(pong("")).closeNormally()));
        add(Case.of(
                "2.8",
                "pong with payload, unasked",
                script -> script.send(pong(unasked)).closeNormally()));
        add(Case.of(
                "2.9",
                "pong, unasked, then a ping",
                script -> script.send(pong(unasked), ping("ping payload"))
                        .expectPong("ping payload")
                        .closeNormally()));
        add(Case.of("2.10", "10 pings", script -> tenPings(script, Step.Send.JOINED)));
        add(Case.of("2.11", "10 pings, an octet at a time", script -> tenPings(script, 1)));
    }

    private static void tenPings(Script script, int cut) {
        List<String> payloads =
                IntStream.range(0, 10).mapToObj(i -> "payload-" + i).toList();
        script.send(cut, payloads.stream().map(Frame::ping).toList());
        payloads.forEach(script::expectPong);
        script.closeNormally();
    }

    private void reservedBits() {
        add(refused("3.1", "text with RSV 1", text(HELLO).reserved(1)));
        add(refusedSecond(
                "3.2",
                "text, text with RSV 2, ping",
                Step.Send.JOINED,
                text(HELLO).reserved(2)));
        add(refusedSecond(
                "3.3",
                "text, text with RSV 3, ping, apart",
                Step.Send.APART,
                text(HELLO).reserved(3)));
        add(refusedSecond(
                "3.4",
                "text, text with RSV 4, ping, octet by octet",
                1,
                text(HELLO).reserved(4)));
        add(refused("3.5", "binary with RSV 5", Frame.binary(NOT_TEXT).reserved(5)));
        add(refused(
                "3.6", "binary with RSV 6", Frame.binary(Payload.text(HELLO)).reserved(6)));
        add(refused(
                "3.7",
                "close with RSV 7",
                Frame.of(RawFrame.CLOSE, Payload.EMPTY).reserved(7)));
    }

    private void reservedOpcodes(String subgroup, int first) {
        Frame[] unknown = {
            Frame.of(first, Payload.EMPTY),
            Frame.of(first + 1, Payload.text("reserved opcode payload")),
            Frame.of(first + 2, Payload.EMPTY),
            Frame.of(first + 3, Payload.text(HELLO)),
            Frame.of(first + 4, Payload.text(HELLO))
        };
        String opcode = "opcode " + first;
        add(refused(subgroup + ".1", opcode + ", empty", unknown[0]));
        add(refused(subgroup + ".2", "opcode " + (first + 1) + " with payload", unknown[1]));
        add(refusedSecond(
                subgroup + ".3", "text, opcode " + (first + 2) + " empty, ping", Step.Send.JOINED, unknown[2]));
        add(refusedSecond(
                subgroup + ".4", "text, opcode " + (first + 3) + " with payload, ping", Step.Send.JOINED, unknown[3]));
        add(refusedSecond(
                subgroup + ".5", "text, opcode " + (first + 4) + " with payload, ping, octet by octet", 1, unknown[4]));
    }

    private static Case refused(String number, String title, Frame bad) {
        return Case.of(number, title, script -> script.send(bad).fails(1002));
    }

    /** What came whole before the bad frame is answered; what comes after it is not. */
    private static Case refusedSecond(String number, String title, int cut, Frame bad) {
        return Case.of(
                number,
                title,
                script -> script.send(cut, List.of(text(HELLO), bad, ping("")))
                        .expectText(HELLO)
                        .fails(1002));
    }
}
