package dev.gibbon.cli;

import java.io.IOException;

/**
 * Turns hexadecimal text into bytes, character by character. Blanks, line ends, colons and commas may stand between bytes, and
 * {@code 0x} before them; a byte's two digits stand together. For one thread.
 */
final class HexDigits {
    /** What {@link #take} returns when no byte is complete yet. */
    static final int NONE = -1;

    private final String source;
    private long characters;
    /** The first digit of a byte, or NONE. */
    private int high = NONE;
    /** Whether a group of digits begins here, so that "0x" may stand here; and whether only its "0" has come. */
    private boolean groupBegins = true;

    private boolean afterZero;

    /** For text from a source, which faults name. */
    HexDigits(String source) {
        this.source = source;
    }

    /** The text is no hexadecimal. */
    static final class NotHexException extends IOException {
        private static final long serialVersionUID = 1L;

        NotHexException(String message) {
            super(message);
        }
    }

    /**
     * Takes the next character.
     *
     * @return a byte, 0 to 255, or NONE
     */
    int take(int character) throws NotHexException {
        characters++;
        int digit = digit(character);
        if (digit >= 0) {
            return takeDigit(digit);
        }
        if (afterZero && (character == 'x' || character == 'X')) {
            high = NONE;
            afterZero = false;
            return NONE;
        }
        if (!separates(character)) {
            throw new NotHexException(source + ": " + VisibleText.quoted(Character.toString(character))
                    + " at character " + characters + " is not a hexadecimal digit");
        }
        end();
        groupBegins = true;
        return NONE;
    }

    /** The text, or a group of it, ends here. */
    void end() throws NotHexException {
        if (high != NONE) {
            throw new NotHexException(
                    source + ": half a byte ends at character " + characters + ": a byte is two hexadecimal digits");
        }
    }

    private int takeDigit(int digit) {
        afterZero = groupBegins && digit == 0;
        groupBegins = false;
        if (high == NONE) {
            high = digit;
            return NONE;
        }
        int octet = high << 4 | digit;
        high = NONE;
        return octet;
    }

    private static boolean separates(int character) {
        return switch (character) {
            case ' ', '\t', '\r', '\n', ':', ',' -> true;
            default -> false;
        };
    }

    private static int digit(int character) {
        if (character >= '0' && character <= '9') {
            return character - '0';
        }
        int lower = character | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }
}
