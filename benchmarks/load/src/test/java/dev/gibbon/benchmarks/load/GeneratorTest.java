package dev.gibbon.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.Message;
import dev.gibbon.PreparedMessage;
import dev.gibbon.SocketGroup;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawListener;
import dev.gibbon.testkit.RawSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of load on Gibbon's own server comes back as it was sent. No figure is judged. */
class GeneratorTest {

    private static final int MIB = 1 << 20;
    private static WebSocketServer server;

    @BeforeAll
    static void start() throws IOException {
        SocketGroup group = new SocketGroup();
        server = WebSocketServer.builder()
                .port(0)
                .webSocket("/", Endpoint.listener(WebSocketListener.onMessage(WebSocket::send)))
                .webSocket("/broadcast", Endpoint.listener(new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket) {
                        group.add(socket);
                    }

                    @Override
                    public void onMessage(WebSocket socket, Message message) {
                        group.send(PreparedMessage.of(message));
                    }
                }))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Order order(Scenario scenario) {
        String path = scenario.mode() == Mode.BROADCAST ? "/broadcast" : "/";
        return Order.of(scenario, "ws://localhost:" + server.port() + path)
                .lasting(0.05, 0.15)
                .patient(20);
    }

    static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (Scenario each : Scenarios.all().values()) {
            // The length forms and modes are what matters here, not the number of connections.
            all.add(each.connections(Math.min(each.connections(), 20)));
        }
        all.add(Scenario.echo(0).connections(3).named("empty"));
        all.add(Scenario.echo(0).inFlight(7).connections(3).named("empty-p7"));
        all.add(Scenario.echo(MIB).inFlight(3).connections(2).named("large-p3"));
        all.add(Scenario.echo(65_535).connections(3).payload(Payload.MIXED).named("mixed-65535"));
        all.add(Scenario.echo(2048)
                .connections(3)
                .payload(Payload.MIXED)
                .inFlight(5)
                .deflated()
                .named("deflate-p5"));
        all.add(Scenario.echo(10).mode(Mode.IDLE).inFlight(0).connections(5).named("untouched"));
        return all;
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void comesBackAsItWasSent(Scenario scenario) {
        Result result = Generator.run(order(scenario), Watcher.NONE);

        assertThat(result.firstError()).isNull();
        assertThat(result.errors()).isZero();
        assertThat(result.mismatches()).isZero();
        assertThat(result.scenario()).isEqualTo(scenario.name());
        boolean handshakes = scenario.mode() == Mode.HANDSHAKE;
        boolean untouched = scenario.mode() == Mode.IDLE && scenario.inFlight() == 0;
        if (handshakes) {
            assertThat(result.opened()).isGreaterThanOrEqualTo((int) result.messages());
        } else {
            assertThat(result.opened()).isEqualTo(scenario.connections());
            assertThat(result.compressedReplies() > 0).isEqualTo(scenario.deflate());
            assertThat(result.plainReplies() > 0).isEqualTo(!scenario.deflate() && !untouched);
        }
        boolean timed = scenario.inFlight() == 1 && (scenario.mode() == Mode.ECHO || scenario.mode() == Mode.LATENCY);
        if (!timed) {
            assertThat(result.latency()).isNull();
        } else if (result.messages() > 0) {
            assertThat(result.latency()).isNotNull();
            assertThat(result.latency().max())
                    .isGreaterThanOrEqualTo(result.latency().p50());
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void wholeContentIsRight(Scenario scenario) {
        assertThat(Generator.run(order(scenario).verifyingAll(), Watcher.NONE).firstError())
                .isNull();
    }

    /** A plain TCP echo gets the same bytes, without a handshake. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void plainEcho(int inFlight) throws Exception {
        ScriptedServer.Script echo = (socket, index) -> {
            byte[] some = new byte[1000];
            for (int count = socket.input().read(some);
                    count >= 0;
                    count = socket.input().read(some)) {
                socket.send(Arrays.copyOf(some, count));
            }
        };
        try (ScriptedServer plain = ScriptedServer.of(echo)) {
            Scenario scenario = Scenario.echo(1024).connections(3).inFlight(inFlight);
            Result result = Generator.run(
                    Order.of(scenario, plain.uri()).lasting(0.05, 0.15).plain(), Watcher.NONE);
            assertThat(result.firstError()).isNull();
            assertThat(result.plainReplies()).isPositive();
        }
    }

    @Test
    void plainEchoThatChangesBytes() throws Exception {
        ScriptedServer.Script echo = (socket, index) -> {
            byte[] some = socket.read(1024 + 8);
            some[77] ^= 1;
            socket.send(some);
            ScriptedServer.untilEnd(socket);
        };
        try (ScriptedServer plain = ScriptedServer.of(echo)) {
            Scenario scenario = Scenario.echo(1024).connections(1);
            Result result = Generator.run(
                    Order.of(scenario, plain.uri()).lasting(0, 0.1).plain().patient(0.1), Watcher.NONE);
            assertThat(result.firstError()).isEqualTo("what came back differs from what was sent at byte 77");
        }
    }

    /** One receiver that gets nothing does not hold the run for ever. */
    @Test
    void broadcastThatOneDoesNotGet() throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            ScriptedServer.accept(socket);
            if (index == 0) {
                ScriptedServer.untilEnd(socket);
            }
            ScriptedServer.answer(socket, (frame, count) -> frame.bytes());
        };
        try (ScriptedServer deaf = ScriptedServer.of(script)) {
            Scenario scenario =
                    Scenario.echo(10).mode(Mode.BROADCAST).connections(3).inFlight(2);
            Result result =
                    Generator.run(Order.of(scenario, deaf.uri()).lasting(0, 0.1).patient(0.2), Watcher.NONE);
            assertThat(result.firstError())
                    .isEqualTo("only 0 of 3 subscribers got what was sent to all, and no more within 0.2 s");
            assertThat(result.errors()).isEqualTo(3);
        }
    }

    /** Many servers let a subscriber join when its handshake is done already: what was sent before it does not get. */
    @Test
    void subscribersMayJoinLate() throws Exception {
        var members = new CopyOnWriteArrayList<RawSocket>();
        List<CountDownLatch> joins = List.of(new CountDownLatch(0), new CountDownLatch(1), new CountDownLatch(1));
        ScriptedServer.Script script = (socket, index) -> {
            ScriptedServer.accept(socket);
            if (index > 0) {
                // Each joins when the one before has got something, and that has been missed.
                joins.get(index).await();
                members.add(socket);
                ScriptedServer.answer(socket, (frame, count) -> new byte[0]);
                return;
            }
            members.add(socket);
            ScriptedServer.answer(socket, (frame, count) -> {
                byte[] bytes = RawFrame.of(frame.opcode(), frame.payload()).bytes();
                for (RawSocket member : members) {
                    member.send(bytes);
                }
                joins.get(Math.min(count + 1, 2)).countDown();
                return new byte[0];
            });
        };
        try (ScriptedServer slow = ScriptedServer.of(script)) {
            Scenario scenario =
                    Scenario.echo(10).mode(Mode.BROADCAST).connections(3).inFlight(2);
            Result result =
                    Generator.run(Order.of(scenario, slow.uri()).lasting(0, 0.1).patient(20), Watcher.NONE);
            assertThat(result.firstError()).isNull();
            assertThat(result.messages()).isPositive();
        }
    }

    /** Who has joined must get all. */
    @Test
    void subscriberThatDoesNotGetAll() throws Exception {
        var members = new CopyOnWriteArrayList<RawSocket>();
        ScriptedServer.Script script = (socket, index) -> {
            ScriptedServer.accept(socket);
            members.add(socket);
            ScriptedServer.answer(socket, (frame, count) -> {
                byte[] bytes = RawFrame.of(frame.opcode(), frame.payload()).bytes();
                for (RawSocket member : members) {
                    if (count != 3 || member == socket) {
                        member.send(bytes);
                    }
                }
                return new byte[0];
            });
        };
        try (ScriptedServer losing = ScriptedServer.of(script)) {
            Scenario scenario =
                    Scenario.echo(10).mode(Mode.BROADCAST).connections(3).inFlight(2);
            Result result = Generator.run(
                    Order.of(scenario, losing.uri()).lasting(0, 0.1).patient(0.5), Watcher.NONE);
            assertThat(result.firstError())
                    .isEqualTo("2 of 3 connections did not get all that was sent, 0.5 s after the window");
        }
    }

    @Test
    void idleConnectionsAreHeldUntilReleased() {
        List<String> calls = new ArrayList<>();
        Watcher watcher = new Watcher() {
            @Override
            public void holding() {
                calls.add("holding");
            }

            @Override
            public boolean released() {
                calls.add("asked");
                return calls.size() >= 3;
            }
        };
        Scenario scenario = Scenario.echo(125).mode(Mode.IDLE).connections(50);
        Result result = Generator.run(order(scenario).lasting(0, 600), watcher);
        assertThat(calls).containsExactly("holding", "asked", "asked");
        assertThat(result.messages()).isEqualTo(50);
        assertThat(result.firstError()).isNull();
    }

    @Test
    void watcherIsToldInOrderAndMayCancel() {
        List<String> calls = new ArrayList<>();
        Watcher watcher = new Watcher() {
            private int progress;

            @Override
            public void opening(int opened, int of) {
                calls.add("opening " + of);
            }

            @Override
            public void warming() {
                calls.add("warming");
            }

            @Override
            public void windowBegins() {
                calls.add("begins");
            }

            @Override
            public void progress(double fraction, long messages) {
                assertThat(fraction).isBetween(0.0, 1.0);
                progress++;
            }

            @Override
            public void windowEnds() {
                calls.add("ends");
            }

            @Override
            public boolean cancelled() {
                return progress >= 2;
            }
        };
        Result result = Generator.run(order(Scenario.echo(10).connections(2)).lasting(0, 600), watcher);
        assertThat(calls.stream().distinct()).containsExactly("opening 2", "warming", "begins", "ends");
        assertThat(result.seconds()).isLessThan(600);
    }

    @Test
    void ownAndServersProcessorTime() {
        long pid = ProcessHandle.current().pid();
        Result result = Generator.run(order(Scenario.echo(10).connections(2)).metering(pid), Watcher.NONE);
        assertThat(result.ownCpuSeconds()).isNotNegative();
        if (Files.exists(Path.of("/proc/self/stat"))) {
            assertThat(result.serverCpuSeconds()).isNotNull().isNotNegative();
            assertThat(result.busySeconds()).isNotNull();
        }
        assertThat(Generator.run(order(Scenario.echo(10).connections(2)), Watcher.NONE)
                        .serverCpuSeconds())
                .isNull();
    }

    @Test
    void moreConnectionsThanTheListenerTakesAtOnce() throws Exception {
        try (RawListener listener = RawListener.open()) {
            // Nobody accepts: the kernel does, and the handshake is never answered.
            Result result = Generator.run(
                    Order.of(Scenario.echo(1).connections(200), "ws://127.0.0.1:" + listener.port() + "/")
                            .patient(0.2),
                    Watcher.NONE);
            assertThat(result.firstError()).isEqualTo("only 0 of 200 connections opened, and no more within 0.2 s");
            try (RawSocket first = listener.accept()) {
                assertThat(RawListener.readHead(first)).contains("Upgrade: websocket");
            }
        }
    }
}
