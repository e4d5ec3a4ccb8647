package dev.gibbon.testkit.autobahn;

import static dev.gibbon.testkit.autobahn.Frame.close;
import static dev.gibbon.testkit.autobahn.Frame.continuation;
import static dev.gibbon.testkit.autobahn.Frame.ping;
import static dev.gibbon.testkit.autobahn.Frame.text;

import dev.gibbon.testkit.RawFrame;
import java.util.ArrayList;
import java.util.List;

/** Group 7: the closing handshake, what comes after a Close, and the codes and reasons in it. */
final class CloseCases {
    private static final String HELLO = "Hello World!";
    private static final int[] VALID_CODES = {
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999
    };
    private static final int[] INVALID_CODES = {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999};
    private static final Frame NO_CODE = Frame.of(RawFrame.CLOSE, Payload.EMPTY);

    private CloseCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.add(Case.of(
                "7.1.1",
                "text, then close",
                script -> script.send(text(HELLO)).expectText(HELLO).closeNormally()));
        cases.add(closed("7.1.2", "two closes", close(1000), NO_CODE));
        cases.add(closed("7.1.3", "close, then a ping", close(1000), ping("")));
        cases.add(closed("7.1.4", "close, then text", close(1000), text(HELLO)));
        cases.add(closed(
                "7.1.5",
                "close between two fragments",
                text("fragment1").more(),
                close(1000),
                continuation("fragment2")));
        cases.add(Case.informational("7.1.6", "256 KiB of text, text, close, ping", CloseCases::closeAfterMuch));

        cases.add(Case.of(
                "7.3.1", "close without a code", script -> script.send(NO_CODE).closed(Event.Close.NO_CODE)));
        cases.add(refused("7.3.2", "close with a payload of 1 octet", Frame.of(RawFrame.CLOSE, Payload.text("a"))));
        cases.add(closed("7.3.3", "close with a code", close(1000)));
        cases.add(closed("7.3.4", "close with a code and a reason", close(1000, Payload.text(HELLO))));
        cases.add(closed("7.3.5", "close with a reason of 123 octets", close(1000, stars(123))));
        cases.add(refused("7.3.6", "close with a reason of 124 octets", close(1000, stars(124))));

        Payload notUtf8 = Payload.hex("ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64");
        cases.add(Case.of(
                "7.5.1",
                "close with a reason that is not UTF-8",
                script -> script.send(close(1000, notUtf8)).closed(1007)));

        for (int i = 0; i < VALID_CODES.length; i++) {
            int code = VALID_CODES[i];
            // RFC 6455, 5.5.1: "When sending a Close frame in response, the endpoint typically echos the status code it
            // received."
            cases.add(Case.of(
                    "7.7." + (i + 1),
                    "close with code " + code,
                    script -> script.send(close(code)).closed(code)));
        }
        for (int i = 0; i < INVALID_CODES.length; i++) {
            int code = INVALID_CODES[i];
            cases.add(refused("7.9." + (i + 1), "close with code " + code, close(code)));
        }
        // RFC 6455, 7.4.2, defines nothing from 5000 up; the suite accepts whatever happens, we want 1002.
        cases.add(Case.informational(
                "7.13.1",
                "close with code 5000",
                script -> script.send(close(5000)).closed(1002)));
        cases.add(Case.informational(
                "7.13.2",
                "close with code 65535",
                script -> script.send(close(65_535)).closed(1002)));
        return cases;
    }

    /** A good Close among the frames: it is answered, what follows it is not. */
    private static Case closed(String number, String title, Frame... frames) {
        return Case.of(number, title, script -> script.send(frames).closed(1000));
    }

    private static Case refused(String number, String title, Frame close) {
        return Case.of(number, title, script -> script.send(close).closed(1002));
    }

    /** The suite lets the Close overtake the messages; we want what came before it answered first. */
    private static void closeAfterMuch(Script script) {
        Payload much = Payload.repeat(Payload.text("BAsd7&jh23"), 256 * 1024);
        script.send(text(much), text(HELLO), close(1000), ping(""))
                .expect(new Event.Message(true, much))
                .expect(new Event.Message(true, Payload.text(HELLO)))
                .closed(1000);
    }

    private static Payload stars(int length) {
        return Payload.repeat(Payload.text("*"), length);
    }
}
