package dev.gibbon.interop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.enums.Opcode;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/**
 * The server of Java-WebSocket. One time in some thousands, with any client, it forgets between two of its threads that something
 * is to be written, so it is reminded now and then.
 */
final class JavaWebSocketServer implements PeerServer {
    private static final int STOP_MILLIS = 1000;
    private static final int REMIND_MILLIS = 100;

    private final Echo echo;
    private final URI uri;
    private final ScheduledFuture<?> reminding;
    private final ScheduledExecutorService reminder = Executors.newSingleThreadScheduledExecutor();

    private JavaWebSocketServer(Echo echo, URI uri) {
        this.echo = echo;
        this.uri = uri;
        reminding = reminder.scheduleWithFixedDelay(echo::remind, REMIND_MILLIS, REMIND_MILLIS, TimeUnit.MILLISECONDS);
    }

    static JavaWebSocketServer start(Offer answer, @Nullable Identity identity) throws Exception {
        var echo = new Echo(answer);
        if (identity != null) {
            echo.setWebSocketFactory(new DefaultSSLWebSocketServerFactory(identity.showing()));
        }
        echo.setReuseAddr(true);
        echo.setTcpNoDelay(true);
        echo.start();
        if (!echo.started.await(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("Java-WebSocket's server does not start");
        }
        String scheme = identity == null ? "ws" : "wss";
        return new JavaWebSocketServer(echo, URI.create(scheme + "://127.0.0.1:" + echo.getPort() + "/"));
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public void close() {
        reminding.cancel(false);
        reminder.shutdownNow();
        try {
            echo.stop(STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Echo extends WebSocketServer {
        private final CountDownLatch started = new CountDownLatch(1);

        Echo(Offer answer) {
            super(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    List.of(JavaWebSocketClient.draft(answer)));
        }

        void remind() {
            getConnections().stream().filter(WebSocket::hasBufferedData).forEach(this::onWriteDemand);
        }

        @Override
        public void onStart() {
            started.countDown();
        }

        @Override
        public void onOpen(WebSocket socket, ClientHandshake handshake) {
            socket.setAttachment(new Obedience(means(socket)));
        }

        @Override
        public void onMessage(WebSocket socket, String message) {
            socket.<Obedience>getAttachment().onMessage(Heard.Message.text(message));
        }

        @Override
        public void onMessage(WebSocket socket, ByteBuffer message) {
            byte[] payload = new byte[message.remaining()];
            message.get(payload);
            socket.<Obedience>getAttachment().onMessage(Heard.Message.binary(payload));
        }

        @Override
        public void onWebsocketPong(WebSocket socket, Framedata frame) {
            super.onWebsocketPong(socket, frame);
            byte[] payload = new byte[frame.getPayloadData().remaining()];
            frame.getPayloadData().duplicate().get(payload);
            socket.<Obedience>getAttachment().onPong(payload);
        }

        @Override
        public void onClose(WebSocket socket, int code, String reason, boolean remote) {}

        @Override
        public void onError(@Nullable WebSocket socket, Exception error) {
            System.err.println("Java-WebSocket's server: " + error);
        }

        private static Obedience.Means means(WebSocket socket) {
            return new Obedience.Means() {
                @Override
                public void send(Heard.Message message) {
                    if (message.isText()) {
                        socket.send(new String(message.payload(), StandardCharsets.UTF_8));
                    } else {
                        socket.send(message.payload());
                    }
                }

                @Override
                public void sendPart(Heard.Message part, boolean last) {
                    Opcode opcode = part.isText() ? Opcode.TEXT : Opcode.BINARY;
                    socket.sendFragmentedFrame(opcode, ByteBuffer.wrap(part.payload()), last);
                }

                @Override
                public void ping(byte[] payload) {
                    var frame = new PingFrame();
                    frame.setPayload(ByteBuffer.wrap(payload));
                    socket.sendFrame(frame);
                }

                @Override
                public void close(int code, String reason) {
                    socket.close(code, reason);
                }
            };
        }
    }
}
