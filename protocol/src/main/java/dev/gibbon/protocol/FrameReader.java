package dev.gibbon.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames one by one from a stream of any length, for tools: one direction of a connection, behind the opening handshake.
 * It judges the rules that hold in both directions and reports masks as found. A declared length reserves nothing, and of
 * a payload only the beginning is kept. Belongs to one thread at a time; it never closes its source. A connection has
 * an {@link Engine} instead.
 */
public final class FrameReader {
    /** Payload bytes of a data frame that are kept unless said otherwise: 64 KiB. */
    public static final int DEFAULT_PAYLOAD_KEPT = 64 * 1024;

    private static final int CHUNK = 8 * 1024;

    private final @Nullable InputStream stream;
    private final int maxPayloadKept;
    /** What was read of the stream and not looked at yet, in {@link #readAhead}; or all that there is. */
    private final ByteBuffer source;

    private final byte[] readAhead;
    private final ByteBuffer scratch = ByteBuffer.allocate(CHUNK);
    private final FrameHeader header = new FrameHeader();

    /** The bytes of {@link #header} that have come, and how many. */
    private final byte[] headerBytes = new byte[FrameHeader.MAX_LENGTH];

    private int headerCount;
    private @Nullable Role sender;

    /** Bytes of the stream taken so far. */
    private long offset;

    private boolean messageOpen;
    private boolean text;
    private int utf8;
    private @Nullable FrameInflation inflation;
    private @Nullable FrameFormatException failure;

    /**
     * Reads from a stream and keeps {@link #DEFAULT_PAYLOAD_KEPT} bytes of a payload.
     *
     * @param stream read as far as it gives; read ahead by up to 8 KiB; never closed
     */
    public FrameReader(InputStream stream) {
        this(stream, DEFAULT_PAYLOAD_KEPT);
    }

    /**
     * Reads from a stream.
     *
     * @param stream read as far as it gives; read ahead by up to 8 KiB; never closed
     * @param maxPayloadKept bytes kept of a data frame's payload, 0 or more; those of control frames are kept whole
     * @throws IllegalArgumentException when maxPayloadKept is negative
     */
    public FrameReader(InputStream stream, int maxPayloadKept) {
        this(stream, new byte[CHUNK], null, maxPayloadKept);
    }

    /**
     * Reads from a buffer and keeps {@link #DEFAULT_PAYLOAD_KEPT} bytes of a payload.
     *
     * @param bytes those between position and limit; neither they nor the position are changed
     */
    public FrameReader(ByteBuffer bytes) {
        this(bytes, DEFAULT_PAYLOAD_KEPT);
    }

    /**
     * Reads from a buffer.
     *
     * @param bytes those between position and limit; neither they nor the position are changed
     * @param maxPayloadKept bytes kept of a data frame's payload, 0 or more; those of control frames are kept whole
     * @throws IllegalArgumentException when maxPayloadKept is negative
     */
    public FrameReader(ByteBuffer bytes, int maxPayloadKept) {
        this(null, new byte[0], bytes.asReadOnlyBuffer(), maxPayloadKept);
    }

    private FrameReader(
            @Nullable InputStream stream, byte[] readAhead, @Nullable ByteBuffer source, int maxPayloadKept) {
        if (maxPayloadKept < 0) {
            throw new IllegalArgumentException("maxPayloadKept must be 0 or more, not " + maxPayloadKept);
        }
        this.stream = stream;
        this.readAhead = readAhead;
        this.source = source == null ? ByteBuffer.wrap(readAhead).limit(0) : source;
        this.maxPayloadKept = maxPayloadKept;
    }

    /**
     * Also judges whether frames carry a mask (RFC 6455, 5.1), which is otherwise only reported.
     *
     * @param sender the end that sent these frames
     * @return this reader
     */
    public FrameReader from(Role sender) {
        this.sender = sender;
        return this;
    }

    /**
     * Also takes the frames of a connection that agreed on permessage-deflate (RFC 7692), and inflates them: see
     * {@link Frame#inflated()}. Without it RSV1 breaks a rule. To be called before the first frame is read; some native memory is
     * held until the stream ends or breaks a rule.
     *
     * @return this reader
     */
    public FrameReader inflating() {
        inflation = new FrameInflation(maxPayloadKept);
        return this;
    }

    /**
     * Reads the next frame. One that has come whole is returned before more is waited for.
     *
     * @return the frame, or null when the stream ended between two frames
     * @throws FrameFormatException when a frame breaks a rule or the stream ends inside it; again at every later call
     * @throws IOException when the stream cannot be read
     */
    public @Nullable Frame next() throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            Frame frame = read();
            if (frame == null) {
                release();
            }
            return frame;
        } catch (FrameFormatException broken) {
            failure = broken;
            release();
            throw broken;
        }
    }

    private void release() {
        if (inflation != null) {
            inflation.release();
        }
    }

    private @Nullable Frame read() throws IOException {
        long start = offset;
        if (!readHeader(start)) {
            return null;
        }
        Opcode opcode = judgeHeader(start);
        return readPayload(start, opcode);
    }

    /** False when the stream ended before the first byte. */
    private boolean readHeader(long start) throws IOException {
        headerCount = 0;
        while (true) {
            int before = source.position();
            boolean complete = header.parse(source);
            int taken = source.position() - before;
            source.get(before, headerBytes, headerCount, taken);
            headerCount += taken;
            offset += taken;
            if (header.hasOpening()) {
                judgeOpening(start);
            }
            if (complete) {
                return true;
            }
            if (!fill()) {
                if (offset == start) {
                    return false;
                }
                throw ended("inside a header", start);
            }
        }
    }

    private void judgeOpening(long start) throws FrameFormatException {
        FrameRule broken = FrameRules.judgeOpening(header, inflation == null ? 0 : FrameRules.RSV1, messageOpen);
        if (broken != null) {
            throw broken(broken, broken == FrameRule.CONTROL_LENGTH ? start + 1 : start, start);
        }
        broken = sender == null ? null : FrameRules.judgeMask(header, sender.peer());
        if (broken != null) {
            throw broken(broken, start + 1, start);
        }
    }

    private Opcode judgeHeader(long start) throws FrameFormatException {
        FrameRule broken = FrameRules.judgeLength(header);
        if (broken != null) {
            throw broken(broken, start + 2, start);
        }
        Opcode opcode = Objects.requireNonNull(header.opcode(), "a reserved opcode was judged before");
        if (!opcode.isControl()) {
            if (opcode != Opcode.CONTINUATION) {
                text = opcode == Opcode.TEXT;
                utf8 = Utf8Validator.ACCEPT;
                if (inflation != null) {
                    inflation.beginMessage(header.rsv1(), text);
                }
            }
            messageOpen = !header.fin();
        }
        return opcode;
    }

    private Frame readPayload(long start, Opcode opcode) throws IOException {
        int keep = opcode.isControl() ? FrameRules.MAX_CONTROL_PAYLOAD : maxPayloadKept;
        var wire = new AssemblyBuffer(BufferPool.heap());
        var payload = new AssemblyBuffer(BufferPool.heap());
        long length = header.payloadLength();
        FrameInflation inflating = inflation != null && inflation.isOpen() && !opcode.isControl() ? inflation : null;
        if (inflating != null) {
            inflating.beginFrame();
        }
        long taken = 0;
        while (taken < length) {
            if (!source.hasRemaining() && !fill()) {
                throw ended("after " + taken + " of " + length + " bytes of payload", start);
            }
            int count = takeChunk(length - taken);
            int kept = (int) Math.min(count, keep - Math.min(keep, taken));
            keep(wire, kept, Math.min(keep, length));
            Masking.apply(scratch, 0, count, header.key(), (int) taken);
            keep(payload, kept, Math.min(keep, length));
            if (inflating != null) {
                inflate(inflating, count, start);
            } else if (text && !opcode.isControl()) {
                judgeText(count, start);
            }
            taken += count;
            offset += count;
        }
        byte[] inflated = inflating == null ? null : inflating.kept();
        long inflatedLength = inflating == null ? 0 : inflating.length();
        Frame frame = new Frame(start, header, opcode, bytesOf(wire), bytesOf(payload), inflated, inflatedLength);
        if (inflating == null) {
            judgeEnd(start, frame);
        } else if (header.fin()) {
            FrameRule broken = inflating.endMessage();
            if (broken != null) {
                throw broken(broken, offset, start);
            }
        }
        return frame;
    }

    /** Copies what is there of the payload to the start of the scratch buffer, because the source is not ours to change. */
    private int takeChunk(long wanted) {
        int count = (int) Math.min(Math.min(wanted, source.remaining()), CHUNK);
        scratch.put(0, source, source.position(), count);
        source.position(source.position() + count);
        return count;
    }

    /** Inflates what is there of the payload. */
    private void inflate(FrameInflation inflating, int count, long start) throws FrameFormatException {
        scratch.limit(count).position(0);
        FrameRule broken = inflating.take(scratch);
        int taken = scratch.position();
        scratch.clear();
        if (broken != null) {
            throw broken(broken, offset + taken, start);
        }
    }

    private void judgeText(int count, long start) throws FrameFormatException {
        int before = utf8;
        utf8 = Utf8Validator.run(scratch, 0, count, before);
        if (utf8 == Utf8Validator.REJECT) {
            int wrong = Utf8Validator.firstWrong(scratch, 0, count, before);
            throw broken(FrameRule.TEXT_UTF8, offset + wrong, start);
        }
    }

    private void judgeEnd(long start, Frame frame) throws FrameFormatException {
        Opcode opcode = frame.opcode();
        if (opcode == Opcode.CLOSE) {
            byte[] payload = frame.payload();
            FrameRule broken = FrameRules.judgeClose(ByteBuffer.wrap(payload), 0, payload.length);
            if (broken != null) {
                throw broken(broken, start + header.headerLength(), start);
            }
        } else if (!opcode.isControl() && header.fin() && text && utf8 != Utf8Validator.ACCEPT) {
            throw broken(FrameRule.TEXT_UTF8, offset, start);
        }
    }

    private void keep(AssemblyBuffer target, int count, long expected) {
        if (count > 0) {
            target.append(scratch, 0, count, expected);
        }
    }

    static byte[] bytesOf(AssemblyBuffer kept) {
        byte[] bytes = new byte[kept.size()];
        if (bytes.length > 0) {
            kept.buffer().get(0, bytes);
        }
        return bytes;
    }

    private FrameFormatException broken(FrameRule rule, long wrong, long start) {
        String message = rule.sentence() + " (RFC " + rule.rfc() + ", " + rule.section() + ")";
        return new FrameFormatException(message, wrong, start, rule, Arrays.copyOf(headerBytes, headerCount));
    }

    private FrameFormatException ended(String where, long start) {
        byte[] seen = Arrays.copyOf(headerBytes, headerCount);
        return new FrameFormatException("the stream ends " + where, offset, start, null, seen);
    }

    /** Reads more of the stream. False at its end. */
    private boolean fill() throws IOException {
        if (stream == null) {
            return false;
        }
        int count = stream.read(readAhead);
        if (count < 0) {
            return false;
        }
        source.clear().limit(count);
        return true;
    }
}
