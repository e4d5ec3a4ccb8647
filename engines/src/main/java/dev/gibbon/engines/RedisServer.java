package dev.gibbon.engines;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code redis-server} of the system, as an {@link EngineProcess}. */
public final class RedisServer implements EngineProcess.Program {
    private static final int TIMEOUT_MILLIS = 2_000;

    private final List<String> settings;

    private RedisServer(List<String> settings) {
        this.settings = List.copyOf(settings);
    }

    /**
     * Starts one that writes every change to its append-only file before it answers, so that a kill loses nothing that was acknowledged.
     */
    public static EngineProcess start() {
        return start("--appendonly", "yes", "--appendfsync", "always");
    }

    /** Starts one with these settings, in the form of its command line: {@code --appendonly no}. It saves no snapshot by itself. */
    public static EngineProcess start(String... settings) {
        return EngineProcess.start("redis", new RedisServer(List.of(settings)));
    }

    @Override
    public List<String> command(int port, Path data) {
        var command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1", "--port", Integer.toString(port)));
        command.addAll(List.of("--dir", data.toString(), "--save", "", "--daemonize", "no"));
        command.addAll(settings);
        return command;
    }

    @Override
    public boolean answers(int port) throws IOException {
        return command(port, "PING").equals("+PONG");
    }

    /** Sends one command of words without blanks on a connection of its own, and returns the first line of the answer. */
    public static String command(int port, String command) throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            var line = new StringBuilder();
            int octet;
            while ((octet = socket.getInputStream().read()) != -1 && octet != '\r') {
                line.append((char) octet);
            }
            return line.toString();
        }
    }
}
