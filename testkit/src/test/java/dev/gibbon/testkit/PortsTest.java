package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class PortsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void aFreePortCanBeTakenAndIsNotOneThatTheSystemGivesAway() throws Exception {
        int port = Ports.free();
        try (ServerSocket taken = new ServerSocket(port, 1, LOOPBACK);
                ServerSocket any = new ServerSocket(0, 1, LOOPBACK)) {
            assertThat(taken.getLocalPort()).isEqualTo(port).isLessThan(32_768);
            assertThat(any.getLocalPort()).isGreaterThanOrEqualTo(32_768);
        }
    }
}
