package dev.gibbon.benchmarks.micro;

import dev.gibbon.Deflate;
import dev.gibbon.EventLoops;
import dev.gibbon.Message;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import dev.gibbon.hub.Hub;
import dev.gibbon.hub.HubStats;
import dev.gibbon.hub.SlowConsumer;
import dev.gibbon.hub.SubscribeOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one client that never reads does to 1,000 that do: a topic of a hub, messages at a fixed pace, and the time from publishing to each of the
 * receivers, in rounds without and with the slow one. All in one process, so only the ratio counts. Not a JMH benchmark, as what it measures is a
 * latency under a load and not a cost: {@code java -cp JAR dev.gibbon.benchmarks.micro.SlowConsumerProgram [ROUNDS] [SECONDS]}.
 */
public final class SlowConsumerProgram {
    private static final int READERS = 1_000;
    private static final int BYTES = 1_024;
    private static final int PER_SECOND = 25;
    private static final int MOST_UNTIL_DROPPED = 1_000;
    private static final long SIGNIFICANT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Hub hub = Hub.inMemory();
    private final EventLoops serverLoops = EventLoops.create(1, true);
    private final EventLoops clientLoops = EventLoops.create(1, true);
    private final byte[] payload = new byte[BYTES];
    private volatile @Nullable Histogram measured;
    private URI address = URI.create("ws://127.0.0.1/");

    private SlowConsumerProgram() {
        new Random(1).nextBytes(payload);
    }

    /** Measures, and prints a line for each round. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
        new SlowConsumerProgram().run(rounds, seconds);
    }

    private void run(int rounds, int seconds) throws Exception {
        // It drops, so that the slow one stays as long as the round lasts.
        var slowConsumer = SlowConsumer.dropOldest(32, 1 << 20);
        try (WebSocketServer server = WebSocketServer.builder()
                .eventLoops(serverLoops)
                .host("127.0.0.1")
                .port(0)
                // Nor does the deadline for writing take it away.
                .options(WebSocketOptions.builder()
                        .writeTimeout(Duration.ofHours(1))
                        .deflate(Deflate.off())
                        .build())
                .webSocket("/", new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket) {
                        hub.join(socket)
                                .subscribe("all", SubscribeOptions.fromNow().slowConsumer(slowConsumer))
                                .thenRun(() -> {
                                    socket.send("ready");
                                    if (socket.request().query().orElse("").equals("stuffed")) {
                                        stuff(socket);
                                    }
                                });
                    }
                })
                .start()) {
            address = URI.create("ws://127.0.0.1:" + server.port() + "/");
            for (int i = 0; i < READERS; i++) {
                connect("");
            }
            round(seconds);
            List<Long> without = new ArrayList<>();
            List<Long> with = new ArrayList<>();
            for (int i = 1; i <= rounds; i++) {
                without.add(told("without", i, round(seconds)));
                WebSocket slow = connect("?stuffed");
                slow.pause();
                untilItDrops(hub.stats().dropped());
                with.add(told("with   ", i, round(seconds)));
                HubStats stats = hub.stats();
                System.out.printf(
                        "          %d bytes wait in the server's queues, %d messages were dropped%n",
                        server.stats().queuedBytes(), stats.dropped());
                slow.abort();
            }
            System.out.printf(
                    "p99 with / without the slow one: %.2f (medians of %d rounds)%n",
                    median(with) / (double) median(without), rounds);
        }
        clientLoops.close();
        serverLoops.close();
        hub.close();
    }

    /** Publishes until the slow one misses messages: from then on it is as slow as can be. */
    private void untilItDrops(long before) {
        for (int i = 0; hub.stats().dropped() == before; i++) {
            if (i == MOST_UNTIL_DROPPED) {
                throw new IllegalStateException("the slow one takes everything");
            }
            var unused = hub.publish("all", Message.binary(payload));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Fills the buffers of the kernel and of the connection, so that what comes next waits in the hub. */
    private void stuff(WebSocket socket) {
        byte[] noise = new byte[64 << 10];
        new Random(2).nextBytes(noise);
        Message stuffing = Message.binary(noise);
        while (socket.trySend(stuffing) == SendResult.ACCEPTED) {
            // Until its queue is full, and again when the kernel has taken that.
        }
        var unused = socket.drained().thenRun(() -> {
            if (socket.closeInfo() == null) {
                stuff(socket);
            }
        });
    }

    private WebSocket connect(String query) throws Exception {
        var ready = new CompletableFuture<@Nullable Void>();
        WebSocket socket = WebSocketClient.builder(address.resolve("/" + query))
                .eventLoops(clientLoops)
                .build()
                .connect(new WebSocketListener() {
                    @Override
                    public void onMessage(WebSocket from, Message message) {
                        Histogram there = measured;
                        if (message.isText()) {
                            ready.complete(null);
                        } else if (there != null) {
                            there.recordValue(Math.min(
                                    SIGNIFICANT_NANOS,
                                    Math.max(
                                            0,
                                            System.nanoTime() - message.bytes().getLong())));
                        }
                    }
                })
                .get(20, TimeUnit.SECONDS);
        ready.get(20, TimeUnit.SECONDS);
        return socket;
    }

    /** Publishes for so long, and returns how long each delivery took. */
    private Histogram round(int seconds) {
        var histogram = new ConcurrentHistogram(SIGNIFICANT_NANOS, 3);
        measured = histogram;
        long pause = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
        long next = System.nanoTime();
        for (int i = 0; i < seconds * PER_SECOND; i++) {
            ByteBuffer.wrap(payload).putLong(System.nanoTime());
            var unused = hub.publish("all", Message.binary(payload));
            next += pause;
            while (next - System.nanoTime() > 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
        LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        measured = null;
        return histogram;
    }

    private static long told(String what, int round, Histogram times) {
        long p99 = times.getValueAtPercentile(99);
        System.out.printf(
                "round %d, %s: %d deliveries, p50 %d, p99 %d, p99.9 %d microseconds%n",
                round,
                what,
                times.getTotalCount(),
                times.getValueAtPercentile(50) / 1_000,
                p99 / 1_000,
                times.getValueAtPercentile(99.9) / 1_000);
        return p99;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
