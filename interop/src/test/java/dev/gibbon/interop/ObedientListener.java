package dev.gibbon.interop;

import dev.gibbon.CloseInfo;
import dev.gibbon.Message;
import dev.gibbon.MessageWriter;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import java.io.IOException;
import java.util.function.Consumer;

/** Gibbon's server for the scenarios: echoes, obeys {@link Instruction}, and tells how it was. One for each connection. */
final class ObedientListener implements WebSocketListener {
    private final Consumer<Visit> onEnd;
    private final Frames frames = new Frames();
    private long received;
    private boolean inParts;

    ObedientListener(Consumer<Visit> onEnd) {
        this.onEnd = onEnd;
    }

    @Override
    public void onOpen(WebSocket socket) {
        socket.tap(frames);
    }

    @Override
    public void onMessage(WebSocket socket, Message message) throws IOException {
        received += message.size();
        var heard = new Heard.Message(message.isText(), message.toByteArray());
        if (Instruction.isIn(heard)) {
            obey(socket, Instruction.of(heard));
        } else if (inParts) {
            sendParts(socket, heard);
        } else {
            socket.send(message);
        }
    }

    private void obey(WebSocket socket, Instruction instruction) {
        if (instruction instanceof Instruction.Close close) {
            socket.close(close.code(), close.reason());
        } else if (instruction instanceof Instruction.Ping ping) {
            socket.ping().thenRun(() -> socket.send(Instruction.Ping.answer(ping.payload())));
        } else {
            inParts = true;
        }
    }

    private static void sendParts(WebSocket socket, Heard.Message message) throws IOException {
        byte[] payload = message.payload();
        try (MessageWriter writer = socket.writer(message.isText())) {
            for (int from = 0; from < payload.length; from += Instruction.PART) {
                writer.write(payload, from, Math.min(Instruction.PART, payload.length - from));
                writer.flush();
            }
        }
    }

    @Override
    public void onClose(WebSocket socket, CloseInfo info) {
        onEnd.accept(new Visit(true, frames, received, socket.stats(), info));
    }
}
