package dev.gibbon.cli;

import dev.gibbon.ProxySettings;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketOptions;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code gibbon connect}: a client, for a person at a terminal or as a part of a pipe. */
final class ConnectCommand implements Command {
    private static final long MAX_MESSAGE = 1 << 20;
    private static final long TIMEOUT_SECONDS = 60;
    private static final long MAX_SECONDS = 1_000_000_000;
    private static final String URL_FORM = "ws://HOST[:PORT][/PATH][?QUERY] or wss://...";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("gibbon connect");
        spec.usageMessage()
                .description(
                        "Connects to a WebSocket server. At a terminal: type messages, /help shows what else. In a pipe, or with"
                                + " --send, --receive or --until-close: sends each TEXT, or else each line of standard input;"
                                + " prints each message on a line, binary ones as a hex dump; and closes with 1000.");
        spec.addPositional(Arguments.rest("URL", URL_FORM));
        spec.addOption(Arguments.repeated("--send", "TEXT", "Send this message; may be repeated."));
        spec.addOption(Arguments.option("--receive", "N", "Close after so many messages."));
        spec.addOption(Arguments.flag(
                "--until-close",
                "Go on until the peer closes; 0 if a message came and its code was 1000, 1001, none or 3000+."));
        spec.addOption(Arguments.option(
                "--timeout",
                "SECONDS",
                "The longest it may take, 0 for no limit (60; at a terminal only connecting has a limit)."));
        spec.addOption(
                Arguments.option("--max-message", "BYTES", "Longest message to take, such as 65536 or 16MiB (1MiB)."));
        spec.addOption(Arguments.repeated("--header", "'NAME: VALUE'", "Add a header field; may be repeated."));
        spec.addOption(Arguments.repeated("--subprotocol", "NAME", "Offer a subprotocol; may be repeated."));
        spec.addOption(Arguments.option(
                "--proxy",
                "URI",
                "Connect through a proxy: http://, https://, socks5:// or socks5h://, USER:PASSWORD@ allowed."));
        spec.addOption(Arguments.option("--ca", "FILE", "Trust the certificates of this PEM file only (the JDK's)."));
        spec.addOption(Arguments.flag("--insecure", "Check neither the certificate nor its name."));
        return spec;
    }

    @Override
    public void run(Arguments given, Console console) throws BadArgumentException, CommandFailedException, IOException {
        String url = url(given);
        PipedSession.Plan plan = new PipedSession.Plan(
                given.text("--receive") == null ? -1 : given.number("--receive", 0, 0, MAX_SECONDS),
                given.has("--until-close"));
        if (plan.countsMessages() && plan.untilClose()) {
            throw new BadArgumentException("--receive and --until-close cannot go together");
        }
        List<String> texts = given.texts("--send");
        long seconds = given.number("--timeout", TIMEOUT_SECONDS, 0, MAX_SECONDS);
        WebSocketClient client = client(url, given);
        boolean interactive = texts.isEmpty()
                && plan.closesAfterSending()
                && console.terminal().getAsBoolean();
        Deadline deadline = Deadline.in(seconds);
        try {
            WebSocket socket = Opening.open(client, deadline);
            if (interactive) {
                InteractiveSession.run(socket, url);
            } else {
                Thread guard = deadline.guard(console.err(), "gibbon connect");
                TextSource source = texts.isEmpty() ? TextSource.lines(console.in()) : TextSource.of(texts);
                try {
                    new PipedSession(socket, plan, deadline, new TextOutput(console.out())).run(source);
                } finally {
                    guard.interrupt();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", interrupted);
        }
    }

    private static String url(Arguments given) throws BadArgumentException {
        List<String> rest = given.rest();
        if (rest.isEmpty()) {
            throw new BadArgumentException("URL is missing: " + URL_FORM);
        }
        if (rest.size() > 1) {
            throw new BadArgumentException("unexpected argument " + VisibleText.quoted(rest.get(1)));
        }
        return rest.get(0);
    }

    private static WebSocketClient client(String url, Arguments given)
            throws BadArgumentException, CommandFailedException {
        WebSocketClient.Builder builder = builder(url);
        builder.options(WebSocketOptions.builder()
                .maxMessageBytes(given.bytes("--max-message", MAX_MESSAGE, 1, WebSocketOptions.MAX_MESSAGE_BYTES))
                .build());
        for (String header : given.texts("--header")) {
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw Arguments.bad("--header", header, "'NAME: VALUE'");
            }
            try {
                builder.header(
                        header.substring(0, colon), header.substring(colon + 1).strip());
            } catch (IllegalArgumentException fault) {
                throw bad("--header", header, fault);
            }
        }
        List<String> subprotocols = given.texts("--subprotocol");
        try {
            builder.subprotocols(subprotocols.toArray(String[]::new));
        } catch (IllegalArgumentException fault) {
            throw bad("--subprotocol", String.join(" ", subprotocols), fault);
        }
        String proxy = given.text("--proxy");
        if (proxy != null) {
            try {
                builder.proxy(ProxySettings.of(proxy));
            } catch (IllegalArgumentException fault) {
                throw bad("--proxy", proxy, fault);
            }
        }
        trust(builder, url, given);
        return builder.build();
    }

    private static void trust(WebSocketClient.Builder builder, String url, Arguments given)
            throws BadArgumentException, CommandFailedException {
        String file = given.text("--ca");
        boolean insecure = given.has("--insecure");
        if (file == null && !insecure) {
            return;
        }
        if (file != null && insecure) {
            throw new BadArgumentException("--ca and --insecure cannot go together");
        }
        if (!url.regionMatches(true, 0, "wss:", 0, 4)) {
            throw new BadArgumentException((insecure ? "--insecure" : "--ca") + " belongs to a wss:// URL");
        }
        builder.sslContext(file != null ? TrustOptions.authorities(file) : TrustOptions.nobodyIsChecked());
    }

    /** A description of a client, or the fault of its URL. */
    static WebSocketClient.Builder builder(String url) throws BadArgumentException {
        try {
            return WebSocketClient.builder(url);
        } catch (IllegalArgumentException fault) {
            throw bad("URL", url, fault);
        }
    }

    private static BadArgumentException bad(String option, String value, IllegalArgumentException fault) {
        return new BadArgumentException(
                option + " " + VisibleText.quoted(value) + ": " + VisibleText.of(String.valueOf(fault.getMessage())));
    }
}
