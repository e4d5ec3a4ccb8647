package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.load.Generator;
import dev.gibbon.benchmarks.load.Latency;
import dev.gibbon.benchmarks.load.Mode;
import dev.gibbon.benchmarks.load.Order;
import dev.gibbon.benchmarks.load.Payload;
import dev.gibbon.benchmarks.load.Result;
import dev.gibbon.benchmarks.load.Scenario;
import dev.gibbon.benchmarks.load.Watcher;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code gibbon bench URL}: loads one running server, and says what it did. No ratios: there is nothing beside it. */
final class UrlLoad {
    private static final List<String> OWN =
            List.of("-c", "-s", "-p", "--mode", "--text", "--mixed", "--deflate", "--warmup");
    private static final List<String> SHARED = List.of("--seconds", "--quick");
    private static final int CONNECTIONS = 64;
    private static final int SIZE = 125;
    private static final double SECONDS = 5;
    private static final double WARM_UP = 1;

    private final String url;
    private final Arguments given;
    private final PrintStream err;
    private final int columns;

    /** A load of one server. */
    UrlLoad(String url, Arguments given, PrintStream err, int columns) {
        this.url = url;
        this.given = given;
        this.err = err;
        this.columns = columns;
    }

    /** Adds what only a URL goes with. */
    static void addOptionsTo(CommandSpec spec) {
        spec.addOption(Arguments.option("-c", "N", "With a URL: connections (64)."));
        spec.addOption(Arguments.option("-s", "BYTES", "With a URL: size of a message (125)."));
        spec.addOption(Arguments.option("-p", "N", "With a URL: messages in flight on each connection (1)."));
        spec.addOption(
                Arguments.option("--mode", "MODE", "With a URL: echo, latency, handshake, idle or broadcast (echo)."));
        spec.addOption(Arguments.flag("--text", "With a URL: ASCII text instead of binary noise."));
        spec.addOption(Arguments.flag("--mixed", "With a URL: multi-byte text."));
        spec.addOption(Arguments.flag("--deflate", "With a URL: offer compression, send compressed text."));
        spec.addOption(Arguments.option("--warmup", "S", "With a URL: seconds of load before the measurement (1)."));
    }

    /** Refuses what makes sense only with a URL. */
    static void refuse(Arguments given) throws BadArgumentException {
        for (String option : OWN) {
            if (given.has(option)) {
                throw new BadArgumentException(option + " needs a URL; without one --scenario chooses the load");
            }
        }
    }

    /** Loads it, and returns the exit code. */
    int run(PrintStream out) throws BadArgumentException {
        for (String option : given.givenNames()) {
            if (!OWN.contains(option) && !SHARED.contains(option)) {
                throw new BadArgumentException(option + " does not go with a URL");
            }
        }
        Order order = order();
        Result result;
        try (Ticker ticker = new Ticker(order, err, columns)) {
            result = Generator.run(order, ticker);
        } catch (IllegalArgumentException fault) {
            throw new BadArgumentException(String.valueOf(fault.getMessage()));
        }
        out.print(told(order, result));
        return result.errors() == 0 && result.mismatches() == 0 && result.messages() > 0
                ? BenchMain.DONE
                : BenchMain.FAILED;
    }

    /** What is asked of the generator. */
    Order order() throws BadArgumentException {
        Mode mode = mode();
        boolean deflate = given.has("--deflate");
        if (given.has("--mixed") && given.has("--text")) {
            throw new BadArgumentException("--text and --mixed: expected one of them");
        }
        Payload payload =
                given.has("--mixed") ? Payload.MIXED : given.has("--text") || deflate ? Payload.TEXT : Payload.BINARY;
        int connections = (int) given.number("-c", mode == Mode.LATENCY ? 1 : CONNECTIONS, 1, Scenario.MAX_CONNECTIONS);
        int size = (int) given.number("-s", mode == Mode.HANDSHAKE ? 0 : SIZE, 0, Scenario.MAX_SIZE);
        int inFlight = (int) given.number("-p", 1, 1, Scenario.MAX_IN_FLIGHT);
        boolean quick = given.has("--quick");
        double seconds = given.decimal("--seconds", quick ? 1 : SECONDS, 0.05, 24 * 3600);
        double warmUp = given.decimal("--warmup", quick ? 0.3 : WARM_UP, 0, 3600);
        try {
            Scenario scenario = new Scenario("url", mode, payload, size, connections, inFlight, deflate);
            return Order.of(scenario, url).lasting(warmUp, seconds);
        } catch (IllegalArgumentException fault) {
            throw new BadArgumentException(String.valueOf(fault.getMessage()));
        }
    }

    private Mode mode() throws BadArgumentException {
        String text = given.text("--mode");
        if (text == null) {
            return Mode.ECHO;
        }
        for (Mode mode : Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
                return mode;
            }
        }
        throw Arguments.bad("--mode", text, "echo, latency, handshake, idle or broadcast");
    }

    /** What came of it, in lines. */
    static String told(Order order, Result result) {
        Measure measure = new Measure(order.scenario());
        StringBuilder text = new StringBuilder();
        text.append(order.target()).append(": ").append(measure.title()).append('\n');
        line(
                text,
                measure.unit(),
                Numbers.whole(result.messages()) + " in " + Numbers.of(result.seconds()) + " s, "
                        + Numbers.whole(result.messagesPerSecond()) + "/s");
        if (result.payloadBytesPerSecond() > 0) {
            line(text, "payload", Numbers.of(result.payloadBytesPerSecond() / 1e6) + " MB/s in each direction");
        }
        Latency latency = result.latency();
        if (latency != null) {
            line(
                    text,
                    "latency",
                    "p50 " + Numbers.of(latency.p50()) + ", p90 " + Numbers.of(latency.p90()) + ", p99 "
                            + Numbers.of(latency.p99()) + ", p99.9 " + Numbers.of(latency.p999()) + ", max "
                            + Numbers.of(latency.max()) + " µs");
        }
        line(text, "opening", result.opened() + " connections in " + Numbers.of(result.openSeconds()) + " s");
        if (order.scenario().deflate()) {
            long replies = result.compressedReplies() + result.plainReplies();
            line(
                    text,
                    "replies",
                    Numbers.whole(result.compressedReplies()) + " of " + Numbers.whole(replies)
                            + " compressed, " + Numbers.of(replies == 0 ? 0.0 : (double) result.replyBytes() / replies)
                            + " B each");
        }
        double share = result.seconds() > 0 ? result.ownCpuSeconds() / result.seconds() : 0;
        line(text, "generator", Numbers.percent(share) + " of a core" + (share > 0.9 ? ": it may be the limit" : ""));
        line(
                text,
                "errors",
                result.errors() + ", mismatches " + result.mismatches()
                        + (result.firstError() == null ? "" : ", first: " + result.firstError()));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  %-11s %s".formatted(name, value)).append('\n');
    }

    /** Shows how far it is. */
    private static final class Ticker implements Watcher, AutoCloseable {
        private final @Nullable ProgressBar bar;
        private final double seconds;

        private Ticker(Order order, PrintStream err, int columns) {
            seconds = order.warmup() + order.seconds();
            bar = columns <= 0 ? null : Progress.bar(err, Math.max(1, Math.round(seconds)), columns);
        }

        @Override
        public void opening(int opened, int of) {
            if (bar != null) {
                bar.setExtraMessage(opened + " of " + of + " connections");
            }
        }

        @Override
        public void progress(double fraction, long messages) {
            if (bar != null) {
                bar.setExtraMessage("");
                bar.stepTo(Math.round(fraction * seconds));
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
