package dev.gibbon.interop;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the server of a Java library does with one connection, given how that library sends. For one thread at a time. */
final class Obedience {
    private final Means means;
    private boolean inParts;

    Obedience(Means means) {
        this.means = means;
    }

    /** How a library sends. What it has no means for, no scenario asks of it. */
    interface Means {
        void send(Heard.Message message) throws Exception;

        /** Sends a fragment. */
        default void sendPart(Heard.Message part, boolean last) throws Exception {
            throw new UnsupportedOperationException("this server sends no fragments");
        }

        default void ping(byte[] payload) throws Exception {
            throw new UnsupportedOperationException("this server sends no pings of the application");
        }

        void close(int code, String reason) throws Exception;
    }

    void onMessage(Heard.Message message) {
        try {
            if (Instruction.isIn(message)) {
                obey(Instruction.of(message));
            } else if (inParts && message.payload().length > Instruction.PART) {
                sendParts(message);
            } else {
                means.send(message);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void onPong(byte[] payload) {
        String answer = Instruction.Ping.answer(new String(payload, StandardCharsets.UTF_8));
        try {
            means.send(Heard.Message.text(answer));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void obey(Instruction instruction) throws Exception {
        if (instruction instanceof Instruction.Close close) {
            means.close(close.code(), close.reason());
        } else if (instruction instanceof Instruction.Ping ping) {
            means.ping(ping.payload().getBytes(StandardCharsets.UTF_8));
        } else {
            inParts = true;
        }
    }

    /** Cuts a binary message anywhere, and text between characters. */
    private void sendParts(Heard.Message message) throws Exception {
        byte[] payload = message.payload();
        int from = 0;
        while (from < payload.length) {
            int to = Math.min(payload.length, from + Instruction.PART);
            while (message.isText() && to < payload.length && (payload[to] & 0xc0) == 0x80) {
                to--;
            }
            byte[] part = Arrays.copyOfRange(payload, from, to);
            means.sendPart(new Heard.Message(message.isText(), part), to == payload.length);
            from = to;
        }
    }
}
