package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;

/**
 * Whatever an application throws, wherever: its connection is closed with 1011, told once and logged once; the loop and its
 * other connections go on.
 */
class ThrowingEndToEndTest {
    /** What is thrown. */
    enum Thrown {
        UNCHECKED,
        CHECKED,
        ASSERTION,
        LINKAGE,
        STACK_OVERFLOW;

        void hurl() throws Exception {
            switch (this) {
                case UNCHECKED -> throw new IllegalStateException("on purpose");
                case CHECKED -> throw new IOException("on purpose");
                case ASSERTION -> throw new AssertionError("on purpose");
                case LINKAGE -> throw new NoClassDefFoundError("on purpose");
                case STACK_OVERFLOW -> deeper(0);
            }
        }

        private static int deeper(int depth) {
            return depth < 0 ? depth : 1 + deeper(depth + 1);
        }
    }

    /** Where it is thrown. */
    enum Place {
        OPEN,
        MESSAGE,
        PING,
        PONG,
        DRAIN
    }

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private final AtomicInteger calls = new AtomicInteger();

    private WebSocketListener thrower(Thrown thrown, Place place) {
        return test.listener(new WebSocketListener() {
            private void at(Place here) throws Exception {
                if (here == place) {
                    calls.incrementAndGet();
                    thrown.hurl();
                }
            }

            @Override
            public void onOpen(WebSocket socket) throws Exception {
                at(Place.OPEN);
            }

            @Override
            public void onMessage(WebSocket socket, Message message) throws Exception {
                at(Place.MESSAGE);
                socket.send(message);
            }

            @Override
            public void onPing(WebSocket socket, ByteBuffer payload) throws Exception {
                at(Place.PING);
            }

            @Override
            public void onPong(WebSocket socket, ByteBuffer payload) throws Exception {
                at(Place.PONG);
            }

            @Override
            public void onDrain(WebSocket socket) throws Exception {
                at(Place.DRAIN);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void onOpen(Thrown thrown) throws Exception {
        thrownAt(thrown, Place.OPEN, new RawFrame[0]);
    }

    @ParameterizedTest
    @EnumSource
    void onMessage(Thrown thrown) throws Exception {
        thrownAt(thrown, Place.MESSAGE, RawFrame.text("please"));
    }

    @ParameterizedTest
    @EnumSource
    void onPing(Thrown thrown) throws Exception {
        thrownAt(thrown, Place.PING, RawFrame.of(RawFrame.PING, new byte[0]));
    }

    @ParameterizedTest
    @EnumSource
    void onPong(Thrown thrown) throws Exception {
        thrownAt(thrown, Place.PONG, RawFrame.of(RawFrame.PONG, new byte[0]));
    }

    private void thrownAt(Thrown thrown, Place place, RawFrame... provoke) throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .webSocket("/bad", thrower(thrown, place))
                .webSocket("/good", WebSocketListener.onMessage((socket, message) -> socket.send(message))));
        RawWebSocket good = test.connect(server, "/good");
        RawWebSocket bad = test.connect(server, "/bad");

        bad.send(provoke);
        if (place == Place.PING) {
            assertThat(bad.readFrame().opcode()).isEqualTo(RawFrame.PONG);
        }
        closedWith1011(bad);
        assertThat(calls).hasValue(1);
        assertThat(test.ended().cause()).isNotNull();

        good.sendText("still there");
        assertThat(good.readText()).isEqualTo("still there");
        good.closeHandshake(1000);
    }

    private void closedWith1011(RawWebSocket bad) throws Exception {
        RawFrame close = bad.readClose();
        assertThat(close.closeCode()).isEqualTo(1011);
        // Nothing of the application's inside reaches the peer.
        assertThat(close.closeReason()).doesNotContain("on purpose").doesNotContain("Exception");
        bad.send(RawFrame.close(1011, ""));
        bad.readEnd();
        assertThat(test.log().containing("1011")).hasSize(1).first().satisfies(ThrowingEndToEndTest::isWarning);
    }

    private static void isWarning(LogRecord record) {
        assertThat(record.getLevel()).isEqualTo(java.util.logging.Level.WARNING);
        assertThat(record.getThrown()).isNotNull();
    }

    /** What comes behind the message that it failed on is not given to a listener that is being closed for it. */
    @ParameterizedTest
    @EnumSource(names = "DRAIN", mode = EnumSource.Mode.EXCLUDE)
    void isCalledNoMoreAndLoggedOnce(Place place) throws Exception {
        WebSocketServer server = test.start(Endpoint.listener(thrower(Thrown.UNCHECKED, place)));
        RawWebSocket bad = test.connect(server);
        RawFrame[] many = new RawFrame[60];
        for (int i = 0; i < many.length; i += 3) {
            many[i] = RawFrame.text("message");
            many[i + 1] = RawFrame.of(RawFrame.PING, new byte[0]);
            many[i + 2] = RawFrame.of(RawFrame.PONG, new byte[0]);
        }

        bad.send(many);

        RawFrame frame = bad.readFrame();
        while (frame.opcode() != RawFrame.CLOSE) {
            frame = bad.readFrame();
        }
        assertThat(frame.closeCode()).isEqualTo(1011);
        bad.send(RawFrame.text("late"), RawFrame.of(RawFrame.PONG, new byte[0]), RawFrame.close(1011, ""));
        // RFC 6455, 5.5.2: a Ping is answered "unless it already received a Close frame", so Pongs may follow our
        // Close.
        byte[] rest = bad.socket().readToEnd();
        assertThat(Hex.of(rest).replace("8a 00", "").trim()).isEmpty();
        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.APPLICATION);
        assertThat(end.sentCode()).isEqualTo(1011);
        assertThat(end.receivedCode()).isEqualTo(1011);
        assertThat(calls).hasValue(1);
        assertThat(test.log().containing("1011")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void onClose(Thrown thrown) throws Exception {
        WebSocketServer server = test.start(Endpoint.listener(test.listener(new WebSocketListener() {
            @Override
            public void onClose(WebSocket socket, CloseInfo info) throws Exception {
                thrown.hurl();
            }
        })));
        RawWebSocket peer = test.connect(server);
        WebSocket socket = test.opened();

        assertThat(peer.closeHandshake(1000).closeCode()).isEqualTo(1000);

        assertThat(test.ended().code()).isEqualTo(1000);
        // Whoever waits for the end learns of it all the same.
        assertThat(socket.awaitClose(EndToEnd.PATIENCE)).isPresent();
        assertThat(test.log().containing("onClose")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void handlers(Thrown thrown) throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .webSocket("/bad", Endpoint.blocking(test.handler(socket -> {
                    socket.receive();
                    thrown.hurl();
                })))
                .webSocket("/good", WebSocketListener.onMessage((socket, message) -> socket.send(message))));
        RawWebSocket good = test.connect(server, "/good");
        RawWebSocket bad = test.connect(server, "/bad");

        bad.send(RawFrame.text("one"), RawFrame.text("two"), RawFrame.text("three"));
        closedWith1011(bad);

        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.APPLICATION);
        assertThat(end.cause()).isNotNull();
        good.sendText("still there");
        assertThat(good.readText()).isEqualTo("still there");
        good.closeHandshake(1000);
    }

    /** A handler that meets the end while it sends or receives has done nothing wrong. */
    @Test
    void learningOfTheEndIsNoFault() throws Exception {
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
            while (true) {
                socket.send(socket.receive());
            }
        })));
        RawWebSocket peer = test.connect(server);

        peer.sendText("x");
        assertThat(peer.readText()).isEqualTo("x");
        assertThat(peer.closeHandshake(1000).closeCode()).isEqualTo(1000);

        assertThat(test.ended().clean()).isTrue();
        assertThat(test.log().warnings()).noneMatch(line -> line.contains("threw"));
    }

    @ParameterizedTest
    @NullSource
    @EnumSource
    void aFactoryOfListeners(Thrown thrown) throws Exception {
        WebSocketServer server = test.start(Endpoint.listenerPerConnection(() -> {
            if (thrown != null) {
                try {
                    thrown.hurl();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return null;
        }));
        RawSocket socket = test.dial(server);

        socket.send(RawWebSocket.request("localhost:" + server.port(), "/"));

        assertThat(socket.readResponse(true).status()).isEqualTo(500);
        assertThat(socket.readToEnd()).isEmpty();
    }

    @Test
    void aTapAndATimerThatThrow() throws Exception {
        EventLoops loops = test.loops(1);
        WebSocketServer server =
                test.start(WebSocketServer.builder().eventLoops(loops).webSocket("/", Style.LISTENER.echo(test)));
        RawWebSocket peer = test.connect(server);
        test.opened().tap(frame -> {
            throw new IllegalStateException("on purpose");
        });

        peer.sendText("one");
        assertThat(peer.readText()).isEqualTo("one");
        peer.sendText("two");
        assertThat(peer.readText()).isEqualTo("two");
        peer.closeHandshake(1000);

        assertThat(test.log().containing("tap")).hasSize(1);
    }
}
