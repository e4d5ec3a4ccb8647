package dev.gibbon.demos.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gibbon.CloseInfo;
import dev.gibbon.EventLoops;
import dev.gibbon.ScheduledTask;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One person in one room, over {@code gibbon.chat.v1}. When its connection ends it goes to the next node of its list, and gets there what it
 * has missed; what it said is kept until a node says that it is stored, and said again under the same number after a reconnect.
 *
 * <p>One message is under way at a time, so that one that was refused for now can be said again before those behind it.
 *
 * <p>For any thread. It has none of its own: it lives on event loops, where thousands fit. Its listener is called there too, or in a thread
 * that calls a method, one call at a time; it must not block.
 */
public final class ChatClient implements AutoCloseable {
    /** The subprotocol that it asks for. */
    public static final String SUBPROTOCOL = "gibbon.chat.v1";

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(3);
    /** What was refused for now is said again when the node says so, within these. */
    private static final Duration SHORTEST_RETRY = Duration.ofMillis(10);

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

    private static final int PRODUCER_BYTES = 16;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom SECRETS = new SecureRandom();

    private final EventLoops loops;
    private final List<WebSocketClient> nodes;
    private final String room;
    private final String name;
    private final String producer;
    private final Listener listener;

    private final ReentrantLock lock = new ReentrantLock();
    // All below are guarded by the lock.
    private final Queue<Said> unacknowledged = new ArrayDeque<>();
    private long sequence;
    private @Nullable JsonNode position;
    private @Nullable Conversation conversation;
    private @Nullable ScheduledTask reconnect;
    private int node;
    private int failures;
    private boolean closed;

    private ChatClient(
            EventLoops loops, List<WebSocketClient> nodes, int first, String room, String name, Listener listener) {
        this.loops = loops;
        this.nodes = nodes;
        this.node = first;
        this.room = room;
        this.name = name;
        this.listener = listener;
        byte[] secret = new byte[PRODUCER_BYTES];
        SECRETS.nextBytes(secret);
        producer = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** What was said and is not acknowledged yet. */
    private record Said(long sequence, String text) {}

    /**
     * Where a message is in its room.
     *
     * @param epoch which life of the room
     * @param offset of the message, growing within the epoch
     */
    public record Place(String epoch, long offset) {}

    /** Is told what happens. */
    public interface Listener {
        /**
         * It is in the room, for the first time or again; what was missed is told next.
         *
         * @param node the name of the node that serves it
         */
        default void entered(String node) {}

        /**
         * Somebody said something, perhaps this client.
         *
         * @param at where it is
         * @param name who
         * @param text what
         */
        void message(Place at, String name, String text);

        /**
         * What this client said is stored.
         *
         * @param sequence as {@link #say} returned it
         * @param at where it is
         */
        default void stored(long sequence, Place at) {}

        /**
         * What this client said is refused for good, or it may not enter.
         *
         * @param sequence as {@link #say} returned it; 0 if it is not about a message
         * @param code why, for programs
         * @param text why, for people
         */
        default void refused(long sequence, String code, String text) {}

        /**
         * The node says that messages are missing before the next.
         *
         * @param reason {@code trimmed}, {@code new_epoch}, or {@code dropped} because this client was slow
         * @param messages how many, 0 if nobody knows
         */
        default void missed(String reason, long messages) {}

        /** The connection has ended, or an attempt has failed; it connects again by itself. */
        default void disconnected() {}
    }

    /**
     * Enters a room, and stays until {@link #close}.
     *
     * @param loops the threads that it lives on; closed after the client
     * @param nodes the addresses of the nodes' sockets, such as {@code ws://127.0.0.1:8080/chat/ws}, 1 or more
     * @param first which of them to try first, as an index
     * @param room its name
     * @param name the person's name
     * @param listener is told what happens
     * @return the client, which is connecting
     */
    public static ChatClient enter(
            EventLoops loops, List<URI> nodes, int first, String room, String name, Listener listener) {
        List<WebSocketClient> clients = nodes.stream()
                .map(uri -> WebSocketClient.builder(uri)
                        .subprotocols(SUBPROTOCOL)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .handshakeTimeout(CONNECT_TIMEOUT)
                        .eventLoops(loops)
                        .build())
                .toList();
        var client = new ChatClient(loops, clients, first, room, name, listener);
        client.connect();
        return client;
    }

    /**
     * Says something, at once or as soon as it can.
     *
     * @param text what
     * @return the number of the message, from 1 on
     * @throws IllegalStateException if the client is closed
     */
    public long say(String text) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the client is closed");
            }
            sequence++;
            unacknowledged.add(new Said(sequence, text));
            if (conversation != null) {
                conversation.sayNext();
            }
            return sequence;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells how many messages were said and are not acknowledged.
     *
     * @return a count of this moment
     */
    public int unacknowledged() {
        lock.lock();
        try {
            return unacknowledged.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Cuts the connection without a word, as a network does, to see what happens then.
     *
     * @param heals after which time it may connect again; at once if zero
     */
    public void cut(Duration heals) {
        lock.lock();
        try {
            if (!closed) {
                leave();
                connectIn(heals);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Leaves. What is not acknowledged is given up. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            leave();
        } finally {
            lock.unlock();
        }
    }

    /** Has no connection, and none to come. */
    private void leave() {
        Conversation ending = conversation;
        conversation = null;
        if (reconnect != null) {
            reconnect.cancel();
            reconnect = null;
        }
        if (ending != null) {
            ending.abort();
            listener.disconnected();
        }
    }

    private void connect() {
        lock.lock();
        try {
            if (closed || conversation != null) {
                return;
            }
            reconnect = null;
            var next = new Conversation();
            conversation = next;
            var unused = nodes.get(node).connect(next).whenComplete((socket, failure) -> {
                if (failure != null) {
                    next.ended();
                }
            });
        } finally {
            lock.unlock();
        }
    }

    private void connectIn(Duration delay) {
        node = (node + 1) % nodes.size();
        reconnect = loops.schedule(delay, this::connect);
    }

    /** Grows from attempt to attempt, and is another for each client, so that those of a dead node do not come all at once. */
    private Duration backOff() {
        long most = SHORTEST_DELAY.toMillis() << Math.min(failures, 10);
        failures++;
        long bound = Math.min(most, LONGEST_DELAY.toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(bound / 2, bound + 1));
    }

    /** One connection, or the attempt to make it. Nothing that it hears counts when it is not the client's any more. */
    private final class Conversation implements WebSocketListener {
        private @Nullable WebSocket socket;
        private String nodeName = "";
        private boolean entered;
        private boolean underWay;

        @Override
        public void onOpen(WebSocket opened) {
            lock.lock();
            try {
                socket = opened;
                if (conversation == this) {
                    enter();
                } else {
                    opened.abort();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onText(WebSocket from, String text) throws JsonProcessingException {
            JsonNode said = JSON.readTree(text);
            lock.lock();
            try {
                if (conversation == this) {
                    hear(said);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onClose(WebSocket ended, CloseInfo info) {
            ended();
        }

        void ended() {
            lock.lock();
            try {
                if (conversation == this) {
                    conversation = null;
                    listener.disconnected();
                    connectIn(backOff());
                }
            } finally {
                lock.unlock();
            }
        }

        void abort() {
            if (socket != null) {
                socket.abort();
            }
        }

        private void hear(JsonNode said) {
            switch (said.path("type").asText()) {
                case "hello" -> nodeName = said.path("node").asText();
                case "entered" -> entered(said);
                case "message" -> {
                    position = said.path("at");
                    listener.message(
                            place(said),
                            said.path("name").asText(),
                            said.path("text").asText());
                }
                case "stored" -> stored(said);
                case "refused" -> refused(said);
                case "lost" -> {
                    position = said.path("at");
                    listener.missed(said.path("reason").asText(), 0);
                }
                case "dropped" -> listener.missed("dropped", said.path("count").asLong());
                default -> {
                    // Who comes and goes, and what later versions may tell.
                }
            }
        }

        private void enter() {
            ObjectNode enter = request("enter").put("name", name).put("producer", producer);
            if (position != null) {
                enter.set("after", position);
            }
            send(enter);
        }

        private void entered(JsonNode said) {
            entered = true;
            failures = 0;
            position = said.path("at");
            if (said.hasNonNull("lost")) {
                listener.missed(said.path("lost").asText(), 0);
            }
            listener.entered(nodeName);
            sayNext();
        }

        private void sayNext() {
            Said next = unacknowledged.peek();
            if (entered && !underWay && next != null) {
                underWay = true;
                send(request("say").put("sequence", next.sequence()).put("text", next.text()));
            }
        }

        private void stored(JsonNode said) {
            Said first = unacknowledged.peek();
            long number = said.path("sequence").asLong();
            if (first != null && first.sequence() == number) {
                unacknowledged.remove();
                listener.stored(number, place(said));
                underWay = false;
                sayNext();
            }
        }

        private void refused(JsonNode said) {
            String code = said.path("code").asText();
            long number = said.path("sequence").asLong();
            if (said.hasNonNull("retryAfter")) {
                loops.schedule(retryAfter(said), () -> again(number));
                return;
            }
            Said first = unacknowledged.peek();
            if (first != null && first.sequence() == number) {
                unacknowledged.remove();
                underWay = false;
            }
            listener.refused(number, code, said.path("text").asText());
            sayNext();
        }

        private void again(long number) {
            lock.lock();
            try {
                if (conversation != this) {
                    return;
                }
                if (number == 0) {
                    if (!entered) {
                        enter();
                    }
                } else {
                    underWay = false;
                    sayNext();
                }
            } finally {
                lock.unlock();
            }
        }

        private Duration retryAfter(JsonNode said) {
            long millis = Math.round(said.path("retryAfter").asDouble() * 1_000);
            return Duration.ofMillis(Math.max(SHORTEST_RETRY.toMillis(), Math.min(millis, LONGEST_RETRY.toMillis())));
        }

        private ObjectNode request(String type) {
            return JSON.createObjectNode().put("type", type).put("room", room);
        }

        private void send(ObjectNode request) {
            // If there is no connection any more, its end is told next, and all is said again on another.
            var unused = socket == null ? null : socket.trySend(request.toString());
        }

        private static Place place(JsonNode said) {
            JsonNode at = said.path("at");
            return new Place(at.path("epoch").asText(), at.path("offset").asLong());
        }
    }
}
