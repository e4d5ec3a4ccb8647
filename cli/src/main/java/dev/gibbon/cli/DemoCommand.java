package dev.gibbon.cli;

import dev.gibbon.demos.DemoServer;
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
        return spec;
    }

    @Override
    public void run(Arguments given, Console console) throws BadArgumentException, CommandFailedException {
        ListenAddress address = ListenAddress.of(given, PORT);
        DemoServer server;
        try {
            server = DemoServer.start(address.host(), address.port());
        } catch (IOException failure) {
            throw address.failure(failure);
        }
        int port = URI.create(server.url()).getPort();
        Serving.untilStopped(
                server, server::awaitClose, "open http://" + address.usableHost() + ":" + port + "/", console);
    }
}
