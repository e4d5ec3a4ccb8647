package dev.gibbon.testkit.autobahn;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs one case against one subject and judges what came back: exactly the expected messages and pongs, in order, then a
 * Close with the expected code, then nothing but the end of the connection. For one thread, for one case.
 */
public final class Referee {
    /** For what must come: generous, because a slow machine is no fault. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For the end after both Closes: less than the close timeout of a subject on trial, which must not need to wait. */
    public static final Duration END = Duration.ofSeconds(20);

    /** For what must not come. */
    private static final Duration SILENCE = Duration.ofMillis(60);

    private final Case one;
    private final Cutting cutting;
    private final Subject subject;
    private final FrameEncoder encoder;
    private final EventReader reader;
    private Volley volley;

    private Referee(Case one, Cutting cutting, Subject subject) {
        this.one = one;
        this.cutting = cutting;
        this.subject = subject;
        this.encoder = new FrameEncoder(subject.isServer(), one.number().hashCode());
        this.reader = new EventReader(subject);
        this.volley = new Volley(encoder);
    }

    /** Runs a case to its end, or to the first thing that is wrong. */
    public static Verdict judge(Case one, Cutting cutting, Subject subject) {
        return new Referee(one, cutting, subject).run();
    }

    private Verdict run() {
        List<Step> steps = one.steps();
        int number = 0;
        try {
            for (Step step : steps) {
                number++;
                take(step);
            }
            return Verdict.PASSED;
        } catch (Deviation deviation) {
            return failed(number, steps.size(), deviation.getMessage());
        } catch (IOException broken) {
            return failed(number, steps.size(), "the connection broke: " + broken);
        }
    }

    private Verdict failed(int step, int steps, @Nullable String finding) {
        return Verdict.failed(one + ", cut " + cutting + ", step " + step + " of " + steps + ": " + finding);
    }

    private void take(Step step) throws Deviation, IOException {
        if (step instanceof Step.Send send) {
            volley.add(send);
            return;
        }
        if (!volley.isEmpty()) {
            volley.sendTo(subject, cutting);
            volley = new Volley(encoder);
        }
        if (step instanceof Step.Expect expect) {
            expect(expect.event());
        } else if (step instanceof Step.End end) {
            end(end);
        } else {
            quiet();
        }
    }

    private void expect(Event expected) throws Deviation, IOException {
        Event event = reader.next(PATIENCE, expected);
        if (!event.equals(expected)) {
            throw new Deviation("expected " + expected + ", got " + event);
        }
    }

    private void quiet() throws Deviation, IOException {
        int count = reader.waitForAny(SILENCE);
        if (count != 0) {
            throw new Deviation(count < 0 ? "the connection ended too early" : "something came too early");
        }
    }

    private void end(Step.End end) throws Deviation, IOException {
        String expected = "a close with code " + end.code();
        Event event = reader.next(PATIENCE, expected);
        if (!(event instanceof Event.Close close) || close.code() != end.code()) {
            throw new Deviation("expected " + expected + ", got " + event);
        }
        if (!end.closeSent()) {
            Volley reply = new Volley(encoder);
            reply.add(new Step.Send(List.of(Frame.close(end.code())), Step.Send.JOINED));
            reply.sendTo(subject, Cutting.WHOLE);
        }
        if (subject.isServer()) {
            // RFC 6455, 7.1.1: "The underlying TCP connection, in most normal cases, SHOULD be closed first by the
            // server".
            requireEnd();
            subject.finish();
        } else {
            if (reader.waitForAny(SILENCE) > 0) {
                throw new Deviation("octets after the close frame");
            }
            subject.finish();
            requireEnd();
        }
    }

    private void requireEnd() throws Deviation, IOException {
        int count = reader.waitForAny(END);
        if (count == 0) {
            throw new Deviation("the connection did not end within " + END);
        }
        if (count > 0) {
            throw new Deviation("octets after the close frame");
        }
    }
}
