package dev.gibbon.cli;

import dev.gibbon.CloseInfo;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A conversation without a person: one thread sends what there is to send, this one prints what comes, until the plan is fulfilled,
 * the peer closes or the time is over. Everything it waits for has an end.
 */
final class PipedSession {
    /** How long a Close may take when nothing depends on it any more; the client's closeTimeout is 5 s. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(6);

    /** How long it may take when nobody reads our output. */
    private static final Duration NOBODY_READS = Duration.ofSeconds(1);

    /**
     * When it is done.
     *
     * @param receive after so many messages; -1 if they are not counted
     * @param untilClose when the peer closes
     */
    record Plan(long receive, boolean untilClose) {
        boolean countsMessages() {
            return receive >= 0;
        }

        /** Whether everything is done when everything was sent and the peer has answered our Close. */
        boolean closesAfterSending() {
            return !countsMessages() && !untilClose;
        }
    }

    private final WebSocket socket;
    private final Plan plan;
    private final Deadline deadline;
    private final TextOutput output;
    private long received;
    private volatile boolean sentAll;
    private volatile @Nullable Exception sendFailure;

    PipedSession(WebSocket socket, Plan plan, Deadline deadline, TextOutput output) {
        this.socket = socket;
        this.plan = plan;
        this.deadline = deadline;
        this.output = output;
    }

    /**
     * Talks until it is done.
     *
     * @param source what to send
     * @throws CommandFailedException if the plan was not fulfilled
     * @throws IOException if the output cannot be written
     */
    void run(TextSource source) throws CommandFailedException, IOException, InterruptedException {
        Thread sender = new Thread(() -> send(source), "gibbon-send");
        // It may wait for an input that never ends.
        sender.setDaemon(true);
        sender.start();
        try {
            while (!isFulfilled()) {
                print(next());
            }
            output.flush();
            if (source.isFinite()) {
                sender.join(deadline.leftMillis());
            }
            socket.close(1000, "");
            socket.awaitClose(LAST_WORDS);
        } catch (WebSocketClosedException ended) {
            output.flush();
            judge(ended.info());
        } catch (TextOutput.ClosedPipeException gone) {
            socket.close(1000, "");
            socket.awaitClose(NOBODY_READS);
            throw gone;
        } finally {
            socket.abort();
        }
    }

    private boolean isFulfilled() {
        return plan.countsMessages() && received >= plan.receive();
    }

    private Message next() throws CommandFailedException, IOException, InterruptedException {
        if (deadline.hasPassed()) {
            throw deadline.passed(missing());
        }
        // What has gathered is shown before waiting.
        Optional<Message> there = socket.receive(Duration.ZERO);
        if (there.isEmpty()) {
            output.flush();
            there = socket.receive(deadline.left());
        }
        if (there.isEmpty()) {
            throw deadline.passed(missing());
        }
        received++;
        return there.get();
    }

    private void print(Message message) throws IOException {
        for (String line : ShownMessage.lines(message)) {
            output.line(line);
        }
    }

    private String missing() {
        if (plan.countsMessages()) {
            return counted() + " came";
        }
        return plan.untilClose() ? "the peer has not closed" : sentAll ? "closing" : "not everything is sent";
    }

    private String counted() {
        return received + " of " + plan.receive() + (plan.receive() == 1 ? " message" : " messages");
    }

    // ---- the sending thread

    private void send(TextSource source) {
        try {
            for (String text = source.next(); text != null; text = source.next()) {
                socket.send(text);
            }
            sentAll = true;
            if (plan.closesAfterSending()) {
                // The Close goes behind what was sent, and what the peer answers before its own Close is still printed.
                socket.close(1000, "");
            }
        } catch (WebSocketClosedException ended) {
            // The receiving thread knows more.
        } catch (IOException | WebSocketException | IllegalArgumentException failure) {
            sendFailure = failure;
            socket.close(1000, "");
        } catch (RuntimeException | Error fault) {
            sendFailure = new IllegalStateException("sending failed: " + fault, fault);
            socket.abort();
        }
    }

    // ---- the end

    private void judge(@Nullable CloseInfo info) throws CommandFailedException {
        Exception failure = sendFailure;
        if (failure != null) {
            throw new CommandFailedException(VisibleText.of(String.valueOf(failure.getMessage())), failure);
        }
        boolean good = info != null && ShownEnd.isGood(info);
        if (plan.countsMessages()) {
            throw new CommandFailedException(ShownEnd.inWords(info) + " after " + counted());
        }
        if (!good) {
            throw new CommandFailedException(ShownEnd.inWords(info));
        }
        if (plan.untilClose() && received == 0) {
            throw new CommandFailedException(ShownEnd.inWords(info) + " before any message came");
        }
        if (plan.closesAfterSending() && !sentAll) {
            throw new CommandFailedException(ShownEnd.inWords(info) + " before everything was sent");
        }
    }
}
