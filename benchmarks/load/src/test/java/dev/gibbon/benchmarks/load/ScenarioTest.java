package dev.gibbon.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes no sense as a scenario or order cannot be made, and says why. */
class ScenarioTest {

    private static final Scenario ECHO = Scenario.echo(125);
    private static final Order ORDER = Order.of(ECHO, "ws://localhost/");

    static Stream<Arguments> senseless() {
        return Stream.of(
                refused("size must be from 0 to 33554432, not -1", () -> Scenario.echo(-1)),
                refused("size must be from 0 to 33554432, not 33554433", () -> Scenario.echo((32 << 20) + 1)),
                refused("connections must be from 1 to 60000, not 0", () -> ECHO.connections(0)),
                refused("connections must be from 1 to 60000, not 60001", () -> ECHO.connections(60_001)),
                refused("inFlight must be from 1 to 4096, not 0", () -> ECHO.inFlight(0)),
                refused("inFlight must be from 1 to 4096, not 4097", () -> ECHO.inFlight(4097)),
                refused("inFlight must be 1, not 2", () -> ECHO.inFlight(2).mode(Mode.LATENCY)),
                refused("inFlight must be 1, not 2", () -> ECHO.inFlight(2).mode(Mode.HANDSHAKE)),
                refused(
                        "inFlight must be from 0 to 1, not 2",
                        () -> ECHO.inFlight(2).mode(Mode.IDLE)),
                refused(
                        "size times inFlight must be at most 64 MiB, not 67125248 bytes",
                        () -> Scenario.echo(16_388).inFlight(4096)),
                refused("a scenario has a name", () -> ECHO.named(" ")),
                refused(
                        "deflate needs payload text or mixed: binary messages are noise, which nothing compresses",
                        ECHO::deflated),
                refused(
                        "deflate needs a size of at least 64: smaller messages do not get smaller",
                        () -> Scenario.echo(63).payload(Payload.TEXT).deflated()),
                refused(
                        "handshakes send no message that could be compressed: leave deflate out",
                        () -> ECHO.payload(Payload.TEXT).deflated().mode(Mode.HANDSHAKE)),
                refused("warmup must be from 0 to 86400 seconds", () -> ORDER.lasting(-1, 1)),
                refused("warmup must be from 0 to 86400 seconds", () -> ORDER.lasting(Double.NaN, 1)),
                refused("seconds must be more than 0, at most 86400", () -> ORDER.lasting(0, 0)),
                refused("pid must be that of a process, or 0", () -> ORDER.metering(-1)),
                refused("patience must be more than 0, at most 3600 seconds", () -> ORDER.patient(0)),
                refused(
                        "a plain TCP echo (raw) can only be loaded in mode echo or latency",
                        () -> Order.of(ECHO.mode(Mode.IDLE), "ws://localhost/").plain()),
                refused(
                        "a plain TCP echo (raw) knows nothing of TLS",
                        () -> Order.of(ECHO, "wss://localhost/").plain()),
                refused(
                        "a plain TCP echo (raw) knows nothing of deflate",
                        () -> Order.of(ECHO.payload(Payload.TEXT).deflated(), "ws://localhost/")
                                .plain()),
                refused(
                        "there is no scenario 'echo-7'; there are echo-16, echo-125, ",
                        () -> Scenarios.named("echo-7")));
    }

    private static Arguments refused(String words, Callable<?> making) {
        return Arguments.of(words, making);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void senseless(String words, Callable<?> making) {
        assertThatThrownBy(making::call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(words);
    }

    @Test
    void targetThatIsNoWebSocketUri() {
        assertThatThrownBy(() -> Order.of(ECHO, "http://localhost/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreTheirKeys() {
        assertThat(Scenarios.all())
                .allSatisfy((name, scenario) -> assertThat(scenario.name()).isEqualTo(name));
        assertThat(Scenarios.named("echo-1m"))
                .isEqualTo(new Scenario("echo-1m", Mode.ECHO, Payload.BINARY, 1 << 20, 4, 1, false));
    }

    @ParameterizedTest
    @EnumSource
    void payloadsAreWholeAndTheSameAgain(Payload payload) {
        for (int size : new int[] {0, 1, 22, 23, 24, 125, 1024, 65_536}) {
            byte[] bytes = payload.bytes(size);
            assertThat(bytes).hasSize(size).isEqualTo(payload.bytes(size));
            if (payload.text()) {
                assertThat(new String(bytes, UTF_8).getBytes(UTF_8)).isEqualTo(bytes);
            }
        }
    }

    /** 1 KiB of it is the scenario deflate-1k; figures of others are of a message that becomes a quarter. */
    @Test
    void textCompressesToAQuarter() {
        Deflater deflater = new Deflater(6, true);
        deflater.setInput(Payload.TEXT.bytes(1024));
        int length = deflater.deflate(new byte[2048], 0, 2048, Deflater.SYNC_FLUSH);
        deflater.end();
        assertThat(length).isBetween(240, 275);
    }
}
