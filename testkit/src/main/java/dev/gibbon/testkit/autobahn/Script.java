package dev.gibbon.testkit.autobahn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes the steps of one case, in order; the last call is one of the three that end it. For one thread. */
final class Script {
    private static final int NORMAL = 1000;

    private final List<Step> steps = new ArrayList<>();

    /** Sends frames in one piece, together with what is sent just before and after. */
    Script send(Frame... frames) {
        return send(Step.Send.JOINED, Arrays.asList(frames));
    }

    /** Sends each frame in a piece of its own. */
    Script sendApart(Frame... frames) {
        return send(Step.Send.APART, Arrays.asList(frames));
    }

    /** Sends each frame in pieces of so many octets. */
    Script sendChopped(int octets, Frame... frames) {
        return send(octets, Arrays.asList(frames));
    }

    Script send(int cut, List<Frame> frames) {
        steps.add(new Step.Send(List.copyOf(frames), cut));
        return this;
    }

    Script expectText(Payload payload) {
        return expect(new Event.Message(true, payload));
    }

    Script expectText(String payload) {
        return expectText(Payload.text(payload));
    }

    Script expectPong(Payload payload) {
        return expect(new Event.Pong(payload));
    }

    Script expectPong(String payload) {
        return expectPong(Payload.text(payload));
    }

    Script expect(Event event) {
        steps.add(new Step.Expect(event));
        return this;
    }

    Script quiet() {
        steps.add(new Step.Quiet());
        return this;
    }

    /** We close with 1000, and so does the subject. */
    void closeNormally() {
        send(Frame.close(NORMAL));
        closed(NORMAL);
    }

    /** Our Close was among the frames sent; the subject's comes, with this code. */
    void closed(int code) {
        steps.add(new Step.End(code, true));
    }

    /** The subject fails the connection with this code, of its own accord. */
    void fails(int code) {
        steps.add(new Step.End(code, false));
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }
}
