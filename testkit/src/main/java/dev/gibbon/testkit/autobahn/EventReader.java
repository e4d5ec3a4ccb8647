package dev.gibbon.testkit.autobahn;

import dev.gibbon.testkit.RawFrame;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what a subject sends and holds it to the whole of RFC 6455, section 5: an echo with the right octets in a wrong frame
 * is wrong. For one thread.
 */
final class EventReader {
    private final Subject subject;
    private final Input input = new Input();
    private Duration patience = Duration.ZERO;

    EventReader(Subject subject) {
        this.subject = subject;
    }

    /** The next event; throws when it does not come. What was expected is for the message. */
    Event next(Duration waiting, Object expected) throws Deviation, IOException {
        patience = waiting;
        try {
            return next();
        } catch (EOFException ended) {
            throw new Deviation("the connection ended, expected " + expected);
        } catch (Silence silence) {
            throw new Deviation("nothing came, expected " + expected);
        }
    }

    /** Whether something comes, were it half a frame: how many octets, 0 for none in time, -1 when the connection ended. */
    int waitForAny(Duration waiting) throws IOException {
        patience = waiting;
        try {
            return input.fill();
        } catch (Silence silence) {
            return 0;
        }
    }

    private Event next() throws Deviation, IOException {
        RawFrame frame = read();
        Payload payload = Payload.of(frame.payload());
        return switch (frame.opcode()) {
            case RawFrame.CLOSE -> close(frame, payload);
            case RawFrame.PING -> new Event.Ping(payload);
            case RawFrame.PONG -> new Event.Pong(payload);
            case RawFrame.TEXT, RawFrame.BINARY -> message(frame, payload);
            default -> throw new Deviation("a continuation of nothing");
        };
    }

    private RawFrame read() throws Deviation, IOException {
        RawFrame frame = RawFrame.read(input);
        int opcode = frame.opcode();
        boolean control = opcode >= RawFrame.CLOSE;
        require(frame.rsv() == 0, "reserved bits " + frame.rsv());
        require(opcode <= RawFrame.BINARY || (control && opcode <= RawFrame.PONG), "opcode " + opcode);
        require(
                frame.key().isPresent() != subject.isServer(),
                subject.isServer() ? "a masked frame" : "an unmasked frame");
        require(frame.isMinimal(), "a length that is not in its shortest form");
        require(!control || frame.fin(), "a control frame without FIN");
        require(!control || frame.payload().length <= 125, "a control frame above 125 octets");
        return frame;
    }

    /** Joins the fragments; no case lets a subject put a control frame between them. */
    private Event message(RawFrame first, Payload payload) throws Deviation, IOException {
        boolean text = first.opcode() == RawFrame.TEXT;
        if (first.fin()) {
            return new Event.Message(text, payload);
        }
        List<Payload> fragments = new ArrayList<>(List.of(payload));
        RawFrame frame;
        do {
            frame = read();
            require(frame.opcode() == RawFrame.CONTINUATION, "opcode " + frame.opcode() + " inside a message");
            fragments.add(Payload.of(frame.payload()));
        } while (!frame.fin());
        return new Event.Message(text, Payload.join(fragments.toArray(Payload[]::new)));
    }

    private static Event close(RawFrame frame, Payload body) throws Deviation {
        if (body.length() == 0) {
            return new Event.Close(Event.Close.NO_CODE, body);
        }
        require(body.length() > 1, "a close frame with 1 octet");
        int code = frame.closeCode();
        boolean defined = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
        require(defined || (code >= 3000 && code <= 4999), "a close frame with code " + code);
        Payload reason = body.slice(2, body.length());
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(reason.toArray()));
        } catch (CharacterCodingException e) {
            throw new Deviation("a close reason that is not UTF-8: " + reason);
        }
        return new Event.Close(code, reason);
    }

    private static void require(boolean condition, String finding) throws Deviation {
        if (!condition) {
            throw new Deviation("the subject sent " + finding);
        }
    }

    /** Nothing came in time. */
    private static final class Silence extends IOException {
        private static final long serialVersionUID = 1;
    }

    private final class Input extends InputStream {
        private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024).limit(0);

        /** How many octets lie ready, at least one unless the connection ended: -1. */
        int fill() throws IOException {
            if (!buffer.hasRemaining()) {
                int count = subject.receive(buffer.clear(), patience);
                buffer.flip();
                if (count <= 0) {
                    return end(count);
                }
            }
            return buffer.remaining();
        }

        private static int end(int count) throws Silence {
            if (count == 0) {
                throw new Silence();
            }
            return -1;
        }

        @Override
        public int read() throws IOException {
            return fill() < 0 ? -1 : buffer.get() & 255;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count = Math.min(fill(), length);
            if (count > 0) {
                buffer.get(into, offset, count);
            }
            return count;
        }
    }
}
