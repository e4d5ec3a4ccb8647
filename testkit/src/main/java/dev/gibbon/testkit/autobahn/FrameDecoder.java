package dev.gibbon.testkit.autobahn;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a subject sent and holds it to the whole of RFC 6455, section 5: an echo with the right octets in a wrong frame
 * is wrong. Written apart from the library. For one thread.
 */
final class FrameDecoder {
    /** More than any case makes a subject send. */
    private static final int LARGEST = 64 << 20;

    private final boolean masked;
    private final ByteBuffer head = ByteBuffer.allocate(14);
    private final Queue<Event> events = new ArrayDeque<>();
    private final List<Payload> fragments = new ArrayList<>();
    private boolean textOpen;
    private boolean messageOpen;
    private boolean closed;

    private byte @Nullable [] payload;
    private int filled;

    /** A decoder of frames that must all be masked, or must none. */
    FrameDecoder(boolean masked) {
        this.masked = masked;
    }

    /** The next event that is complete, or null. */
    @Nullable
    Event poll() {
        return events.poll();
    }

    /** Whether something has come that {@link #poll} has not given yet, were it half a frame. */
    boolean holdsSomething() {
        return !events.isEmpty() || messageOpen || head.position() > 0;
    }

    void feed(ByteBuffer in) throws Deviation {
        while (in.hasRemaining()) {
            if (closed) {
                throw new Deviation(in.remaining() + " octets after the close frame");
            }
            if (payload == null) {
                head.put(in.get());
                if (headComplete()) {
                    payload = new byte[payloadLength()];
                    filled = 0;
                }
            }
            if (payload != null) {
                int count = Math.min(in.remaining(), payload.length - filled);
                in.get(payload, filled, count);
                filled += count;
                if (filled == payload.length) {
                    end(payload);
                    payload = null;
                    head.clear();
                }
            }
        }
    }

    private boolean headComplete() throws Deviation {
        int size = head.position();
        if (size == 1) {
            judgeFirst(head.get(0));
        }
        if (size < 2) {
            return false;
        }
        if (size == 2) {
            judgeSecond(head.get(1));
        }
        return size == 2 + lengthOctets() + (masked ? 4 : 0);
    }

    private void judgeFirst(int octet) throws Deviation {
        int opcode = octet & 15;
        require((octet & 0x70) == 0, "a reserved bit is set");
        require(opcode <= Frame.BINARY || (opcode >= Frame.CLOSE && opcode <= Frame.PONG), "opcode " + opcode);
        require(opcode < Frame.CLOSE || (octet & 0x80) != 0, "a control frame without FIN");
        if (opcode < Frame.CLOSE) {
            require((opcode == Frame.CONTINUATION) == messageOpen, "opcode " + opcode + " in the wrong place");
        }
    }

    private void judgeSecond(int octet) throws Deviation {
        require(
                ((octet & 0x80) != 0) == masked,
                masked ? "a client's frame without a mask" : "a server's frame is masked");
        require(opcode() < Frame.CLOSE || (octet & 0x7f) <= 125, "a control frame above 125 octets");
    }

    private int opcode() {
        return head.get(0) & 15;
    }

    private int lengthOctets() {
        int field = head.get(1) & 0x7f;
        return field <= 125 ? 0 : field == 126 ? 2 : 8;
    }

    private int payloadLength() throws Deviation {
        int octets = lengthOctets();
        long length = octets == 0 ? head.get(1) & 0x7f : octets == 2 ? head.getShort(2) & 0xffff : head.getLong(2);
        long least = octets == 0 ? 0 : octets == 2 ? 126 : 65_536;
        require(length >= least, "length " + length + " in " + octets + " octets is not the shortest form");
        require(length <= LARGEST, "a payload of " + length + " octets");
        return (int) length;
    }

    private void end(byte[] octets) throws Deviation {
        if (masked) {
            int key = head.position() - 4;
            for (int i = 0; i < octets.length; i++) {
                octets[i] ^= head.get(key + (i & 3));
            }
        }
        Payload whole = Payload.of(octets);
        switch (opcode()) {
            case Frame.CLOSE -> events.add(close(whole));
            case Frame.PING -> events.add(new Event.Ping(whole));
            case Frame.PONG -> events.add(new Event.Pong(whole));
            default -> data(whole);
        }
    }

    private void data(Payload fragment) {
        if (!messageOpen) {
            textOpen = opcode() == Frame.TEXT;
        }
        fragments.add(fragment);
        messageOpen = head.get(0) >= 0;
        if (!messageOpen) {
            Payload whole = fragments.size() == 1 ? fragments.get(0) : Payload.join(fragments.toArray(Payload[]::new));
            fragments.clear();
            events.add(new Event.Message(textOpen, whole));
        }
    }

    private Event close(Payload body) throws Deviation {
        closed = true;
        if (body.length() == 0) {
            return new Event.Close(Event.Close.NO_CODE, body);
        }
        require(body.length() > 1, "a close frame with 1 octet");
        int code = (body.at(0) & 255) << 8 | body.at(1) & 255;
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
            throw new Deviation(finding);
        }
    }
}
