package dev.gibbon.cli;

import dev.gibbon.ServerTls;
import dev.gibbon.TransportChoice;
import dev.gibbon.WebSocketOptions;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code gibbon serve}: the echo server alone, for clients to try and for measuring. */
final class ServeCommand implements Command {
    private static final int PORT = 9001;
    private static final long MAX_MESSAGE = 32L << 20;
    private static final long MAX_IDLE_SECONDS = 1_000_000_000;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("gibbon serve");
        spec.usageMessage()
                .description(
                        "An echo server at any path, until SIGTERM or SIGINT stops it; /broadcast sends each message to all"
                                + " connections on that path.",
                        "Prints one line when it is ready: listening on ws://HOST:PORT, or wss:// with a certificate");
        ListenAddress.addOptions(spec, PORT);
        spec.addOption(Arguments.option("--max-message", "BYTES", "Longest message, such as 65536 or 1MiB (32MiB)."));
        spec.addOption(Arguments.option("--loops", "N", "Event loops (one a processor)."));
        spec.addOption(Arguments.option(
                "--idle", "SECONDS", "Close a connection without a data message for so long, 0 for never (0)."));
        spec.addOption(Arguments.flag("--no-heartbeat", "Send no pings to silent peers."));
        spec.addOption(Arguments.flag(
                "--deflate",
                "Compress messages of 1 KiB and more if the client offers permessage-deflate (the default)."));
        spec.addOption(Arguments.flag("--no-deflate", "Do not compress, whatever the client offers."));
        spec.addOption(Arguments.option("--tls-cert", "FILE", "Speak TLS with this certificate chain, a PEM file."));
        spec.addOption(Arguments.option("--tls-key", "FILE", "The certificate's private key, a PEM file."));
        spec.addOption(
                Arguments.option("--style", "STYLE", "How the echo is written: listener or blocking (listener)."));
        spec.addOption(Arguments.option(
                "--transport", "NAME", "What moves the bytes: auto, nio or native (auto: native where it works)."));
        return spec;
    }

    @Override
    public void run(Arguments given, Console console) throws BadArgumentException, CommandFailedException, IOException {
        EchoServer.Settings settings = settings(given);
        EchoServer server;
        try {
            server = EchoServer.start(settings);
        } catch (IOException failure) {
            throw settings.address().failure(failure);
        } catch (UnsupportedOperationException failure) {
            // The transport; the message says what is missing.
            throw new CommandFailedException(String.valueOf(failure.getMessage()), failure);
        }
        Serving.untilStopped(
                server,
                server::awaitClose,
                "listening on " + (settings.tls() == null ? "ws" : "wss") + "://"
                        + settings.address().usableHost() + ":" + server.port(),
                console);
    }

    /** The settings that the options ask for. */
    static EchoServer.Settings settings(Arguments given) throws BadArgumentException {
        String style = given.oneOf("--style", List.of("listener", "blocking"));
        String transport = given.oneOf("--transport", List.of("auto", "nio", "native"));
        return new EchoServer.Settings(
                ListenAddress.of(given, PORT),
                EchoServer.Style.valueOf(style.toUpperCase(Locale.ROOT)),
                TransportChoice.valueOf(transport.toUpperCase(Locale.ROOT)),
                given.bytes("--max-message", MAX_MESSAGE, 1, WebSocketOptions.MAX_MESSAGE_BYTES),
                (int) given.number("--loops", 0, 1, 1024),
                Duration.ofSeconds(given.number("--idle", 0, 0, MAX_IDLE_SECONDS)),
                !given.has("--no-heartbeat"),
                deflate(given),
                tls(given));
    }

    private static @Nullable ServerTls tls(Arguments given) throws BadArgumentException {
        String certificate = given.text("--tls-cert");
        String key = given.text("--tls-key");
        if (certificate == null && key == null) {
            return null;
        }
        if (certificate == null || key == null) {
            throw new BadArgumentException("--tls-cert and --tls-key go together");
        }
        try {
            return ServerTls.pem(Path.of(certificate), Path.of(key));
        } catch (InvalidPathException | IOException failure) {
            throw new BadArgumentException(
                    "--tls-cert, --tls-key: " + VisibleText.of(String.valueOf(failure.getMessage())));
        }
    }

    private static boolean deflate(Arguments given) throws BadArgumentException {
        boolean off = given.has("--no-deflate");
        if (off && given.has("--deflate")) {
            throw new BadArgumentException("--deflate and --no-deflate cannot go together");
        }
        return !off;
    }
}
