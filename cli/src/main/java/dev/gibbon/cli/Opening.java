package dev.gibbon.cli;

import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Connects within a deadline and says in words why not. */
final class Opening {
    private Opening() {}

    static WebSocket open(WebSocketClient client, Deadline deadline)
            throws CommandFailedException, InterruptedException {
        CompletableFuture<WebSocket> opening = client.open();
        try {
            return opening.get(deadline.leftMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            opening.cancel(true);
            throw deadline.passed("still connecting");
        } catch (ExecutionException failure) {
            throw new CommandFailedException(inWords(failure), failure);
        }
    }

    /** Why an attempt failed, on one line. */
    static String inWords(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause == null) {
            return "unexpected " + VisibleText.of(failure.toString());
        }
        String message = cause.getMessage();
        return message == null || message.isEmpty() || cause instanceof Error
                ? "unexpected " + VisibleText.of(cause.toString())
                : VisibleText.of(message);
    }
}
