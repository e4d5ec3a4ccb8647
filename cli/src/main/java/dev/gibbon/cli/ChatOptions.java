package dev.gibbon.cli;

import dev.gibbon.demos.chat.Chat;
import dev.gibbon.demos.chat.ChatLimits;
import dev.gibbon.demos.chat.ChatNode;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.nats.NatsBackplane;
import dev.gibbon.hub.nats.NatsSettings;
import dev.gibbon.hub.redis.RedisBackplane;
import dev.gibbon.hub.redis.RedisSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code gibbon demo} is told about the chat: which node it is, which engine keeps the rooms, and where the other nodes are. Immutable. */
final class ChatOptions {
    private static final Duration REACHED_WITHIN = Duration.ofSeconds(5);

    /** An engine that a chat of several nodes can stand on. */
    private record Engine(String option, List<String> schemes, Function<String, Backplane> connect) {}

    private static final List<Engine> ENGINES = List.of(
            new Engine(
                    "--redis",
                    List.of("redis", "rediss"),
                    uri -> new RedisBackplane(RedisSettings.builder(uri).build())),
            new Engine(
                    "--nats",
                    List.of("nats", "tls"),
                    uri -> new NatsBackplane(NatsSettings.builder(uri).build())));

    private final ChatNode node;
    private final @Nullable Engine engine;
    private final String uri;

    private ChatOptions(ChatNode node, @Nullable Engine engine, String uri) {
        this.node = node;
        this.engine = engine;
        this.uri = uri;
    }

    /** Adds the options. */
    static void addOptions(CommandSpec spec) {
        spec.addOption(Arguments.option("--node", "NAME", "The name of this node of the chat (one)."));
        spec.addOption(Arguments.option(
                "--redis", "URI", "Keep the chat on Redis, such as redis://127.0.0.1:6379; else in memory."));
        spec.addOption(Arguments.option(
                "--nats", "URI", "Keep the chat on NATS, such as nats://127.0.0.1:4222; else in memory."));
        spec.addOption(
                Arguments.option(
                        "--nodes",
                        "URL,URL",
                        "The other nodes on the same engine, where pages go when this one is gone, such as http://127.0.0.1:8081/."));
    }

    /** Reads the options. */
    static ChatOptions of(Arguments given) throws BadArgumentException {
        String name = given.text("--node", ChatNode.alone().name());
        ChatNode node;
        try {
            node = new ChatNode(name, List.of());
        } catch (IllegalArgumentException fault) {
            throw Arguments.bad("--node", name, "1 to 32 characters that can be seen");
        }
        Engine engine = null;
        String uri = "";
        for (Engine each : ENGINES) {
            String value = given.text(each.option());
            if (value == null) {
                continue;
            }
            if (engine != null) {
                throw new BadArgumentException("--redis and --nats cannot go together");
            }
            checkUri(each, value);
            engine = each;
            uri = value;
        }
        List<URI> others = others(given.text("--nodes"));
        if (!others.isEmpty() && engine == null) {
            throw new BadArgumentException("--nodes needs --redis or --nats: nodes share no memory");
        }
        return new ChatOptions(new ChatNode(node.name(), others), engine, uri);
    }

    private static void checkUri(Engine engine, String value) throws BadArgumentException {
        try {
            URI uri = new URI(value);
            if (uri.getHost() != null && engine.schemes().contains(uri.getScheme()) && uri.getPort() <= 65535) {
                return;
            }
        } catch (URISyntaxException fault) {
            // Told below, with what was expected.
        }
        throw Arguments.bad(engine.option(), value, engine.schemes().get(0) + "://[USER:PASSWORD@]HOST[:PORT]");
    }

    private static List<URI> others(@Nullable String value) throws BadArgumentException {
        List<URI> others = new ArrayList<>();
        if (value != null) {
            for (String each : value.split(",", -1)) {
                try {
                    others.add(ChatNode.address(each));
                } catch (IllegalArgumentException fault) {
                    throw Arguments.bad(
                            "--nodes", each, "addresses split by commas, each http://HOST[:PORT]/, or https");
                }
            }
        }
        return others;
    }

    /** Opens the chat, and makes sure that its engine answers. */
    Chat open() throws CommandFailedException {
        if (engine == null) {
            return Chat.inMemory(node);
        }
        Backplane backplane;
        try {
            backplane = engine.connect().apply(uri);
        } catch (IllegalArgumentException fault) {
            throw unreachable(engine, VisibleText.of(String.valueOf(fault.getMessage())), fault);
        }
        try {
            var unused = backplane
                    .members("lobby")
                    .toCompletableFuture()
                    .get(REACHED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return Chat.over(node, ChatLimits.DEFAULT, backplane);
        } catch (TimeoutException late) {
            backplane.close();
            throw unreachable(engine, "no answer within " + REACHED_WITHIN.toSeconds() + " s", late);
        } catch (ExecutionException fault) {
            backplane.close();
            throw unreachable(engine, VisibleText.of(String.valueOf(fault.getCause())), fault);
        } catch (InterruptedException stopped) {
            backplane.close();
            Thread.currentThread().interrupt();
            throw unreachable(engine, "interrupted", stopped);
        }
    }

    /** Names the engine without the password that its URI may have. */
    private CommandFailedException unreachable(Engine wanted, String why, Exception cause) {
        URI address = URI.create(uri);
        String port = address.getPort() < 0 ? "" : ":" + address.getPort();
        return new CommandFailedException(
                wanted.option() + ": cannot use " + address.getScheme() + "://" + address.getHost() + port + ": " + why,
                cause);
    }
}
