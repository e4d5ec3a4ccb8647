package dev.gibbon.testkit.autobahn;

import static dev.gibbon.testkit.RawFrame.BINARY;
import static dev.gibbon.testkit.RawFrame.CLOSE;
import static dev.gibbon.testkit.RawFrame.CONTINUATION;
import static dev.gibbon.testkit.RawFrame.PING;
import static dev.gibbon.testkit.RawFrame.PONG;
import static dev.gibbon.testkit.RawFrame.TEXT;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** An echo in memory that takes octet after octet and has at most one flaw: the cases are tried on it. For one thread. */
final class FlawedEcho implements Subject {
    private static final Payload NOTHING = Payload.EMPTY;

    private final Flaw flaw;
    private final boolean server;
    private final FrameEncoder encoder;
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final Deque<ByteBuffer> out = new ArrayDeque<>();
    private final List<Payload> fragments = new ArrayList<>();
    private final List<Frame> waiting = new ArrayList<>();
    private Utf8Octets text = new Utf8Octets();
    private byte[] head = new byte[0];
    private byte[] payload = new byte[0];
    private int taken;
    private int messageType;
    private int outBefore;
    private boolean textBroken;
    private boolean oneFrameTaken;
    private boolean controlOpen;
    private boolean frameIsBad;
    private boolean closeSent;
    private boolean deaf;
    private boolean ended;

    FlawedEcho(Flaw flaw, boolean server) {
        this.flaw = flaw;
        this.server = server;
        this.encoder = new FrameEncoder(!server, 1);
    }

    @Override
    public boolean isServer() {
        return server;
    }

    @Override
    public void send(byte[] octets, int from, int to) {
        outBefore = out.size();
        oneFrameTaken = false;
        if (has(Flaw.PIECE_TAKEN_FOR_A_FRAME)) {
            startFrame();
        }
        for (int i = from; i < to && !deaf && !oneFrameTaken; i++) {
            take(octets[i] & 255);
        }
        flushPong();
    }

    @Override
    public int receive(ByteBuffer into, Duration patience) throws IOException {
        ByteBuffer first = out.peek();
        if (first == null) {
            if (ended && has(Flaw.CONNECTION_RESET)) {
                throw new IOException("connection reset");
            }
            return ended && !has(Flaw.CONNECTION_LEFT_OPEN) ? -1 : 0;
        }
        int count = Math.min(first.remaining(), into.remaining());
        into.put(into.position(), first, first.position(), count);
        into.position(into.position() + count);
        first.position(first.position() + count);
        if (!first.hasRemaining()) {
            out.remove();
        }
        return count;
    }

    @Override
    public void finish() {
        ended = true;
    }

    private boolean has(Flaw one) {
        return flaw == one;
    }

    private void startFrame() {
        header.reset();
        head = new byte[0];
    }

    private void take(int octet) {
        if (head.length == 0) {
            header.write(octet);
            byte[] begun = header.toByteArray();
            if (begun.length < 2 || begun.length < 2 + lengthOctets(begun) + (server ? 4 : 0)) {
                return;
            }
            head = begun;
            payload = new byte[length()];
            taken = 0;
            judgeHead();
        } else {
            int key = server ? head[head.length - 4 + (taken & 3)] : 0;
            payload[taken++] = (byte) (octet ^ key);
            judgeText((octet ^ key) & 255);
        }
        if (taken == payload.length && head.length > 0 && !deaf) {
            endFrame();
            oneFrameTaken = has(Flaw.PIECE_TAKEN_FOR_A_FRAME);
        }
    }

    private static int lengthOctets(byte[] begun) {
        int field = begun[1] & 0x7f;
        return field <= 125 ? 0 : field == 126 ? 2 : 8;
    }

    private int length() {
        ByteBuffer begun = ByteBuffer.wrap(head);
        int octets = lengthOctets(head);
        return octets == 0 ? head[1] & 0x7f : octets == 2 ? begun.getShort(2) & 0xffff : begun.getInt(6);
    }

    private int opcode() {
        return head[0] & 15;
    }

    private boolean fin() {
        return head[0] < 0;
    }

    private void judgeHead() {
        int opcode = opcode();
        boolean control = opcode >= CLOSE;
        if ((head[0] & 0x70) != 0 && !has(Flaw.RESERVED_BITS_ACCEPTED)) {
            fail(1002);
        } else if (isUnknown(opcode)) {
            if (!has(Flaw.UNKNOWN_OPCODES_SKIPPED)) {
                fail(1002);
            }
        } else if (control && payload.length > 125 && !has(Flaw.LONG_CONTROL_FRAMES_ACCEPTED)) {
            fail(1002);
        } else if (control && !fin() && !has(Flaw.FRAGMENTED_CONTROL_FRAMES_ACCEPTED)) {
            fail(1002);
        } else if (!control) {
            judgeSequence(opcode);
        }
    }

    private static boolean isUnknown(int opcode) {
        return opcode > PONG || (opcode > BINARY && opcode < CLOSE);
    }

    private void judgeSequence(int opcode) {
        if (opcode != CONTINUATION) {
            if (messageType != 0 && !has(Flaw.TEXT_INSIDE_A_MESSAGE_ACCEPTED) && !has(Flaw.SEQUENCE_UNCHECKED)) {
                fail(1002);
                return;
            }
            messageType = opcode;
            text = new Utf8Octets();
            textBroken = false;
        } else if (messageType == 0) {
            if (!mayContinueNothing()) {
                fail(1002);
                return;
            }
            messageType = BINARY;
        }
        if (has(Flaw.TEXT_CHECKED_FRAME_BY_FRAME)) {
            text = new Utf8Octets();
        }
    }

    private boolean mayContinueNothing() {
        return controlOpen || has(Flaw.CONTINUATION_OF_NOTHING_ACCEPTED) || has(Flaw.SEQUENCE_UNCHECKED);
    }

    private void judgeText(int octet) {
        if (opcode() < CLOSE
                && messageType == TEXT
                && !has(Flaw.TEXT_NEVER_CHECKED)
                && (!text.take(octet) || (octet > 127 && has(Flaw.NOT_ASCII_REFUSED)))) {
            if (has(Flaw.TEXT_CHECKED_AT_THE_END_ONLY)) {
                textBroken = true;
            } else {
                fail(1007);
            }
        }
    }

    private void endFrame() {
        Payload whole = Payload.of(payload);
        int opcode = opcode();
        boolean fin = fin();
        controlOpen = opcode >= CLOSE && !fin && !frameIsBad;
        startFrame();
        if (frameIsBad) {
            frameIsBad = false;
            return;
        }
        switch (opcode) {
            case CLOSE -> close(whole);
            case PING -> ping(whole);
            case PONG -> {
                if (has(Flaw.PONGS_ANSWERED)) {
                    write(Frame.of(PONG, whole));
                }
            }
            case CONTINUATION, TEXT, BINARY -> data(whole, fin);
            default -> {}
        }
    }

    private void data(Payload fragment, boolean fin) {
        boolean characterOpen = messageType == TEXT && !has(Flaw.TEXT_NEVER_CHECKED) && !text.isComplete();
        if ((characterOpen && (fin || has(Flaw.TEXT_CHECKED_FRAME_BY_FRAME))) || (textBroken && fin)) {
            fail(1007);
            return;
        }
        fragments.add(has(Flaw.FRAGMENTS_REVERSED) ? 0 : fragments.size(), fragment);
        if (fin || has(Flaw.FRAGMENTS_ANSWERED_ONE_BY_ONE)) {
            Payload message = Payload.join(fragments.toArray(Payload[]::new));
            fragments.clear();
            echo(messageType, message);
        }
        if (fin) {
            messageType = 0;
            waiting.forEach(this::write);
            waiting.clear();
        }
    }

    private void echo(int type, Payload message) {
        int length = message.length();
        if (length == 0 && has(Flaw.EMPTY_MESSAGES_SWALLOWED)) {
            return;
        }
        if (has(Flaw.LAST_OCTET_LOST)) {
            length = Math.max(0, length - 1);
        } else if (has(Flaw.LARGE_MESSAGES_CUT)) {
            length = Math.min(length, 0xffff);
        }
        write(Frame.of(has(Flaw.TYPE_FORGOTTEN) ? TEXT : type, message.slice(0, length)));
    }

    private void ping(Payload asked) {
        if (has(Flaw.PINGS_UNANSWERED)) {
            return;
        }
        Frame pong = Frame.of(PONG, has(Flaw.PONG_PAYLOAD_REVERSED) ? reversed(asked) : asked);
        if (has(Flaw.PONG_OF_THE_LAST_PING_ONLY)) {
            waiting.clear();
            waiting.add(pong);
        } else if (has(Flaw.PONG_WAITS_FOR_THE_MESSAGE) && messageType != 0) {
            waiting.add(pong);
        } else {
            write(pong);
        }
    }

    private void flushPong() {
        if (has(Flaw.PONG_OF_THE_LAST_PING_ONLY) && !closeSent) {
            waiting.forEach(this::write);
            waiting.clear();
        }
    }

    private static Payload reversed(Payload payload) {
        byte[] octets = payload.toArray();
        for (int i = 0; i < octets.length; i++) {
            octets[i] = payload.at(octets.length - 1 - i);
        }
        return Payload.of(octets);
    }

    private void close(Payload body) {
        int code = body.length() < 2 ? 0 : (body.at(0) & 255) << 8 | (body.at(1) & 255);
        if (body.length() == 1) {
            refuse(Flaw.CLOSE_OF_ONE_OCTET_ACCEPTED, 1000, 1002);
        } else if (body.length() > 0 && !isText(body.slice(2, body.length()))) {
            refuse(Flaw.CLOSE_REASON_UNCHECKED, code, 1007);
        } else if (body.length() > 0 && !mayBeSent(code)) {
            refuse(Flaw.CLOSE_CODE_UNCHECKED, 1000, 1002);
        } else if (flaw != Flaw.NONE && has(refusedWith(body.length(), code))) {
            answer(1002);
        } else {
            answer(has(Flaw.CLOSE_ANSWERED_WITH_ANOTHER_CODE) ? 1014 : code);
        }
    }

    private void refuse(Flaw accepting, int accepted, int code) {
        if (has(accepting)) {
            answer(accepted);
        } else {
            fail(code);
        }
    }

    /** The flaw that refuses this Close, which is all right. */
    private static Flaw refusedWith(int length, int code) {
        return length == 0
                ? Flaw.CLOSE_WITHOUT_CODE_REFUSED
                : length > 2
                        ? Flaw.CLOSE_WITH_REASON_REFUSED
                        : code >= 3000 ? Flaw.CLOSE_CODES_OF_APPLICATIONS_REFUSED : Flaw.NONE;
    }

    private static boolean isText(Payload reason) {
        Utf8Octets judged = new Utf8Octets();
        for (int i = 0; i < reason.length(); i++) {
            if (!judged.take(reason.at(i) & 255)) {
                return false;
            }
        }
        return judged.isComplete();
    }

    private static boolean mayBeSent(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }

    private void fail(int code) {
        if (has(Flaw.FAILURE_DROPS_WHAT_CAME_BEFORE)) {
            while (out.size() > outBefore) {
                out.removeLast();
            }
        }
        answer(has(Flaw.FAILURE_HAS_THE_WRONG_CODE) ? 1014 : code);
        deaf = !has(Flaw.FAILURE_IS_NOT_THE_END);
        frameIsBad = true;
    }

    /** Sends our Close, without a code for 0, and listens no more. */
    private void answer(int code) {
        deaf = !has(Flaw.FRAMES_AFTER_CLOSE_ANSWERED);
        ended |= server;
        if ((closeSent && !has(Flaw.FRAMES_AFTER_CLOSE_ANSWERED)) || has(Flaw.CLOSE_NEVER_SENT)) {
            return;
        }
        closeSent = true;
        write(code == 0 ? Frame.of(CLOSE, NOTHING) : Frame.close(code));
        if (has(Flaw.SOMETHING_AFTER_CLOSE)) {
            write(Frame.of(PING, NOTHING));
        }
    }

    private void write(Frame frame) {
        out.add(ByteBuffer.wrap(encoder.encode(frame)));
    }
}
