package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.Utf8Validator;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The validator in any cut against the decoder of the Java platform: the same verdict, and the first wrong octet at the same place.
 * The second option byte puts up to 1,020 ASCII bytes before the data, so that the loops over words are met at any offset.
 */
public final class Utf8Target {
    private Utf8Target() {}

    /**
     * Jazzer's entry point.
     *
     * @param input see {@link FuzzInput}
     */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput fuzz = FuzzInput.of(input);
        int ascii = fuzz.option(0, 8) * 4;
        byte[] text = new byte[ascii + fuzz.data().length];
        Arrays.fill(text, 0, ascii, (byte) 'a');
        System.arraycopy(fuzz.data(), 0, text, ascii, fuzz.data().length);

        int wrong = firstWrong(text);
        boolean complete = wrong < 0 && PlatformUtf8.isWhole(text);
        whole(text, wrong, complete, fuzz.option(8), fuzz.option(9));
        cut(text, fuzz.cuts(text.length), wrong, complete, fuzz.option(8));
        octetByOctet(text, wrong, complete);
    }

    private static void whole(byte[] text, int wrong, boolean complete, boolean direct, boolean shifted) {
        int offset = shifted ? 3 : 0;
        // What lies around the text is no text, and must not be looked at.
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(text.length + 8) : ByteBuffer.allocate(text.length + 8);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0xFF);
        }
        buffer.put(offset, text);
        buffer.position(buffer.limit());
        Utf8Validator validator = new Utf8Validator();
        Oracle.same("whole", wrong < 0, validator.feed(buffer, offset, offset + text.length));
        Oracle.same("whole, complete", complete, validator.complete());
        Oracle.same("position", buffer.limit(), buffer.position());
        validator.reset();
        Oracle.holds("complete after reset", validator.complete());
    }

    private static void cut(byte[] text, int[] cuts, int wrong, boolean complete, boolean direct) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(text.length) : ByteBuffer.allocate(text.length);
        buffer.put(0, text);
        Utf8Validator validator = new Utf8Validator();
        int from = 0;
        for (int to : cuts) {
            boolean valid = validator.feed(buffer, from, to);
            Oracle.same("up to " + to, wrong < 0 || to <= wrong, valid);
            Oracle.holds("complete after a wrong octet", valid || !validator.complete());
            from = to;
        }
        Oracle.same("cut, complete", complete, validator.complete());
    }

    private static void octetByOctet(byte[] text, int wrong, boolean complete) {
        ByteBuffer buffer = ByteBuffer.wrap(text);
        Utf8Validator validator = new Utf8Validator();
        for (int i = 0; i < text.length; i++) {
            if (validator.feed(buffer, i, i + 1) != (wrong < 0 || i < wrong)) {
                throw new AssertionError("the first wrong octet is " + wrong + ", judged otherwise at " + i);
            }
        }
        Oracle.same("octet by octet, complete", complete, validator.complete());
    }

    /** The index of the first octet behind which no text can go on, -1 if there is none. */
    private static int firstWrong(byte[] text) {
        PlatformUtf8 platform = new PlatformUtf8();
        for (int i = 0; i < text.length; i++) {
            if (!platform.feed(text, i, i + 1)) {
                return i;
            }
        }
        return -1;
    }
}
