package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.benchmarks.load.Order;
import dev.gibbon.benchmarks.load.Result;
import dev.gibbon.benchmarks.load.Scenarios;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GeneratorProcessTest {
    private static final String RESULT =
            "{\"event\":\"result\",\"scenario\":\"echo-125\",\"mode\":\"ECHO\",\"messages\":7,"
                    + "\"seconds\":1.0,\"messagesPerSecond\":7.0,\"payloadBytesPerSecond\":875.0,\"latency\":null,\"opened\":64,"
                    + "\"openSeconds\":0.1,\"errors\":0,\"mismatches\":0,\"firstError\":null,\"compressedReplies\":0,"
                    + "\"plainReplies\":7,\"replyBytes\":875,\"ownCpuSeconds\":0.5,\"serverCpuSeconds\":null,"
                    + "\"busySeconds\":null,\"stealSeconds\":null}";
    private static final Order ORDER = Order.of(Scenarios.named("echo-125"), "ws://127.0.0.1:1/");

    private Children children;

    @BeforeEach
    void open() throws IOException {
        children = new Children();
    }

    @AfterEach
    void nothingIsLeft() {
        children.close();
        assertThat(children.running()).isZero();
    }

    private GeneratorProcess generator(String script) {
        return new GeneratorProcess(children, List.of("sh", "-c", script));
    }

    private static String say(String line) {
        return "echo '" + line + "';";
    }

    @Test
    void handsOverTheResultBehindTheEventsAndStaysForTheNextOrder() throws Exception {
        String once = "read order;" + say("{\"event\":\"window\"}") + say("{\"event\":\"end\"}") + say(RESULT);
        try (GeneratorProcess generator = generator(once + once + "exec cat >/dev/null")) {
            Result first = generator.run(ORDER, Load.Holding.NOTHING);
            assertThat(first.messages()).isEqualTo(7);
            assertThat(generator.run(ORDER, Load.Holding.NOTHING)).isEqualTo(first);
            assertThat(children.running()).isOne();
        }
    }

    @Test
    void looksWhileConnectionsAreHeldAndThenReleasesThem() throws Exception {
        String script = "read order;" + say("{\"event\":\"holding\"}") + "read line; case $line in *release*) "
                + say(RESULT) + "esac; exec cat >/dev/null";
        int[] looks = new int[1];
        try (GeneratorProcess generator = generator(script)) {
            assertThat(generator.run(ORDER, () -> looks[0]++).messages()).isEqualTo(7);
        }
        assertThat(looks[0]).isOne();
    }

    @Test
    void refusalIsAFailureWithItsReason() {
        try (GeneratorProcess generator = generator(
                "read order;" + say("{\"event\":\"refused\",\"reason\":\"too many\"}") + "exec cat >/dev/null")) {
            assertThatThrownBy(() -> generator.run(ORDER, Load.Holding.NOTHING))
                    .isInstanceOf(ServerFailedException.class)
                    .hasMessage("the load generator refused: too many");
        }
    }

    @Test
    void deathIsAFailureAndTheNextOrderStartsAnother() throws Exception {
        String script = "read order; if mkdir \"$0.once\" 2>/dev/null; then echo broken >&2; exit 4; fi;" + say(RESULT)
                + "exec cat >/dev/null";
        String mark = children.log("mark").toString();
        try (GeneratorProcess generator = new GeneratorProcess(children, List.of("sh", "-c", script, mark))) {
            assertThatThrownBy(() -> generator.run(ORDER, Load.Holding.NOTHING))
                    .isInstanceOf(ServerFailedException.class)
                    .hasMessage("the load generator ended with exit code 4, saying \"broken\"");
            assertThat(generator.run(ORDER, Load.Holding.NOTHING).messages()).isEqualTo(7);
        }
    }

    @Test
    void garbageIsAFailure() {
        try (GeneratorProcess generator = generator("read order; echo oops; exec cat >/dev/null")) {
            assertThatThrownBy(() -> generator.run(ORDER, Load.Holding.NOTHING))
                    .isInstanceOf(ServerFailedException.class)
                    .hasMessage("the load generator said what is no JSON: oops");
        }
    }
}
