package dev.gibbon.benchmarks.load;

import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawListener;
import dev.gibbon.testkit.RawSocket;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does on each connection what a test wants, right or wrong. */
final class ScriptedServer implements AutoCloseable {

    /** What it does on one connection; the connection ends with it. */
    interface Script {
        void serve(RawSocket socket, int index) throws Exception;
    }

    /** How it answers a frame with data: the bytes to send. */
    interface Answer {
        byte[] to(RawFrame frame, int count) throws Exception;
    }

    private final RawListener listener;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();

    private ScriptedServer(RawListener listener, Script script) {
        this.listener = listener;
        daemon(() -> {
            while (true) {
                RawSocket socket = listener.accept();
                int index = connections.getAndIncrement();
                daemon(() -> {
                    try (socket) {
                        script.serve(socket, index);
                    }
                });
            }
        });
    }

    static ScriptedServer of(Script script) throws IOException {
        return over(RawListener.open(), script);
    }

    static ScriptedServer over(RawListener listener, Script script) {
        return new ScriptedServer(listener, script);
    }

    /** Accepts handshakes, and answers each message; a Close as it should be. */
    static ScriptedServer answering(Answer answer, String... fields) throws IOException {
        return of((socket, index) -> {
            accept(socket, fields);
            answer(socket, answer);
        });
    }

    static void accept(RawSocket socket, String... fields) throws IOException {
        socket.send(RawListener.switching(RawListener.readHead(socket), fields));
    }

    static void answer(RawSocket socket, Answer answer) throws Exception {
        for (int count = 0; ; ) {
            RawFrame frame = RawFrame.read(socket.input());
            if (frame.opcode() == RawFrame.CLOSE) {
                socket.send(RawFrame.of(RawFrame.CLOSE, frame.payload()).bytes());
                untilEnd(socket);
                return;
            }
            if (frame.opcode() < RawFrame.CLOSE) {
                socket.send(answer.to(frame, count++));
            }
        }
    }

    static void untilEnd(RawSocket socket) throws IOException {
        while (socket.input().read() >= 0) {
            // Not looked at.
        }
    }

    /** Runs until the listener is closed or the peer is gone, both of which are no failure. */
    private void daemon(Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                    } catch (EOFException | SocketException e) {
                        // Who has seen enough resets the connection.
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                },
                "scripted");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Step {
        void run() throws Exception;
    }

    String uri() {
        return "ws://127.0.0.1:" + listener.port() + "/";
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Throwable failure = failures.peek();
        if (failure != null) {
            throw new AssertionError("the script failed", failure);
        }
    }
}
