package dev.gibbon.cli;

import java.nio.charset.StandardCharsets;

/** What a line at the prompt asks for. A line that begins with a slash is a command; two slashes are a text with one. */
sealed interface SlashCommand {
    String HELP = """
            TEXT                   send a text message
            //TEXT                 send one that begins with a slash
            /binary FILE           send a file as a binary message
            /ping                  measure the time to the peer and back
            /close [CODE [REASON]] close, with 1000 unless said
            /help                  show this
            Ctrl-D or Ctrl-C       close with 1000""";

    /** The longest reason of a Close, bytes. */
    int MAX_REASON = 123;

    /** Send a text. */
    record Text(String text) implements SlashCommand {}

    /** Send a file. */
    record Binary(String file) implements SlashCommand {}

    /** Send a ping. */
    record Ping() implements SlashCommand {}

    /** Close. */
    record Close(int code, String reason) implements SlashCommand {}

    /** Show the commands. */
    record Help() implements SlashCommand {}

    /** Not a command: say why. */
    record Wrong(String why) implements SlashCommand {}

    /** Reads a line. */
    static SlashCommand parse(String line) {
        if (line.startsWith("//")) {
            return new Text(line.substring(1));
        }
        if (!line.startsWith("/")) {
            return new Text(line);
        }
        String[] words = line.strip().split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        return switch (words[0]) {
            case "/binary" -> rest.isEmpty() ? new Wrong("/binary needs a FILE") : new Binary(rest);
            case "/ping" -> rest.isEmpty() ? new Ping() : new Wrong("/ping takes nothing behind it");
            case "/close" -> close(rest);
            case "/help" -> new Help();
            default ->
                new Wrong("unknown command " + VisibleText.quoted(words[0]) + "; /help shows them, // sends a text"
                        + " that begins with a slash");
        };
    }

    private static SlashCommand close(String rest) {
        if (rest.isEmpty()) {
            return new Close(1000, "");
        }
        String[] words = rest.split("\\s+", 2);
        long code = ByteCount.digits(words[0]);
        if (!isSendable(code)) {
            return new Wrong("the code " + VisibleText.quoted(words[0])
                    + " cannot be sent: expected 1000 to 1003, 1007 to 1014, or 3000 to 4999");
        }
        String reason = words.length > 1 ? words[1] : "";
        if (reason.getBytes(StandardCharsets.UTF_8).length > MAX_REASON) {
            return new Wrong("the reason is longer than " + MAX_REASON + " bytes");
        }
        return new Close((int) code, reason);
    }

    private static boolean isSendable(long code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
