package dev.gibbon.protocol.fuzz;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Says whether bytes are UTF-8 by the decoder of the Java platform, in pieces. An oracle: it shares no code with the library. */
final class PlatformUtf8 {
    private final CharsetDecoder decoder = decoder();
    private final CharBuffer out = CharBuffer.allocate(1024);
    private byte[] begun = {};
    private boolean wrong;

    /** Takes the next bytes. False when no text can go on behind them. */
    boolean feed(byte[] bytes, int from, int to) {
        if (wrong) {
            return false;
        }
        byte[] coming = Arrays.copyOf(begun, begun.length + to - from);
        System.arraycopy(bytes, from, coming, begun.length, to - from);
        ByteBuffer in = ByteBuffer.wrap(coming);
        while (true) {
            out.clear();
            var result = decoder.decode(in, out, false);
            if (result.isUnderflow()) {
                begun = Arrays.copyOfRange(coming, in.position(), coming.length);
                wrong = begun.length > 0 && !canGoOn(begun);
                return !wrong;
            }
            if (result.isError()) {
                wrong = true;
                return false;
            }
        }
    }

    /** Whether the text may end here. */
    boolean isComplete() {
        return !wrong && begun.length == 0;
    }

    /** Whether the bytes are a whole text. */
    static boolean isWhole(byte[] text) {
        CharBuffer out = CharBuffer.allocate(text.length);
        return !decoder().decode(ByteBuffer.wrap(text), out, true).isError();
    }

    /** Whether the begun character can be completed. The decoder itself takes two octets of a surrogate before it says no. */
    private static boolean canGoOn(byte[] begun) {
        for (int more = 1; more <= 3; more++) {
            byte[] whole = Arrays.copyOf(begun, begun.length + more);
            for (int choice = 0; choice < 1 << more; choice++) {
                for (int i = 0; i < more; i++) {
                    whole[begun.length + i] = (byte) (((choice >> i) & 1) == 0 ? 0x80 : 0xBF);
                }
                if (isWhole(whole)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static CharsetDecoder decoder() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }
}
