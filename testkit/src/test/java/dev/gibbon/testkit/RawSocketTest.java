package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class RawSocketTest {
    @Test
    void sendsWholeByteByByteAndLines() throws Exception {
        try (var peer = new Peer(
                        socket -> assertThat(Hex.of(socket.getInputStream().readAllBytes()))
                                .isEqualTo(Hex.of(Hex.bytes("01 02 03 04 'a' 0d0a 'b' 0d0a"))));
                var socket = RawSocket.connect(peer.port())) {
            socket.send(Hex.bytes("01 02"));
            socket.dribble(Hex.bytes("03 04"));
            socket.sendLines("a\nb\r\n");
            socket.halfClose();

            assertThat(socket.readToEnd()).isEmpty();
            peer.join();
        }
    }

    @Test
    void readsExactlySoMuchAndTheRest() throws Exception {
        try (var peer = new Peer(socket -> socket.getOutputStream().write(Hex.bytes("01 02 03 04 05")));
                var socket = RawSocket.connect(peer.port())) {
            assertThat(socket.read(2)).containsExactly(1, 2);
            assertThat(socket.readToEnd()).containsExactly(3, 4, 5);
            assertThatThrownBy(() -> socket.read(1))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("0 of 1");
            assertThatThrownBy(() -> socket.readWithin(Duration.ofSeconds(10))).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void givesUpAtTheDeadline() throws Exception {
        var finished = new CountDownLatch(1);
        try (var peer = new Peer(socket -> {
                    socket.getOutputStream().write(1);
                    await(finished);
                });
                var socket =
                        RawSocket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), peer.port()), 4096)) {
            assertThat(socket.readWithin(Duration.ofSeconds(10))).containsExactly(1);
            assertThat(socket.readWithin(Duration.ofMillis(20))).isEmpty();
            socket.setDeadline(Duration.ofMillis(20));
            assertThatThrownBy(() -> socket.read(1)).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(socket::readToEnd).isInstanceOf(SocketTimeoutException.class);
            finished.countDown();
            peer.join();
        }
    }

    @Test
    void resets() throws Exception {
        try (var peer = new Peer(socket -> socket.getInputStream().readAllBytes());
                var socket = RawSocket.connect(peer.port())) {
            socket.send(Hex.bytes("01"));
            socket.reset();

            assertThatThrownBy(peer::join)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SocketException.class);
        }
    }

    @Test
    void refusesAClosedPort() {
        // Nobody listens on tcpmux, and a port just closed might be somebody else's already.
        assertThatThrownBy(() -> RawSocket.connect(1)).isInstanceOf(IOException.class);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
