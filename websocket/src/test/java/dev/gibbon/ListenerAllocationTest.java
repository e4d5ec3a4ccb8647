package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gibbon.testkit.RawDeflate;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The listener path makes no object for a message: counted on the loop's thread, over a real socket. */
final class ListenerAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BATCH = 16;
    private static final int BATCHES = 1_000;

    @Test
    void binaryEchoAllocatesNothing() throws Exception {
        assertThat(bytesPerMessage(1, RawFrame.of(RawFrame.BINARY, new byte[125])))
                .isLessThan(1);
    }

    @Test
    void textEchoAllocatesNothing() throws Exception {
        assertThat(bytesPerMessage(1, RawFrame.text("multi-byte text, 汉字 and 😀 ".repeat(20))))
                .isLessThan(1);
    }

    /** Not for nothing: {@code java.util.zip} makes some, and a view of the message is one. But nothing of the message's size. */
    @Test
    void compressedEchoAllocatesLittle() throws Exception {
        byte[] text = "multi-byte text, 汉字 and 😀 ".repeat(200).getBytes(StandardCharsets.UTF_8);
        try (RawDeflate deflate = new RawDeflate(false, false)) {
            RawFrame compressed =
                    RawFrame.of(RawFrame.TEXT, deflate.deflate(text)).withRsv(RawWebSocket.RSV1);
            assertThat(text.length).isGreaterThan(6000);
            assertThat(bytesPerMessage(200, compressed, "Sec-WebSocket-Extensions: permessage-deflate"))
                    .isLessThan(200);
        }
    }

    /** Measures no longer than it takes to find less than the limit. */
    private static double bytesPerMessage(long limit, RawFrame message, String... fields) throws Exception {
        AtomicLong loop = new AtomicLong();
        WebSocketListener echo = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                loop.set(Thread.currentThread().getId());
            }

            @Override
            public void onMessage(WebSocket socket, Message received) {
                socket.send(received);
            }
        };
        try (WebSocketServer server =
                        WebSocketServer.builder().loops(1).webSocket("/", echo).start();
                RawWebSocket client = RawWebSocket.connect(server.port(), "/", fields)) {
            if (fields.length > 0) {
                client.deflating(new RawDeflate(false, false));
            }
            byte[] frame = message.masked(RawWebSocket.KEY).bytes();
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            for (int i = 0; i < BATCH; i++) {
                batch.writeBytes(frame);
            }
            exchange(client, batch.toByteArray(), 5 * BATCHES);
            // The least of a few rounds: the machine's own doings, such as a compiled method given up, come once. More
            // of
            // them where it takes the JIT longer to see that an object is none.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 3 || (round < 60 && least >= limit * BATCH * BATCHES); round++) {
                long before = THREADS.getThreadAllocatedBytes(loop.get());
                exchange(client, batch.toByteArray(), BATCHES);
                least = Math.min(least, THREADS.getThreadAllocatedBytes(loop.get()) - before);
            }
            return (double) least / (BATCH * BATCHES);
        }
    }

    private static void exchange(RawWebSocket client, byte[] batch, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            client.socket().send(batch);
            for (int k = 0; k < BATCH; k++) {
                client.readFrame();
            }
        }
    }
}
