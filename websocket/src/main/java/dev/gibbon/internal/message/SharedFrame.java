package dev.gibbon.internal.message;

import dev.gibbon.PreparedMessage;
import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.Opcode;
import java.nio.ByteBuffer;

/** A message together with its server frame, made once and shared read-only by every connection it is sent to. */
public final class SharedFrame implements PreparedMessage {
    private final OwnedMessage message;
    private final ByteBuffer frame;

    /** Frames the message. The frame is a direct buffer, so that writing it to a socket copies nothing in the heap. */
    public SharedFrame(OwnedMessage message) {
        this.message = message;
        int length = message.size();
        ByteBuffer bytes = ByteBuffer.allocateDirect(FrameHeader.MAX_LENGTH + length);
        FrameHeader.encode(bytes, true, 0, message.isText() ? Opcode.TEXT : Opcode.BINARY, false, 0, length);
        bytes.put(message.payload()).flip();
        this.frame = bytes.asReadOnlyBuffer();
    }

    @Override
    public OwnedMessage message() {
        return message;
    }

    /** The frame's bytes; its position and limit never change, so readers use absolute access or a duplicate. */
    public ByteBuffer frame() {
        return frame;
    }
}
