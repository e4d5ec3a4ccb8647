package dev.gibbon.cli;

import java.io.IOException;

/**
 * The life of a server that was started by a command: one line when it is ready, then waiting for SIGTERM, SIGINT or SIGHUP,
 * which close it in good order and end the process with exit code 0. The JVM's own code would be 128 and the number of the
 * signal, which says "killed"; a server that was asked to stop and has closed every connection is done.
 */
final class Serving {
    private Serving() {}

    /** Waits for the end of something. */
    @FunctionalInterface
    interface Waiting {
        /** Returns when it has ended. */
        void await() throws InterruptedException;
    }

    /** Says that the server is ready and returns when it is closed, if the process does not end first. */
    static void untilStopped(AutoCloseable server, Waiting end, String ready, Console console) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "gibbon-stop"));
        try {
            TextOutput output = new TextOutput(console.out());
            output.line(ready);
            output.flush();
        } catch (IOException nobodyListens) {
            // A server does its work whether or not somebody reads its output.
        }
        try {
            end.await();
        } catch (InterruptedException interrupted) {
            // The end of the process closes the server.
            Thread.currentThread().interrupt();
        }
    }

    private static void stop(AutoCloseable server) {
        int code = Gibbon.FAILED;
        try {
            server.close();
            code = Gibbon.DONE;
        } catch (Exception | Error fault) {
            System.err.println("gibbon: cannot close the server: " + VisibleText.of(fault.toString()));
        } finally {
            // A hook cannot return an exit code, so it ends the JVM itself.
            Runtime.getRuntime().halt(code);
        }
    }
}
