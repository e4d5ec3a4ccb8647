package dev.gibbon.benchmarks.contender;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Starts the one contender of its class path: {@code Main NAME [--port N] [--loops N] [--deflate] [--variant V]
 * [--max-message BYTES]}. Prints {@code listening PORT} when it is ready, and ends when its standard input does, so that
 * nobody who dies leaves it behind.
 */
public final class Main {
    private static final int MAX_MESSAGE_BYTES = 32 << 20;

    private Main() {}

    /**
     * Starts a contender.
     *
     * @param args as above
     * @throws Exception if it cannot be started
     */
    public static void main(String[] args) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        try {
            System.out.println("listening " + start(args));
        } catch (IllegalArgumentException | UnsupportedOperationException fault) {
            System.err.println(fault.getMessage());
            System.exit(2);
        }
        awaitEnd();
        // The servers' threads would keep the process alive.
        System.exit(0);
    }

    private static void awaitEnd() throws IOException {
        byte[] ignored = new byte[64];
        while (System.in.read(ignored) >= 0) {
            // What is written here means nothing.
        }
    }

    private static int start(String[] args) throws Exception {
        if (args.length == 0) {
            throw new IllegalArgumentException(
                    "usage: NAME [--port N] [--loops N] [--deflate] [--variant V] [--max-message BYTES]");
        }
        return contender(args[0]).start(settings(List.of(args).subList(1, args.length)));
    }

    private static Contender contender(String name) {
        List<String> others = new ArrayList<>();
        for (Contender contender : ServiceLoader.load(Contender.class)) {
            if (contender.name().equals(name)) {
                return contender;
            }
            others.add(contender.name());
        }
        throw new IllegalArgumentException("there is no contender " + name + " on the class path, but " + others);
    }

    private static Settings settings(List<String> options) {
        int port = 0;
        int loops = 1;
        boolean deflate = false;
        int maxMessageBytes = MAX_MESSAGE_BYTES;
        String variant = "";
        for (var rest = options.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            if (option.equals("--deflate")) {
                deflate = true;
                continue;
            }
            if (!rest.hasNext()) {
                throw new IllegalArgumentException("unknown option, or without a value: " + option);
            }
            String value = rest.next();
            switch (option) {
                case "--port" -> port = Integer.parseInt(value);
                case "--loops" -> loops = Integer.parseInt(value);
                case "--max-message" -> maxMessageBytes = Integer.parseInt(value);
                case "--variant" -> variant = value;
                default -> throw new IllegalArgumentException("unknown option: " + option);
            }
        }
        return new Settings(port, loops, deflate, maxMessageBytes, variant);
    }
}
