package dev.gibbon.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The command {@code gibbon}. Exit codes: 0 done, 1 failed, 2 a command line that cannot be understood. What went wrong is one
 * line on standard error, never a stack trace.
 */
public final class Gibbon {
    /** Done, or stopped by a signal in good order. */
    static final int DONE = 0;
    /** The command could not be done. */
    static final int FAILED = 1;
    /** The command line cannot be understood. */
    static final int MISUSED = 2;

    /** A JVM option, for whoever looks for a fault in Gibbon itself: {@code GIBBON_JAVA_OPTS=-Dgibbon.trace=true}. */
    private static final String TRACE = "gibbon.trace";

    private static final String HELP = """
            Usage: gibbon COMMAND [OPTIONS]

            WebSockets for Java: demos, an echo server, a client, a frame decoder.

            Commands:
              demo      serve the demos' pages (the raw echo has a port of its own)
              serve     run an echo server, with /broadcast
              connect   send and receive messages, by hand or in a pipe
              decode    show the frames of a byte stream, bit by bit
              autobahn  run all cases of an Autobahn fuzzing server with the client
              soak      let nodes of the chat fail under load, and compare what clients have seen
              bench     measure Gibbon and other servers side by side (./gibbon of a checkout)

            Options:
              -h, --help       show this help and end
              -V, --version    show the version and end

            gibbon COMMAND --help tells a command's own options.
            """;

    private Gibbon() {}

    /**
     * Runs one command and ends the process.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        Console console = new Console(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                System.err,
                Gibbon::hasTerminal);
        System.exit(run(List.of(arguments), console));
    }

    /** Runs one command and returns its exit code. */
    static int run(List<String> arguments, Console console) {
        if (arguments.isEmpty()) {
            console.err().print(HELP);
            return MISUSED;
        }
        String name = arguments.get(0);
        Command command = command(name);
        String prefix = command == null ? "gibbon" : "gibbon " + name;
        try {
            if (command == null) {
                top(name, arguments, console);
            } else {
                run(command, arguments.subList(1, arguments.size()), console);
            }
            return DONE;
        } catch (BadArgumentException fault) {
            console.err().println(prefix + ": " + fault.getMessage());
            return MISUSED;
        } catch (CommandFailedException failure) {
            trace(failure);
            console.err().println(prefix + ": " + failure.getMessage());
            return FAILED;
        } catch (TextOutput.ClosedPipeException gone) {
            return DONE;
        } catch (IOException failure) {
            trace(failure);
            console.err().println(prefix + ": " + VisibleText.of(inWords(failure)));
            return FAILED;
        } catch (RuntimeException | Error fault) {
            trace(fault);
            console.err()
                    .println(prefix + ": unexpected " + VisibleText.of(fault.toString()) + " (GIBBON_JAVA_OPTS=-D"
                            + TRACE + "=true shows where)");
            return FAILED;
        }
    }

    /** Whether a person sits at both ends. Before JDK 22 there was a console only then; since then it says so itself. */
    @SuppressWarnings("SystemConsoleNull") // asked below, where the JDK can be
    private static boolean hasTerminal() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            Object terminal = java.io.Console.class.getMethod("isTerminal").invoke(console);
            return Boolean.TRUE.equals(terminal);
        } catch (NoSuchMethodException older) {
            return true;
        } catch (ReflectiveOperationException never) {
            return false;
        }
    }

    private static @Nullable Command command(String name) {
        return switch (name) {
            case "demo" -> new DemoCommand();
            case "serve" -> new ServeCommand();
            case "connect" -> new ConnectCommand();
            case "decode" -> new DecodeCommand();
            case "autobahn" -> new AutobahnCommand();
            case "soak" -> new SoakCommand();
            default -> null;
        };
    }

    private static void run(Command command, List<String> arguments, Console console)
            throws BadArgumentException, CommandFailedException, IOException {
        CommandSpec spec = command.spec();
        Arguments given = Arguments.parse(spec, arguments);
        if (given.wantsHelp()) {
            print(console, spec.commandLine().getUsageMessage());
        } else {
            command.run(given, console);
        }
    }

    private static void top(String name, List<String> arguments, Console console)
            throws BadArgumentException, IOException {
        if (name.equals("bench")) {
            throw new BadArgumentException("bench has a class path of its own: start it by ./gibbon of a checkout");
        }
        boolean help = name.equals("-h") || name.equals("--help");
        if (!help && !name.equals("-V") && !name.equals("--version")) {
            throw new BadArgumentException(
                    (name.startsWith("-") ? "unknown option " : "unknown command ") + VisibleText.quoted(name)
                            + ": expected demo, serve, connect, decode, autobahn, soak or bench (gibbon --help)");
        }
        if (arguments.size() > 1) {
            throw new BadArgumentException("unexpected argument " + VisibleText.quoted(arguments.get(1)));
        }
        print(console, help ? HELP : version());
    }

    private static void print(Console console, String text) throws IOException {
        TextOutput output = new TextOutput(console.out());
        output.line(text.stripTrailing());
        output.flush();
    }

    /** The version that Maven wrote into a resource, so that jars and class folders both know it. */
    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream resource = Gibbon.class.getResourceAsStream("version.properties")) {
            if (resource != null) {
                properties.load(resource);
            }
        }
        return "gibbon " + properties.getProperty("version", "unknown") + " (Java " + Runtime.version() + ")";
    }

    private static String inWords(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static void trace(Throwable failure) {
        if (Boolean.getBoolean(TRACE)) {
            failure.printStackTrace();
        }
    }
}
