package dev.gibbon.demos;

import dev.gibbon.demos.chat.Chat;
import dev.gibbon.demos.chat.ChatLimits;
import dev.gibbon.demos.chat.ChatNode;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.nats.NatsBackplane;
import dev.gibbon.hub.nats.NatsSettings;
import dev.gibbon.hub.redis.RedisBackplane;
import dev.gibbon.hub.redis.RedisSettings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node of the demos in a JVM of its own, over a real engine, that can be killed as a machine that loses its power. It ends with the JVM
 * that started it, whose end closes its standard input.
 */
final class ChatNodeProcess implements AutoCloseable {
    // Two pages that type as fast as a browser can be driven are no flood here.
    private static final ChatLimits LIMITS = new ChatLimits(512, 32, 64, 16, 10, Duration.ofMillis(20));

    private final Process process;
    private final String url;

    private ChatNodeProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts a node, and returns when it serves. */
    static ChatNodeProcess start(String name, int port, String engine, int otherPort) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChatNodeProcess.class.getName(),
                        name,
                        Integer.toString(port),
                        engine,
                        "http://127.0.0.1:" + otherPort + "/")
                .redirectError(ProcessBuilder.Redirect.to(new File("target/chat-node-" + name + ".log")))
                .start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String url = out.readLine();
        if (url == null) {
            throw new IOException("node " + name + " did not start: see target/chat-node-" + name + ".log");
        }
        return new ChatNodeProcess(process, url);
    }

    String url() {
        return url;
    }

    /** SIGKILL: nothing is closed, nothing is said. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it lives on");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The node: its name, its port, the engine's URI, the other node. */
    public static void main(String[] arguments) throws IOException {
        var node = new ChatNode(arguments[0], List.of(ChatNode.address(arguments[3])));
        try (DemoServer server = DemoServer.start(
                "127.0.0.1", Integer.parseInt(arguments[1]), null, Chat.over(node, LIMITS, backplane(arguments[2])))) {
            System.out.println(server.url());
            while (System.in.read() >= 0) {
                // Until the end.
            }
        }
    }

    private static Backplane backplane(String uri) {
        return uri.startsWith("redis:")
                ? new RedisBackplane(RedisSettings.builder(uri).build())
                : new NatsBackplane(NatsSettings.builder(uri).build());
    }
}
