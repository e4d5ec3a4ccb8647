package dev.gibbon.interop;

import java.nio.charset.StandardCharsets;

/**
 * What a scenario tells the server to do, by a text message; all other messages are echoed. Servers in other languages have the
 * same in their scripts.
 */
sealed interface Instruction {
    /** How every instruction begins. */
    String MARK = "! ";

    /** Fragments are at most this long, bytes. */
    int PART = 1000;

    /** Close with this code and reason. */
    record Close(int code, String reason) implements Instruction {
        @Override
        public String toString() {
            return MARK + "close " + code + ' ' + reason;
        }
    }

    /** Ping with this payload, a word; when the pong comes, send its payload as text, after "pong ". */
    record Ping(String payload) implements Instruction {
        @Override
        public String toString() {
            return MARK + "ping " + payload;
        }

        /** What the server says when the pong has come. */
        static String answer(String payload) {
            return "pong " + payload;
        }
    }

    /** Echo from now on in fragments of {@value #PART} bytes, or characters if that is what the server cuts. */
    record Parts() implements Instruction {
        @Override
        public String toString() {
            return MARK + "parts";
        }
    }

    /** Whether this message is an instruction. */
    static boolean isIn(Heard.Message message) {
        return message.isText() && text(message).startsWith(MARK);
    }

    /** Reads an instruction. */
    static Instruction of(Heard.Message message) {
        String[] words = text(message).substring(MARK.length()).split(" ", 3);
        return switch (words[0]) {
            case "close" -> new Close(Integer.parseInt(words[1]), words[2]);
            case "ping" -> new Ping(words[1]);
            case "parts" -> new Parts();
            default -> throw new IllegalArgumentException("no instruction: " + message);
        };
    }

    private static String text(Heard.Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }
}
