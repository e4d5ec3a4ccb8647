package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything an application can do, done in every callback: one end, nothing left over, and the loop goes on. */
final class ReentrancyTest {
    /** Where. */
    private enum Callback {
        OPEN,
        MESSAGE,
        PING,
        PONG,
        DRAIN,
        CLOSE
    }

    /** What. */
    enum Act {
        CLOSE,
        ABORT,
        CLOSE_THEN_ABORT,
        PAUSE,
        PAUSE_RESUME,
        SEND,
        SEND_LARGE,
        SEND_THEN_ABORT,
        WRITER,
        WRITER_LEFT_OPEN,
        WRITER_ABANDONED,
        TAP,
        GROUP,
        GROUP_SEND,
        PING,
        ABORT_THE_OTHER,
        SEND_TO_THE_OTHER,
        THROW,
        THROW_ERROR
    }

    private static final class Actor implements WebSocketListener {
        final List<WebSocket> open = new ArrayList<>();
        final SocketGroup group = new SocketGroup();
        final Callback where;
        final Act what;
        int opened;
        int closed;
        boolean done;

        Actor(Callback where, Act what) {
            this.where = where;
            this.what = what;
        }

        private void at(Callback callback, WebSocket socket) throws Exception {
            if (callback == where && !done) {
                done = true;
                act(socket);
            }
        }

        private void act(WebSocket socket) throws Exception {
            WebSocket other = open.get(0) == socket ? open.get(open.size() - 1) : open.get(0);
            switch (what) {
                case CLOSE -> socket.close(1000, "");
                case ABORT -> socket.abort();
                case CLOSE_THEN_ABORT -> {
                    socket.close(1000, "");
                    socket.abort();
                }
                case PAUSE -> socket.pause();
                case PAUSE_RESUME -> {
                    socket.pause();
                    socket.resume();
                }
                case SEND -> socket.send("sent");
                case SEND_LARGE -> socket.send(ByteBuffer.allocate(300_000));
                case SEND_THEN_ABORT -> {
                    socket.send(ByteBuffer.allocate(100_000));
                    socket.abort();
                }
                case WRITER -> {
                    try (MessageWriter writer = socket.writer(true)) {
                        writer.write("written");
                    }
                }
                case WRITER_LEFT_OPEN -> socket.writer(true).write("written");
                case WRITER_ABANDONED -> {
                    MessageWriter writer = socket.writer(false);
                    writer.write(new byte[20_000]);
                    writer.abandon();
                }
                case TAP -> {
                    socket.tap(frame -> socket.tap(null));
                    socket.send("tapped");
                }
                case GROUP -> {
                    group.remove(socket);
                    group.add(socket);
                    group.remove(other);
                }
                case GROUP_SEND -> group.send(PreparedMessage.binary(new byte[3000]));
                case PING -> socket.ping();
                case ABORT_THE_OTHER -> other.abort();
                case SEND_TO_THE_OTHER -> other.trySend("sent");
                case THROW -> throw new IOException("thrown for a test");
                case THROW_ERROR -> throw new StackOverflowError("thrown for a test");
            }
        }

        @Override
        public void onOpen(WebSocket socket) throws Exception {
            opened++;
            open.add(socket);
            group.add(socket);
            at(Callback.OPEN, socket);
        }

        @Override
        public void onMessage(WebSocket socket, Message message) throws Exception {
            at(Callback.MESSAGE, socket);
            if (message.size() > 10) {
                // Above the high-water mark, so that there will be a drain.
                socket.send(ByteBuffer.allocate(150_000));
            }
        }

        @Override
        public void onPing(WebSocket socket, ByteBuffer payload) throws Exception {
            at(Callback.PING, socket);
        }

        @Override
        public void onPong(WebSocket socket, ByteBuffer payload) throws Exception {
            at(Callback.PONG, socket);
        }

        @Override
        public void onDrain(WebSocket socket) throws Exception {
            at(Callback.DRAIN, socket);
        }

        @Override
        public void onClose(WebSocket socket, CloseInfo info) throws Exception {
            closed++;
            at(Callback.CLOSE, socket);
        }
    }

    @ParameterizedTest
    @EnumSource(Act.class)
    void nothingThatACallbackDoesLeavesAnythingBehind(Act act) {
        for (Callback where : Callback.values()) {
            for (boolean heartbeat : new boolean[] {true, false}) {
                converse(new Actor(where, act), heartbeat);
            }
        }
    }

    private static void converse(Actor actor, boolean heartbeat) {
        String what = actor.what + " in " + actor.where;
        Endpoint endpoint = Endpoint.listener(actor)
                .options(options -> options.pingInterval(heartbeat ? Duration.ofSeconds(25) : Duration.ZERO)
                        .maxPause(Duration.ofSeconds(30)));
        try (MemoryServer server = new MemoryServer(endpoint)) {
            List<MemoryPeer> peers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                MemoryPeer peer = server.connect(Faults.NONE);
                peers.add(peer);
                server.send(peer, RawWebSocket.request("server", "/"));
                hear(server, peer);
            }
            String frames = "89 81 00000000 70  81 82 00000000 6869  8a 80 00000000"
                    + " 82 94 00000000 " + "00".repeat(20) + " 01 81 00000000 61 89 80 00000000 80 81 00000000 62"
                    + " 82 94 00000000 " + "00".repeat(20);
            for (MemoryPeer peer : peers) {
                tell(server, peer, frames);
                hear(server, peer);
            }
            for (MemoryPeer peer : peers) {
                tell(server, peer, "88 82 00000000 03e8");
                hear(server, peer);
                peer.end();
            }
            for (int i = 0; i < 6; i++) {
                server.pass(Duration.ofSeconds(10));
                peers.forEach(peer -> hear(server, peer));
            }
            assertThat(actor.closed).as(what).isEqualTo(actor.opened);
            assertThat(actor.group.size()).as(what).isZero();
            assertThat(actor.open).as(what).allMatch(socket -> socket.closeInfo() != null);
            assertThat(Set.copyOf(actor.open)).hasSize(actor.opened);
            server.assertNothingHeld();
            // The loop and its cork are as they were: a newcomer is served at once.
            actor.done = true;
            MemoryPeer last = server.open();
            server.send(last, "89 81 00000000 70");
            assertThat(server.readHex(last)).as(what).isEqualTo(Hex.of(Hex.bytes("8a 01 70")));
            last.reset();
            server.assertNothingHeld();
        }
    }

    private static void tell(MemoryServer server, MemoryPeer peer, String frames) {
        try {
            server.send(peer, frames);
        } catch (UncheckedIOException e) {
            assertThat(peer.isReset()).isTrue();
        }
    }

    private static void hear(MemoryServer server, MemoryPeer peer) {
        try {
            server.read(peer);
        } catch (UncheckedIOException e) {
            assertThat(peer.isReset()).isTrue();
        }
    }
}
