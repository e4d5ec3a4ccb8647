package dev.gibbon.interop;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that is a script in another language, in a process of its own. It reads lines such as {@code connect URI OFFER},
 * {@code text PAYLOAD}, {@code binary-parts PAYLOAD PAYLOAD}, {@code ping PAYLOAD} and {@code close CODE REASON}, and writes
 * {@code open EXTENSIONS}, {@code text PAYLOAD}, {@code binary PAYLOAD}, {@code pong PAYLOAD}, {@code closed CODE REASON} and
 * {@code error MESSAGE}; what can be any bytes is in Base64. One connection at a time.
 */
final class Agent implements PeerClient {
    private final List<String> command;
    private @Nullable PeerProcess process;
    private volatile BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** A client that this command starts when it is first needed. */
    Agent(List<String> command) {
        this.command = command;
    }

    @Override
    public Conversation connect(URI uri, Offer offer) throws Exception {
        PeerProcess running = process;
        if (running == null) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            lines = heard;
            running = PeerProcess.start(command, heard::add);
            process = running;
        }
        running.write("connect " + uri + ' ' + offer);
        var scripted = new Scripted(running);
        String[] words = scripted.nextLine();
        if (!words[0].equals("open")) {
            scripted.close();
            throw new IOException("not opened but " + words[0] + ": " + decoded(words, 1));
        }
        scripted.extensions = decoded(words, 1);
        return scripted;
    }

    @Override
    public void close() {
        PeerProcess running = process;
        process = null;
        if (running != null) {
            running.close();
        }
    }

    private static byte[] bytes(String[] words, int index) {
        return index < words.length ? Base64.getDecoder().decode(words[index]) : new byte[0];
    }

    private static String decoded(String[] words, int index) {
        return new String(bytes(words, index), StandardCharsets.UTF_8);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private final class Scripted implements Conversation {
        private final PeerProcess running;
        private String extensions = "";
        private boolean ended;

        Scripted(PeerProcess running) {
            this.running = running;
        }

        @Override
        public String extensions() {
            return extensions;
        }

        @Override
        public void send(Heard.Message message) throws IOException {
            running.write((message.isText() ? "text " : "binary ") + encoded(message.payload()));
        }

        @Override
        public void sendParts(boolean isText, List<byte[]> parts) throws IOException {
            List<String> words = new ArrayList<>();
            words.add(isText ? "text-parts" : "binary-parts");
            parts.forEach(part -> words.add(encoded(part)));
            running.write(String.join(" ", words));
        }

        @Override
        public void ping(byte[] payload) throws IOException {
            running.write("ping " + encoded(payload));
        }

        @Override
        public void close(int code, String reason) throws IOException {
            running.write("close " + code + ' ' + encoded(reason.getBytes(StandardCharsets.UTF_8)));
        }

        String[] nextLine() throws InterruptedException {
            String line = lines.poll(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError(
                        "nothing was heard for " + Ears.PATIENCE_SECONDS + " s; " + running.complaints());
            }
            return line.split(" ");
        }

        @Override
        public Heard hear() throws InterruptedException {
            String[] words = nextLine();
            return switch (words[0]) {
                case "text" -> new Heard.Message(true, bytes(words, 1));
                case "binary" -> new Heard.Message(false, bytes(words, 1));
                case "pong" -> new Heard.Pong(bytes(words, 1));
                case "closed" -> {
                    ended = true;
                    yield new Heard.Closed(Integer.parseInt(words[1]), decoded(words, 2));
                }
                default -> new Heard.Failure(words[0] + ": " + decoded(words, 1) + "; " + running.complaints());
            };
        }

        /** What a connection that is not over would still say must not be heard by the next one: the process ends with it. */
        @Override
        public void close() {
            if (!ended) {
                Agent.this.close();
            }
        }
    }
}
