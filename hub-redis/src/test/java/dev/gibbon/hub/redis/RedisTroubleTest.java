package dev.gibbon.hub.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Message;
import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.RedisServer;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.Backplane.FeedListener;
import dev.gibbon.hub.Backplane.PresenceListener;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Much at once, listeners that are slow, and a Redis that refuses; each test has topics of its own on one Redis. */
class RedisTroubleTest {
    private static EngineProcess redis;

    private final List<RedisBackplane> nodes = new ArrayList<>();

    @BeforeAll
    static void start() {
        redis = RedisServer.start("--appendonly", "no");
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void end() {
        nodes.forEach(RedisBackplane::close);
    }

    @Test
    void readsMoreAtOnceThanRedisHoldsForAListener() throws Exception {
        RedisBackplane node = node("/0");
        var recorder = new Recorder();
        at(node.subscribe("storm", null, recorder).started());
        var published = new ArrayList<CompletionStage<Position>>();
        for (int i = 1; i <= 30; i++) {
            published.add(node.publish("storm", new MessageId("p", i), Message.text("x".repeat(8_000))));
        }
        for (CompletionStage<Position> one : published) {
            at(one);
        }
        assertThat(recorder.next(30)).hasSize(30);
        // 48 MB of answers; Redis cuts a connection for which 32 MB wait.
        var pages = new ArrayList<CompletionStage<History>>();
        for (int i = 0; i < 200; i++) {
            pages.add(node.read("storm", null, 1_000));
        }
        for (CompletionStage<History> page : pages) {
            assertThat(at(page).entries()).hasSize(30);
        }
        publish(node, "storm", 31, "end");
        assertThat(recorder.next()).isEqualTo("31:end");
    }

    @Test
    void tellsAListenerThatIsTooSlowWhatIsLost() throws Exception {
        UnaryOperator<RedisSettings.Builder> few =
                settings -> settings.history(100, 1L << 30, Duration.ofHours(1)).timeout(Duration.ofMinutes(1));
        RedisBackplane slow = node("/0", few);
        RedisBackplane fast = node("/0", few);
        var release = new CountDownLatch(1);
        var recorder = new Recorder();
        at(slow.subscribe("slow", null, new Before(recorder, entry -> {
                    if (entry.position().offset() == 1) {
                        awaitQuietly(release);
                    }
                }))
                .started());
        int count = 600;
        for (int i = 1; i < count; i++) {
            publish(fast, "slow", i, "x".repeat(64 << 10));
        }
        // The kernel may still have some of it, but less than is beyond what the node keeps.
        while (!everythingHasLeftRedis()) {
            Thread.onSpinWait();
        }
        release.countDown();
        publish(fast, "slow", count, "end");
        String told;
        var losses = new ArrayList<String>();
        do {
            told = recorder.next();
            if (told.startsWith("lost")) {
                losses.add(told);
            }
        } while (!told.equals(count + ":end"));
        assertThat(losses).isNotEmpty().allMatch(loss -> loss.startsWith("lost TRIMMED"));
    }

    private static boolean everythingHasLeftRedis() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("CLIENT LIST TYPE pubsub\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String clients = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return !clients.replace(" omem=0 ", " ").contains(" omem=");
        }
    }

    @Test
    void endsAFeedAtOnceWhenItIsClosed() throws Exception {
        RedisBackplane node = node("/0");
        for (int i = 1; i <= 5; i++) {
            publish(node, "closed", i, "x");
        }
        Position begin = new Position(at(node.read("closed", null, 1)).end().epoch(), 0, null);
        var recorder = new Recorder();
        var closes = new CompletableFuture<Backplane.Feed>();
        var feed = node.subscribe(
                "closed", begin, new Before(recorder, entry -> closes.join().close()));
        closes.complete(feed);
        at(feed.started());
        publish(node, "closed", 6, "x");
        at(node.read("closed", null, 1));
        assertThat(recorder.next()).isEqualTo("1:x");
        assertThat(recorder.nothingLeft()).isTrue();
    }

    @Test
    void failsWhatIsClosedBeforeItBegan() throws Exception {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            RedisBackplane node = node("redis://127.0.0.1:" + silent.getLocalPort(), settings -> settings);
            var feed = node.subscribe("t", null, new Recorder());
            var watch = node.watch("t", new Presence());
            feed.close();
            watch.close();
            assertThatThrownBy(() -> at(feed.started())).hasCauseInstanceOf(BackplaneException.class);
            assertThatThrownBy(() -> at(watch.started())).hasCauseInstanceOf(BackplaneException.class);
        }
    }

    @Test
    void givesUpAnEngineThatTakesConnectionsAndSaysNothing() throws Exception {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(20_000);
            node("redis://127.0.0.1:" + silent.getLocalPort(), settings -> settings.timeout(Duration.ofMillis(200)));
            try (Socket first = silent.accept();
                    Socket second = silent.accept()) {
                assertThat(first.getPort()).isNotEqualTo(second.getPort());
            }
        }
    }

    @Test
    void keepsATopicThatIsListenedToHoweverLongItIsSilent() throws Exception {
        RedisBackplane node = node(
                "/0",
                settings -> settings.history(10, 1_000, Duration.ofSeconds(1)).topicIdle(Duration.ofSeconds(4)));
        at(node.subscribe("idle", null, new Recorder()).started());
        publish(node, "idle", 1, "x");
        long before = Long.MAX_VALUE;
        long left = remaining();
        while (left <= before) {
            assertThat(left).isPositive();
            before = left;
            left = remaining();
        }
    }

    private static long remaining() throws IOException {
        return Long.parseLong(
                RedisServer.command(redis.port(), "PTTL gibbon:{idle}:topic").substring(1));
    }

    @Test
    void keepsOtherTopicsWhenRedisRefusesOne() throws Exception {
        RedisBackplane node = node("/0");
        var recorder = new Recorder();
        at(node.subscribe("good", null, recorder).started());
        RedisServer.command(redis.port(), "SET gibbon:{bad}:topic x");
        RedisServer.command(redis.port(), "SET gibbon:{bad}:expiries x");
        assertThatThrownBy(() -> at(node.subscribe("bad", null, new Recorder()).started()))
                .hasCauseInstanceOf(BackplaneException.class)
                .hasMessageContaining("WRONGTYPE");
        assertThatThrownBy(() -> at(node.watch("bad", new Presence()).started()))
                .hasCauseInstanceOf(BackplaneException.class);
        publish(node, "good", 1, "x");
        assertThat(recorder.next()).isEqualTo("1:x");
    }

    @Test
    void goesOnWithATopicThatRedisRefusedForAWhile() throws Exception {
        RedisBackplane node = node("/0");
        var recorder = new Recorder();
        at(node.subscribe("while", null, recorder).started());
        publish(node, "while", 1, "x");
        assertThat(recorder.next()).isEqualTo("1:x");
        RedisServer.command(redis.port(), "RENAME gibbon:{while}:stream elsewhere");
        RedisServer.command(redis.port(), "SET gibbon:{while}:stream x");
        RedisServer.command(redis.port(), "CLIENT KILL TYPE pubsub");
        // The cut connection, and then the refusal.
        assertThat(recorder.next()).isEqualTo("away");
        at(node.members("while"));
        RedisServer.command(redis.port(), "RENAME elsewhere gibbon:{while}:stream");
        publish(node, "while", 2, "y");
        assertThat(recorder.next(2)).containsExactly("2:y", "back");
    }

    @Test
    void listsNobodyWhoseTimeIsOverHoweverMany() throws Exception {
        RedisBackplane node = node("/0", settings -> settings.presenceCheck(Duration.ofMinutes(1)));
        var members = new ArrayList<Member>();
        for (int i = 0; i < 3_000; i++) {
            members.add(new Member("m" + i, ""));
        }
        at(node.enter("crowd", members, Duration.ofMillis(1)));
        at(node.enter("crowd", List.of(new Member("stays", "")), Duration.ofMinutes(1)));
        assertThat(at(node.members("crowd"))).containsExactly(new Member("stays", ""));
    }

    @Test
    void keepsDatabasesApart() throws Exception {
        RedisBackplane one = node("/0");
        RedisBackplane other = node("/1");
        var presence = new Presence();
        at(one.watch("databases", presence).started());
        at(other.enter("databases", List.of(new Member("far", "")), Duration.ofMinutes(1)));
        at(one.enter("databases", List.of(new Member("near", "")), Duration.ofMinutes(1)));
        assertThat(presence.told.poll(20, TimeUnit.SECONDS)).isEqualTo("+near");
    }

    @Test
    void keepsTopicsApartThatHaveHalvesOfSurrogatePairs() throws Exception {
        RedisBackplane node = node("/0");
        for (String topic : List.of("?", "\uD800", "\uD801", "%ud800", "\uD83D\uDE00")) {
            assertThat(publish(node, topic, 1, "x").offset()).isEqualTo(1);
        }
    }

    @Test
    void refusesForEverWhatCanNeverWait() {
        RedisBackplane node = node("/0", settings -> settings.pending(10, 1_000));
        assertThatThrownBy(() -> publish(node, "large", 1, "x".repeat(2_000)))
                .cause()
                .isInstanceOfSatisfying(
                        BackplaneException.class,
                        refused -> assertThat(refused.isRetryable()).isFalse());
    }

    @Test
    void tellsNobodyThePassword() {
        var settings = RedisSettings.builder("redis://user:secret@127.0.0.1:1").build();
        assertThat(settings.toString()).doesNotContain("secret");
        var wrong = RedisSettings.builder("redis://user:sec ret@127.0.0.1:1").build();
        assertThatThrownBy(() -> new RedisBackplane(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageNotContaining("sec");
    }

    private RedisBackplane node(String database) {
        return node(database, settings -> settings);
    }

    private RedisBackplane node(String database, UnaryOperator<RedisSettings.Builder> how) {
        String uri = database.startsWith("/") ? "redis://127.0.0.1:" + redis.port() + database : database;
        var node = new RedisBackplane(how.apply(RedisSettings.builder(uri)).build());
        nodes.add(node);
        return node;
    }

    private static Position publish(RedisBackplane node, String topic, long sequence, String text) throws Exception {
        return at(node.publish(topic, new MessageId("p", sequence), Message.text(text)));
    }

    private static <T extends @Nullable Object> T at(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does something before an entry is noted. */
    private record Before(Recorder recorder, Consumer<Entry> then) implements FeedListener {
        @Override
        public void entry(Entry entry) {
            then.accept(entry);
            recorder.entry(entry);
        }

        @Override
        public void lost(LossReason reason, Position now) {
            recorder.lost(reason, now);
        }
    }

    /** Notes who comes and goes. */
    private static final class Presence implements PresenceListener {
        private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void joined(Member member) {
            told.add("+" + member.id());
        }

        @Override
        public void left(String id) {
            told.add("-" + id);
        }
    }
}
