package dev.gibbon.cli;

import dev.gibbon.Message;
import java.util.List;

/** A message as it is shown: text on one line, binary as a hex dump. Nothing of it reaches a terminal as a command. */
final class ShownMessage {
    /** What an empty binary message shows: an offset and nothing behind it. */
    private static final String EMPTY = "00000000";

    private ShownMessage() {}

    /** At least one line. */
    static List<String> lines(Message message) {
        if (message.isText()) {
            return List.of(VisibleText.line(message.text()));
        }
        return message.size() == 0 ? List.of(EMPTY) : HexDump.lines(message.toByteArray());
    }
}
