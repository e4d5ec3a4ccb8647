package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Endpoint;
import dev.gibbon.Message;
import dev.gibbon.MessageStream;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketHandler;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.BufferedReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Taking messages in the blocking style, whole and as streams, and what the listener style lends. */
class ReceivingEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private RawWebSocket peer;

    /** Connects a peer to a handler whose result is awaited by {@link #result}. */
    private void connect(Handler handler, UnaryOperator<WebSocketOptions.Builder> options) throws Exception {
        WebSocketHandler completing = socket -> {
            try {
                results.add(Optional.ofNullable(handler.handle(socket)));
            } catch (Throwable e) {
                results.add(e);
                throw e;
            }
        };
        peer = test.connect(
                test.start(Endpoint.blocking(test.handler(completing)).options(options)));
    }

    private void connect(Handler handler) throws Exception {
        connect(handler, options -> options);
    }

    private interface Handler {
        Object handle(WebSocket socket) throws Exception;
    }

    private final BlockingQueue<Object> results = new LinkedBlockingQueue<>();

    /** What the handler returned; throws what it threw. */
    private Object result() throws Exception {
        Object result = EndToEnd.next(results, "the handler's result");
        if (result instanceof Throwable thrown) {
            throw new AssertionError("the handler threw", thrown);
        }
        return ((Optional<?>) result).orElse(null);
    }

    // ---- whole messages

    @Test
    void receiveWithATime() throws Exception {
        CompletableFuture<Void> looked = new CompletableFuture<>();
        connect(socket -> {
            assertThat(socket.receive(Duration.ZERO)).isEmpty();
            assertThat(socket.receive(Duration.ofSeconds(-1))).isEmpty();
            long began = System.nanoTime();
            assertThat(socket.receive(Duration.ofMillis(60))).isEmpty();
            assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(60_000_000L);
            looked.complete(null);
            String first =
                    socket.receive(Duration.ofDays(1_000_000)).orElseThrow().text();
            String second = socket.receive(EndToEnd.PATIENCE).orElseThrow().text();
            return first + second;
        });

        looked.get(EndToEnd.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        peer.send(RawFrame.text("one "), RawFrame.text("two"));

        assertThat(result()).isEqualTo("one two");
    }

    @Test
    void messagesAreOwnedForEver() throws Exception {
        List<Message> kept = new ArrayList<>();
        connect(socket -> {
            for (int i = 0; i < 3; i++) {
                kept.add(socket.receive());
            }
            return null;
        });

        peer.send(RawFrame.text("text €"), RawFrame.of(RawFrame.BINARY, new byte[] {1, 2}), RawFrame.text(""));
        result();

        Message text = kept.get(0);
        assertThat(text.isText()).isTrue();
        assertThat(text.text()).isEqualTo("text €");
        assertThat(text.size()).isEqualTo(8);
        assertThat(StandardCharsets.UTF_8.decode(text.utf8()).toString()).isEqualTo("text €");
        assertThat(text.copy()).isSameAs(text);
        Message binary = kept.get(1);
        assertThat(binary.isText()).isFalse();
        assertThat(binary.toByteArray()).containsExactly(1, 2);
        assertThat(binary.bytes().isReadOnly()).isTrue();
        binary.toByteArray()[0] = 9;
        assertThat(binary.bytes().get(0)).isEqualTo((byte) 1);
        assertThatIllegalStateException().isThrownBy(binary::text).withMessageContaining("binary");
        assertThatIllegalStateException().isThrownBy(binary::utf8);
        assertThat(kept.get(2).size()).isZero();
    }

    @Test
    void theIterationEndsWithTheConnection() throws Exception {
        connect(socket -> {
            List<String> texts = new ArrayList<>();
            for (Message message : socket) {
                texts.add(message.text());
            }
            Iterator<Message> more = socket.iterator();
            assertThat(more.hasNext()).isFalse();
            assertThatThrownBy(more::next).isInstanceOf(NoSuchElementException.class);
            await("the end", () -> socket.closeInfo() != null);
            return texts + " " + socket.closeInfo().code();
        });

        peer.send(RawFrame.text("a"), RawFrame.text("b"), RawFrame.close(4123, ""));

        assertThat(peer.readClose().closeCode()).isEqualTo(4123);
        assertThat(result()).isEqualTo("[a, b] 4123");
    }

    @Test
    void anInterruptEndsTheIterationAndTheConnection() throws Exception {
        CompletableFuture<Thread> handler = new CompletableFuture<>();
        connect(socket -> {
            handler.complete(Thread.currentThread());
            for (Message message : socket) {
                throw new AssertionError("nobody sent " + message);
            }
            return Thread.interrupted();
        });

        handler.get(EndToEnd.PATIENCE.toSeconds(), TimeUnit.SECONDS).interrupt();

        assertThat(result()).isEqualTo(true);
        assertThat(peer.readClose().closeCode()).isEqualTo(1001);
        peer.send(RawFrame.close(1001, ""));
        peer.readEnd();
    }

    @Test
    void anInterruptLeavesTheConnectionAsItIsInReceive() throws Exception {
        CompletableFuture<Thread> handler = new CompletableFuture<>();
        CompletableFuture<Void> interrupted = new CompletableFuture<>();
        connect(socket -> {
            handler.complete(Thread.currentThread());
            assertThatThrownBy(socket::receive).isInstanceOf(InterruptedException.class);
            interrupted.complete(null);
            return socket.receive().text();
        });

        handler.get(EndToEnd.PATIENCE.toSeconds(), TimeUnit.SECONDS).interrupt();
        interrupted.get(EndToEnd.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        peer.sendText("still open");

        assertThat(result()).isEqualTo("still open");
    }

    /** A handler that takes its time holds up its own peer, and nothing grows. */
    @Test
    void whoDoesNotReceiveIsNotReadFor() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        int count = 20_000;
        connect(
                socket -> {
                    go.join();
                    int got = 0;
                    while (got < count) {
                        assertThat(socket.receive().size()).isEqualTo(1000);
                        got++;
                    }
                    return got;
                },
                options -> options.readAheadBytes(100_000));
        WebSocket socket = test.opened();
        Future<?> sending = test.async(() -> {
            for (int i = 0; i < count; i++) {
                peer.sendBinary(new byte[1000]);
            }
            return null;
        });

        // What it has read is its bound, and what one read brought more.
        await("reading to begin", () -> socket.stats().bytesReceived() > 50_000);
        long[] last = {0, System.nanoTime()};
        await("a standstill", () -> {
            long now = socket.stats().bytesReceived();
            if (now != last[0]) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > 100_000_000L;
        });
        assertThat(last[0]).isLessThan(100_000 + 2 * 270_000);
        go.complete(null);

        assertThat(result()).isEqualTo(count);
        join(sending);
    }

    // ---- streams

    @Test
    void aStreamIsReadWhileItArrives() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        connect(socket -> {
            try (MessageStream stream = socket.receiveStream()) {
                assertThat(stream.isText()).isTrue();
                byte[] buffer = new byte[100];
                for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                    got.add(new String(buffer, 0, count, StandardCharsets.UTF_8));
                }
                assertThat(stream.read()).isEqualTo(-1);
                assertThat(stream.available()).isZero();
            }
            return "end";
        });

        for (String part : List.of("one", "two", "three")) {
            RawFrame frame = part.equals("one")
                    ? RawFrame.text(part)
                    : RawFrame.of(RawFrame.CONTINUATION, part.getBytes(StandardCharsets.UTF_8));
            peer.send(frame.unfinished());
            assertThat(EndToEnd.next(got, part)).isEqualTo(part);
        }
        peer.send(RawFrame.of(RawFrame.CONTINUATION, new byte[0]));

        assertThat(result()).isEqualTo("end");
    }

    @Test
    void theRestOfAStreamIsSkipped() throws Exception {
        connect(socket -> {
            MessageStream left = socket.receiveStream();
            assertThat(left.read()).isEqualTo('b');
            assertThat(socket.receive().text()).isEqualTo("second");
            try (MessageStream closed = socket.receiveStream()) {
                assertThat(closed.readNBytes(3)).asString().isEqualTo("thi");
            }
            assertThat(socket.receive(EndToEnd.PATIENCE).orElseThrow().text()).isEqualTo("fourth");
            MessageStream unread = socket.receiveStream();
            try (MessageStream last = socket.receiveStream()) {
                assertThat(last.isText()).isFalse();
                assertThat(last.readAllBytes()).containsExactly(1, 2, 3);
            }
            return unread.isText();
        });

        peer.send(RawFrame.text("beginning").unfinished());
        peer.send(RawFrame.of(RawFrame.CONTINUATION, new byte[100_000]));
        peer.send(
                RawFrame.text("second"),
                RawFrame.text("third"),
                RawFrame.text("fourth"),
                RawFrame.text("not read"),
                RawFrame.of(RawFrame.BINARY, new byte[] {1, 2, 3}));

        assertThat(result()).isEqualTo(true);
    }

    @Test
    void aReaderDecodesCharactersThatAreCut() throws Exception {
        connect(socket -> {
            try (MessageStream stream = socket.receiveStream();
                    Reader reader = stream.reader();
                    BufferedReader lines = new BufferedReader(reader)) {
                return lines.readLine() + "|" + lines.readLine() + "|" + lines.readLine();
            }
        });

        byte[] utf8 = "Grüße €\n😀".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < utf8.length; i++) {
            RawFrame part = RawFrame.of(i == 0 ? RawFrame.TEXT : RawFrame.CONTINUATION, new byte[] {utf8[i]});
            peer.send(i == utf8.length - 1 ? part : part.unfinished());
        }

        assertThat(result()).isEqualTo("Grüße €|😀|null");
    }

    @Test
    void aReaderIsForText() throws Exception {
        connect(socket -> {
            MessageStream stream = socket.receiveStream();
            assertThatIllegalStateException().isThrownBy(stream::reader);
            return stream.readAllBytes().length;
        });
        peer.sendBinary(new byte[10]);
        assertThat(result()).isEqualTo(10);
    }

    /** Fifty megabytes in little memory: the inbox and a pooled buffer, not the message. */
    @Test
    void aStreamLargerThanAnyMessage() throws Exception {
        int total = 50 << 20;
        connect(
                socket -> {
                    try (MessageStream stream = socket.receiveStream()) {
                        byte[] buffer = new byte[64 << 10];
                        long sum = 0;
                        int got = 0;
                        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                            got += count;
                            for (int i = 0; i < count; i += 1000) {
                                sum += buffer[i];
                            }
                        }
                        return got + (sum == 0 ? "" : " wrong");
                    }
                },
                options -> options.maxStreamBytes(60 << 20));
        WebSocket socket = test.opened();
        WebSocketServer server = test.lastServer();
        Future<?> sending = test.async(() -> {
            peer.socket()
                    .send(RawFrame.of(RawFrame.BINARY, new byte[0])
                            .claiming(total)
                            .masked(0)
                            .bytes());
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < total; i += zeros.length) {
                peer.socket().send(zeros);
                assertThat(server.stats().pooledBytes()).isLessThan(2 << 20);
                assertThat(socket.stats().heldBytes()).isLessThan(2 << 20);
            }
            return null;
        });

        assertThat(result()).isEqualTo("" + total);
        join(sending);
    }

    @Test
    void receiveKeepsTheLimitOfMessagesWhenStreamsMayBeLonger() throws Exception {
        connect(
                socket -> {
                    try (MessageStream stream = socket.receiveStream()) {
                        assertThat(stream.readAllBytes()).hasSize(5000);
                    }
                    assertThat(socket.receive().size()).isEqualTo(1000);
                    assertThatThrownBy(socket::receive)
                            .isInstanceOf(WebSocketClosedException.class)
                            .hasMessageContaining("maxMessageBytes");
                    return null;
                },
                options -> options.maxMessageBytes(1000).maxStreamBytes(5000));

        peer.sendBinary(new byte[5000]);
        peer.sendBinary(new byte[1000]);
        peer.sendBinary(new byte[1001]);

        RawFrame close = peer.readClose();
        assertThat(close.closeCode()).isEqualTo(1009);
        assertThat(close.closeReason()).contains("maxMessageBytes");
        peer.send(RawFrame.close(1009, ""));
        peer.readEnd();
        result();
        assertThat(test.ended().sentCode()).isEqualTo(1009);
    }

    @Test
    void aStreamBeyondItsLimit() throws Exception {
        connect(
                socket -> {
                    try (MessageStream stream = socket.receiveStream()) {
                        return stream.readAllBytes();
                    } catch (java.io.IOException e) {
                        return "" + e.getCause().getMessage();
                    }
                },
                options -> options.maxStreamBytes(5000).maxMessageBytes(1000));

        peer.send(RawFrame.of(RawFrame.BINARY, new byte[3000]).unfinished());
        peer.send(RawFrame.of(RawFrame.CONTINUATION, new byte[2001]));

        assertThat(peer.readClose().closeCode()).isEqualTo(1009);
        peer.close();
        assertThat((String) result()).contains("1009");
    }

    // ---- what a listener is lent

    @Test
    void aBorrowedMessageIsGoneAfterTheCallback() throws Exception {
        BlockingQueue<Message> borrowed = new LinkedBlockingQueue<>();
        BlockingQueue<Message> copies = new LinkedBlockingQueue<>();
        WebSocketServer server =
                test.start(Endpoint.listener(test.listener(WebSocketListener.onMessage((socket, message) -> {
                    assertThat(message.bytes().isReadOnly()).isTrue();
                    copies.add(message.copy());
                    borrowed.add(message);
                    socket.send("" + message.size());
                }))));
        peer = test.connect(server);

        peer.send(RawFrame.text("Hello"), RawFrame.text("World!"));
        assertThat(peer.readText()).isEqualTo("5");
        assertThat(peer.readText()).isEqualTo("6");
        // The callback has returned once the connection answers something else.
        peer.send(RawFrame.of(RawFrame.PING, new byte[0]));
        assertThat(peer.readFrame().opcode()).isEqualTo(RawFrame.PONG);

        for (Message message : borrowed) {
            assertThatIllegalStateException()
                    .isThrownBy(message::text)
                    .withMessageContaining("callback")
                    .withMessageContaining("copy()");
            assertThatIllegalStateException().isThrownBy(message::bytes);
            assertThatIllegalStateException().isThrownBy(message::utf8);
            assertThatIllegalStateException().isThrownBy(message::copy);
            assertThatIllegalStateException().isThrownBy(message::toByteArray);
            assertThatIllegalStateException().isThrownBy(message::isText);
            assertThatIllegalStateException().isThrownBy(message::size);
        }
        assertThat(copies).extracting(Message::text).containsExactly("Hello", "World!");
        peer.closeHandshake(1000);
    }

    @Test
    void aBorrowedMessageIsForTheLoopsThreadOnly() throws Exception {
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        WebSocketServer server =
                test.start(Endpoint.listener(test.listener(WebSocketListener.onMessage((socket, message) -> {
                    List<Callable<?>> uses = List.of(message::text, message::bytes, message::copy, () -> {
                        socket.send(message);
                        return null;
                    });
                    for (Callable<?> use : uses) {
                        Thread other = new Thread(() -> {
                            try {
                                use.call();
                                thrown.add(new AssertionError("allowed"));
                            } catch (Throwable e) {
                                thrown.add(e);
                            }
                        });
                        other.start();
                        other.join();
                    }
                }))));
        peer = test.connect(server);

        peer.sendText("mine");

        for (int i = 0; i < 4; i++) {
            assertThat(EndToEnd.next(thrown, "a refusal")).isInstanceOf(IllegalStateException.class);
        }
        peer.closeHandshake(1000);
    }

    /** Parts as they come, in the listener style, without the message ever being in memory. */
    @Test
    void listenersInParts() throws Exception {
        StringBuilder told = new StringBuilder();
        WebSocketListener parts = new WebSocketListener() {
            private long got;

            @Override
            public void onPart(WebSocket socket, Message part, boolean last) {
                told.append(part.isText() ? 't' : 'b');
                got += part.size();
                if (last) {
                    socket.send("" + got);
                    got = 0;
                }
            }
        };
        WebSocketServer server = test.start(
                Endpoint.listener(test.listener(parts)).inParts().options(options -> options.maxStreamBytes(8 << 20)));
        peer = test.connect(server);

        peer.sendBinary(new byte[6 << 20]);
        assertThat(peer.readText()).isEqualTo("" + (6 << 20));
        peer.send(RawFrame.text("a").unfinished(), RawFrame.of(RawFrame.CONTINUATION, new byte[0]));
        assertThat(peer.readText()).isEqualTo("1");
        peer.sendText("");
        assertThat(peer.readText()).isEqualTo("0");
        assertThat(told.toString()).matches("b{2,}t{2,}");
        peer.closeHandshake(1000);
    }

    /** What would wait on a loop's thread, or belongs to the other style, fails at once and names the way out. */
    @Test
    void waitingOnALoopsThread() throws Exception {
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        WebSocketServer[] server = new WebSocketServer[1];
        WebSocketListener waits = WebSocketListener.onMessage((socket, message) -> {
            List<Callable<?>> uses = List.of(
                    socket::receive,
                    () -> socket.receive(Duration.ZERO),
                    socket::receiveStream,
                    socket::iterator,
                    () -> socket.awaitClose(Duration.ofSeconds(1)),
                    () -> server[0].close(Duration.ofSeconds(1)));
            for (Callable<?> use : uses) {
                try {
                    use.call();
                    thrown.add(new AssertionError("allowed"));
                } catch (Throwable e) {
                    thrown.add(e);
                }
            }
        });
        server[0] = test.start(Endpoint.listener(test.listener(waits)));
        peer = test.connect(server[0]);

        peer.sendText("wait");

        for (int i = 0; i < 4; i++) {
            assertThat(EndToEnd.next(thrown, "a refusal"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("blocking style");
        }
        assertThat(EndToEnd.next(thrown, "a refusal"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed()");
        assertThat(EndToEnd.next(thrown, "a refusal"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another thread");
        peer.closeHandshake(1000);
    }
}
