package dev.gibbon.demos.chat;

import dev.gibbon.demos.chat.Refusal.Code;
import java.util.Locale;

/**
 * What a name, a room and a text have to be. Names and rooms are shown in lists and lines of their own, so they have no control
 * characters, line breaks or characters that turn the direction of what stands behind them; a text may have line breaks and tabs.
 */
final class ChatRules {
    private final ChatLimits limits;

    ChatRules(ChatLimits limits) {
        this.limits = limits;
    }

    void checkName(String name) throws Refusal {
        checkLine(Code.BAD_NAME, "name", name, limits.nameCharacters());
    }

    void checkRoom(String room) throws Refusal {
        checkLine(Code.BAD_ROOM, "room's name", room, limits.roomCharacters());
    }

    void checkText(String text) throws Refusal {
        if (text.isBlank()) {
            throw Refusal.of(Code.BAD_TEXT, "There is nothing in this message.");
        }
        checkCharacters(Code.BAD_TEXT, "message", text, true);
        long bytes = utf8Length(text);
        if (bytes > limits.textBytes()) {
            throw Refusal.of(
                    Code.TOO_LONG,
                    String.format(
                            Locale.ROOT,
                            "This message is too long: it has %d bytes, and %d is the most.",
                            bytes,
                            limits.textBytes()));
        }
    }

    private static void checkLine(Code code, String what, String line, int most) throws Refusal {
        if (line.isBlank()) {
            throw Refusal.of(code, "A " + what + " has at least one character that can be seen.");
        }
        if (line.codePointCount(0, line.length()) > most) {
            throw Refusal.of(code, "A " + what + " has at most " + most + " characters.");
        }
        if (!line.equals(line.strip())) {
            throw Refusal.of(code, "A " + what + " neither begins nor ends with a blank.");
        }
        checkCharacters(code, what, line, false);
    }

    private static void checkCharacters(Code code, String what, String text, boolean lines) throws Refusal {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            boolean allowed = lines && (c == '\n' || c == '\t');
            if (!allowed && isForbidden(c, lines)) {
                throw Refusal.of(code, String.format(Locale.ROOT, "A %s cannot have the character U+%04X.", what, c));
            }
        }
    }

    private static boolean isForbidden(int c, boolean lines) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE -> true; // half of a surrogate pair is no text
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> !lines;
            // Embeddings, overrides and isolates: a name must not turn the words around it.
            case Character.FORMAT -> !lines && ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
            default -> false;
        };
    }

    /** The bytes of a text without lone surrogates, without making them. */
    private static long utf8Length(String text) {
        return text.codePoints()
                .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
                .sum();
    }
}
