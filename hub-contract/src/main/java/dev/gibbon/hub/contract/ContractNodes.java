package dev.gibbon.hub.contract;

import dev.gibbon.Message;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The nodes of a test, and how it asks them. */
abstract class ContractNodes {
    static final long MOST_SECONDS = 60;

    final String topic = "room of " + UUID.randomUUID() + " \u00e4\u6f22";
    private final List<Backplane> nodes = new ArrayList<>();

    /**
     * Joins a node to the engine of this test.
     *
     * @return a new node
     */
    protected abstract Backplane join() throws Exception;

    /** Closes the nodes; the engine is the extending class's. */
    @AfterEach
    void closeNodes() {
        nodes.forEach(Backplane::close);
    }

    final Backplane node() throws Exception {
        Backplane joined = join();
        nodes.add(joined);
        return joined;
    }

    static <T extends @Nullable Object> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
    }

    static MessageId id(String producer, int sequence) {
        return new MessageId(producer, sequence);
    }

    /** Publishes a message that says who it is from, and waits until it is stored. */
    final Position publish(Backplane node, String producer, int sequence) throws Exception {
        return await(send(node, producer, sequence));
    }

    /** Publishes it, and does not wait. */
    final CompletionStage<Position> send(Backplane node, String producer, int sequence) {
        return node.publish(topic, id(producer, sequence), Message.text(producer + sequence));
    }

    /** What {@link #publish} writes. */
    static String[] texts(String producer, int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> producer + i).toArray(String[]::new);
    }
}
