package dev.gibbon.cli;

import dev.gibbon.demos.DemoServer;
import dev.gibbon.demos.SelfSigned;
import java.io.IOException;
import java.net.URI;
import picocli.CommandLine.Model.CommandSpec;

/** {@code gibbon demo}: all demos and their pages on one port, but for the raw echo. */
final class DemoCommand implements Command {
    private static final int PORT = 8080;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("gibbon demo");
        spec.usageMessage()
                .description(
                        "Serves the demos' pages and their WebSockets on one port, the raw echo on a free one beside it, until SIGTERM or SIGINT stops it.",
                        "Prints one line when it is ready: open http://HOST:PORT/");
        ListenAddress.addOptions(spec, PORT);
        spec.addOption(
                Arguments.flag(
                        "--tls",
                        "Speak TLS, with a self-signed certificate made on the spot; the line then tells its SHA-256 fingerprint."));
        ChatOptions.addOptions(spec);
        return spec;
    }

    @Override
    public void run(Arguments given, Console console) throws BadArgumentException, CommandFailedException {
        ListenAddress address = ListenAddress.of(given, PORT);
        ChatOptions chat = ChatOptions.of(given);
        SelfSigned certificate = given.has("--tls") ? SelfSigned.make(address.host()) : null;
        DemoServer server;
        try {
            server = DemoServer.start(address.host(), address.port(), certificate, chat.open());
        } catch (IOException failure) {
            throw address.failure(failure);
        }
        URI url = URI.create(server.url());
        String open = "open " + url.getScheme() + "://" + address.usableHost() + ":" + url.getPort() + "/";
        Serving.untilStopped(
                server,
                server::awaitClose,
                certificate == null ? open : open + " certificate SHA-256 " + certificate.fingerprint(),
                console);
    }
}
