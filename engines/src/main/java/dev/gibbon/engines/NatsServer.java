package dev.gibbon.engines;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@code nats-server} of the system with JetStream, as an {@link EngineProcess}. */
public final class NatsServer implements EngineProcess.Program {
    private static final int TIMEOUT_MILLIS = 2_000;
    /** Debian keeps it where only the path of root leads. */
    private static final String PROGRAM = Stream.of("/usr/sbin/nats-server", "/usr/local/sbin/nats-server")
            .filter(path -> Files.isExecutable(Path.of(path)))
            .findFirst()
            .orElse("nats-server");

    private NatsServer() {}

    /** Starts one that keeps its streams in files. */
    public static EngineProcess start() {
        return EngineProcess.start("nats", new NatsServer());
    }

    /** The address for clients. */
    public static String uri(EngineProcess engine) {
        return "nats://127.0.0.1:" + engine.port();
    }

    @Override
    public List<String> command(int port, Path data) {
        return List.of(PROGRAM, "-a", "127.0.0.1", "-p", Integer.toString(port), "-js", "-sd", data.toString());
    }

    @Override
    public boolean answers(int port) throws IOException {
        try (var socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            // It speaks first; streams have been restored before it listens.
            byte[] greeting = socket.getInputStream().readNBytes(5);
            return new String(greeting, StandardCharsets.US_ASCII).equals("INFO ");
        }
    }
}
