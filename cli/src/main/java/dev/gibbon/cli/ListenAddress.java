package dev.gibbon.cli;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a server of this command listens: {@code --host} and {@code --port}. Immutable.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535; 0 is any free one
 */
record ListenAddress(String host, int port) {

    /** Adds both options. */
    static void addOptions(CommandSpec spec, int defaultPort) {
        spec.addOption(Arguments.option("--host", "HOST", "Name or address to listen on (127.0.0.1)."));
        spec.addOption(Arguments.option("--port", "PORT", "TCP port, 0 for a free one (" + defaultPort + ")."));
    }

    /** Reads both options. */
    static ListenAddress of(Arguments given, int defaultPort) throws BadArgumentException {
        String text = given.text("--host", "127.0.0.1");
        boolean brackets = text.length() > 2 && text.startsWith("[") && text.endsWith("]");
        String host = brackets ? text.substring(1, text.length() - 1) : text;
        if (host.isBlank() || host.contains("/")) {
            throw Arguments.bad("--host", text, "a name or an address, such as 127.0.0.1, localhost, 0.0.0.0 or ::1");
        }
        return new ListenAddress(host, (int) given.number("--port", defaultPort, 0, 65535));
    }

    /** The host as a client on this machine can use it in a URL: no wildcard, IPv6 in brackets (RFC 3986, 3.2.2). */
    String usableHost() {
        String usable = host;
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isAnyLocalAddress()) {
                usable = address.getAddress().length == 4 ? "127.0.0.1" : "::1";
            }
        } catch (UnknownHostException unknown) {
            // It was known when the server was bound to it.
            usable = host;
        }
        return usable.contains(":") ? "[" + usable.replace("%", "%25") + "]" : usable;
    }

    /** Says in words why a server could not be bound here. */
    CommandFailedException failure(IOException failure) {
        String shown = (host.contains(":") ? "[" + VisibleText.of(host) + "]" : VisibleText.of(host)) + ":" + port;
        return new CommandFailedException("cannot listen on " + shown + ": " + reason(failure), failure);
    }

    private static String reason(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        if (failure instanceof SocketException) {
            // The JDK has one type for all of these; the messages are the system's.
            if (failure instanceof BindException && lower.contains("in use")) {
                return "the port is taken (--port chooses another, --port 0 a free one)";
            }
            if (lower.contains("assign")) {
                return "--host is no address of this machine";
            }
            if (lower.contains("permission")) {
                return "no permission for this port (--port chooses another)";
            }
        }
        if (failure instanceof UnknownHostException || lower.contains("unknown host")) {
            return "--host is unknown";
        }
        return VisibleText.of(message);
    }
}
