package dev.gibbon.hub.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.RedisServer;
import dev.gibbon.hub.MessageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Several nodes publish to many topics while the engine is stopped, killed, held still and cut off; every node has every message, once. */
class RedisOracleTest {
    private static final int NODES = 3;
    private static final int TOPICS = 60;
    private static final int MESSAGES = 900;

    private final Random random = new Random(5);
    /** What was acknowledged: topic, offset, text. */
    private final Map<String, Map<Long, String>> stored = new HashMap<>();

    private final List<CompletableFuture<?>> repairs = new ArrayList<>();

    @Test
    void nothingIsLostNorRepeatedWhateverHappensToTheEngine() throws Exception {
        try (EngineProcess redis = RedisServer.start()) {
            List<Runnable> faults = List.of(
                    () -> {
                        redis.kill();
                        redis.start();
                    },
                    () -> {
                        redis.stop();
                        redis.start();
                    },
                    () -> cut(redis),
                    () -> hold(redis),
                    () -> {
                        redis.kill();
                        redis.start();
                        cut(redis);
                    });
            var nodes = new ArrayList<RedisBackplane>();
            var records = new ArrayList<Map<String, Recorder>>();
            for (int i = 0; i < NODES; i++) {
                nodes.add(new RedisBackplane(RedisSettings.builder("redis://127.0.0.1:" + redis.port())
                        .history(100_000, 1L << 30, Duration.ofHours(1))
                        .timeout(Duration.ofMillis(400))
                        .build()));
                records.add(listen(nodes.get(i)));
            }
            var sequences = new HashMap<String, Integer>();
            for (Runnable fault : faults) {
                var answers = new ArrayList<CompletableFuture<?>>();
                for (int i = 0; i < MESSAGES; i++) {
                    if (i == MESSAGES / 2) {
                        fault.run();
                    }
                    String topic = "t" + random.nextInt(TOPICS);
                    int at = random.nextInt(NODES);
                    String producer = "p" + at;
                    int sequence = sequences.merge(topic + producer, 1, Integer::sum);
                    answers.add(publish(nodes.get(at), topic, producer, sequence));
                    if (random.nextInt(10) == 0) {
                        // A publisher that did not hear the answer asks again, at the same node.
                        answers.add(publish(nodes.get(at), topic, producer, Math.max(1, sequence - random.nextInt(3))));
                    }
                }
                answers.addAll(repairs);
                CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                        .get(60, TimeUnit.SECONDS);
            }
            assertThat(stored.values().stream().mapToInt(Map::size).sum()).isEqualTo(faults.size() * MESSAGES);
            for (Map<String, Recorder> record : records) {
                for (String topic : stored.keySet()) {
                    Recorder recorder = record.get(topic);
                    var expected = new ArrayList<String>();
                    stored.get(topic).forEach((offset, text) -> expected.add(offset + ":" + text));
                    assertThat(recorder.messages(expected.size())).isEqualTo(expected);
                    assertThat(recorder.nothingLeft()).isTrue();
                }
            }
            for (RedisBackplane node : nodes) {
                node.close();
            }
        }
    }

    private CompletableFuture<?> publish(RedisBackplane node, String topic, String producer, int sequence) {
        String text = producer + "#" + sequence;
        return node.publish(topic, new MessageId(producer, sequence), Message.text(text))
                .toCompletableFuture()
                .thenAccept(mark -> {
                    synchronized (stored) {
                        String other = stored.computeIfAbsent(topic, name -> new TreeMap<>())
                                .put(mark.offset(), text);
                        assertThat(other).isIn(null, text);
                    }
                });
    }

    private static Map<String, Recorder> listen(RedisBackplane node) throws Exception {
        var recorders = new HashMap<String, Recorder>();
        for (int i = 0; i < TOPICS; i++) {
            var recorder = new Recorder();
            recorders.put("t" + i, recorder);
            node.subscribe("t" + i, null, recorder)
                    .started()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
        }
        return recorders;
    }

    /** Holds it still for longer than the nodes wait for an answer; meanwhile they publish. */
    private void hold(EngineProcess redis) {
        redis.suspend();
        repairs.add(CompletableFuture.runAsync(
                redis::resume, CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS)));
    }

    private static void cut(EngineProcess redis) {
        try {
            RedisServer.command(redis.port(), "CLIENT KILL TYPE pubsub");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
