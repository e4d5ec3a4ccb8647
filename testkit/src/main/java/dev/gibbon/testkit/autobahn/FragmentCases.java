package dev.gibbon.testkit.autobahn;

import static dev.gibbon.testkit.autobahn.Frame.continuation;
import static dev.gibbon.testkit.autobahn.Frame.ping;
import static dev.gibbon.testkit.autobahn.Frame.text;

import dev.gibbon.testkit.RawFrame;
import java.util.ArrayList;
import java.util.List;

/** Group 5: fragmented messages, control frames between the fragments, and fragments out of order. */
final class FragmentCases {
    private static final int[] CUTS = {Step.Send.JOINED, Step.Send.APART, 1};
    private static final String[] HOW = {"", ", frame by frame", ", octet by octet"};
    private static final String NOTHING_OPEN = "non-continuation payload";

    private FragmentCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.add(refused("5.1", "ping in two fragments", ping("fragment1").more(), continuation("fragment2")));
        cases.add(
                refused("5.2", "pong in two fragments", Frame.pong("fragment1").more(), continuation("fragment2")));
        for (int i = 0; i < 3; i++) {
            cases.add(twoFragments("5." + (3 + i), "text in two fragments" + HOW[i], CUTS[i]));
        }
        for (int i = 0; i < 3; i++) {
            cases.add(pingBetween("5." + (6 + i), "text in two fragments, a ping between them" + HOW[i], CUTS[i]));
        }
        for (int i = 0; i < 3; i++) {
            cases.add(nothingToContinue("5." + (9 + i), "last continuation of nothing, text" + HOW[i], CUTS[i], true));
        }
        for (int i = 0; i < 3; i++) {
            cases.add(nothingToContinue("5." + (12 + i), "continuation of nothing, text" + HOW[i], CUTS[i], false));
        }
        cases.add(Case.of(
                "5.15",
                "text in two fragments, continuation of nothing, text",
                script -> script.send(
                                text("fragment1").more(),
                                continuation("fragment2"),
                                continuation("fragment3").more(),
                                text("fragment4"))
                        .expectText("fragment1fragment2")
                        .fails(1002)));
        cases.add(twice("5.16", "continuation of nothing, text in two fragments, twice", false));
        cases.add(twice("5.17", "last continuation of nothing, text in two fragments, twice", true));
        cases.add(refused(
                "5.18", "two fragments that both say text", text("fragment1").more(), text("fragment2")));
        cases.add(fiveFragments("5.19", "text in five fragments, pings between them, in two goes", Step.Send.JOINED));
        cases.add(fiveFragments("5.20", "the same, frame by frame", Step.Send.APART));
        return cases;
    }

    private static Case refused(String number, String title, Frame... frames) {
        return Case.of(number, title, script -> script.send(frames).fails(1002));
    }

    private static Case twoFragments(String number, String title, int cut) {
        List<Frame> frames = List.of(text("fragment1").more(), continuation("fragment2"));
        return Case.of(
                number,
                title,
                script -> script.send(cut, frames)
                        .expectText("fragment1fragment2")
                        .closeNormally());
    }

    private static Case pingBetween(String number, String title, int cut) {
        List<Frame> frames = List.of(text("fragment1").more(), ping("ping payload"), continuation("fragment2"));
        return Case.of(
                number,
                title,
                script -> script.send(cut, frames)
                        .expectPong("ping payload")
                        .expectText("fragment1fragment2")
                        .closeNormally());
    }

    private static Case nothingToContinue(String number, String title, int cut, boolean fin) {
        Frame stray =
                fin ? continuation(NOTHING_OPEN) : continuation(NOTHING_OPEN).more();
        return Case.of(
                number,
                title,
                script ->
                        script.send(cut, List.of(stray, text("Hello, world!"))).fails(1002));
    }

    private static Case twice(String number, String title, boolean fin) {
        Frame stray =
                fin ? continuation("fragment1") : continuation("fragment1").more();
        Frame[] once = {stray, text("fragment2").more(), continuation("fragment3")};
        return Case.of(number, title, script -> script.send(once).send(once).fails(1002));
    }

    private static Case fiveFragments(String number, String title, int cut) {
        List<Frame> firstGo =
                List.of(text("fragment1").more(), continuation("fragment2").more(), ping("pongme 1!"));
        List<Frame> secondGo = List.of(
                continuation("fragment3").more(),
                continuation("fragment4").more(),
                ping("pongme 2!"),
                continuation("fragment5"));
        return Case.of(
                number,
                title,
                script -> script.send(cut, firstGo)
                        .expectPong("pongme 1!")
                        .quiet()
                        .send(cut, secondGo)
                        .expectPong("pongme 2!")
                        .expectText("fragment1fragment2fragment3fragment4fragment5")
                        .closeNormally());
    }

    /**
     * A data message in frames of so many octets. As the suite does it: a payload that fits is one frame, and one that is a
     * multiple of the size ends with an empty frame.
     */
    static List<Frame> fragments(int opcode, Payload payload, int size) {
        if (payload.length() <= size) {
            return List.of(Frame.of(opcode, payload));
        }
        List<Frame> frames = new ArrayList<>();
        for (int from = 0; from <= payload.length(); from += size) {
            int to = Math.min(from + size, payload.length());
            Frame frame = Frame.of(from == 0 ? opcode : RawFrame.CONTINUATION, payload.slice(from, to));
            boolean last = from + size > payload.length();
            frames.add(last ? frame : frame.more());
        }
        return frames;
    }
}
