package dev.gibbon.demos.chat;

import dev.gibbon.Message;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.demos.chat.Refusal.Code;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.HubConnection;
import dev.gibbon.hub.HubException;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import dev.gibbon.hub.SlowConsumer;
import dev.gibbon.hub.SubscribeOptions;
import dev.gibbon.hub.Subscription;
import dev.gibbon.hub.SubscriptionListener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One guest's connection: does what it asks, or refuses it in words. What everybody is told comes from the hub, by {@link ChatFormat}.
 *
 * <p>Requests are read on the connection's event loop. The hub's answers come on a thread of the engine's client, and are sent from there,
 * which any thread may do and where nothing waits.
 */
final class ChatSession implements WebSocketListener {
    private static final SlowConsumer SLOW = SlowConsumer.disconnect(256, 1 << 20); // 256 as in gorilla's example
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int PRODUCER_CHARACTERS = 22; // 128 bits and a little more, in base64
    private static final int MEMBER_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Chat chat;
    private final ChatRules rules;
    private final FloodGate gate; // on the loop
    private final String member = randomId(); // not the node's name and a count, which a killed node would begin again
    private final Map<String, Place> places = new ConcurrentHashMap<>(); // by room
    private @Nullable HubConnection connection; // on the loop

    /** What a guest is in one room. */
    private static final class Place {
        final String name;
        final String producer;
        private long awaited; // guarded by this: a sequence that is to be said again before those behind it; 0 for none

        Place(String name, String producer) {
            this.name = name;
            this.producer = producer;
        }

        /** Whether a message may go on; not while one before it is to be said again, or they would change places. */
        synchronized boolean isNext(long sequence) {
            if (awaited != 0 && sequence > awaited) {
                return false;
            }
            awaited = 0;
            return true;
        }

        synchronized void await(long sequence) {
            awaited = awaited == 0 ? sequence : Math.min(awaited, sequence);
        }
    }

    ChatSession(Chat chat) {
        this.chat = chat;
        this.rules = new ChatRules(chat.limits());
        this.gate = new FloodGate(chat.limits(), System::nanoTime);
    }

    @Override
    public void onOpen(WebSocket socket) {
        connection = chat.hub().join(socket);
        send(socket, ChatWriter.hello(chat.node().name(), chat.node().sockets(), chat.limits()));
    }

    @Override
    public void onBinary(WebSocket socket, ByteBuffer bytes) {
        socket.close(1003, "The chat is text.");
    }

    @Override
    public void onText(WebSocket socket, String text) {
        HubConnection joined = connection;
        if (joined == null) {
            return; // the hub was closed when this was opened, and it is being closed, too
        }
        try {
            Request request = ChatReader.request(text);
            if (request instanceof Request.Enter enter) {
                enter(socket, joined, enter);
            } else if (request instanceof Request.Say say) {
                say(socket, joined, say);
            } else if (request instanceof Request.Leave leave) {
                leave(socket, joined, leave);
            } else {
                send(socket, ChatWriter.pong());
            }
        } catch (Refusal refusal) {
            send(socket, ChatWriter.refused(null, 0, refusal));
        }
    }

    private void enter(WebSocket socket, HubConnection joined, Request.Enter enter) {
        String room = enter.room();
        var place = new Place(enter.name(), publicProducer(enter.producer()));
        try {
            gate.pass();
            rules.checkRoom(room);
            rules.checkName(enter.name());
            if (places.size() >= chat.limits().rooms()) {
                throw Refusal.of(
                        Code.TOO_MANY_ROOMS,
                        "You are in " + chat.limits().rooms() + " rooms; leave one of them first.");
            }
            if (places.putIfAbsent(room, place) != null) {
                throw Refusal.of(Code.ALREADY_ENTERED, "You are in this room already.");
            }
        } catch (Refusal refusal) {
            send(socket, ChatWriter.refused(room, 0, refusal));
            return;
        }
        Position after = enter.after();
        SubscribeOptions from = after == null ? SubscribeOptions.fromHistory() : SubscribeOptions.after(after);
        SubscribeOptions options = from.slowConsumer(SLOW)
                .member(new Member(member, enter.name()))
                .presence(true)
                .listener(new SubscriptionListener() {
                    @Override
                    public void began(Subscription subscription, @Nullable Position at, @Nullable LossReason lost) {
                        send(socket, ChatWriter.entered(room, member, place.producer, at, lost));
                    }
                });
        var unused = joined.subscribe(room, options).whenComplete((subscription, failure) -> {
            if (failure != null) {
                places.remove(room, place);
                send(socket, ChatWriter.refused(room, 0, ofEntering(failure)));
            }
        });
    }

    private void say(WebSocket socket, HubConnection joined, Request.Say say) {
        String room = say.room();
        Place place = places.get(room);
        try {
            if (place == null) {
                throw notEntered();
            }
            if (!place.isNext(say.sequence())) {
                throw Refusal.forNow(Code.TOO_FAST, "Another message comes before this one.", SOON);
            }
            rules.checkText(say.text());
            gate.pass();
        } catch (Refusal refusal) {
            refuse(socket, place, say, refusal);
            return;
        }
        var id = new MessageId(place.producer, say.sequence());
        Message said = ChatWriter.said(new ChatReader.Said(place.name, say.text()));
        var unused = joined.publish(room, id, said).whenComplete((position, failure) -> {
            if (failure == null) {
                send(socket, ChatWriter.stored(room, say.sequence(), position));
            } else {
                refuse(socket, place, say, ofSaying(failure));
            }
        });
    }

    private static void refuse(WebSocket socket, @Nullable Place place, Request.Say say, Refusal refusal) {
        if (place != null && refusal.retryAfter() != null) {
            place.await(say.sequence());
        }
        send(socket, ChatWriter.refused(say.room(), say.sequence(), refusal));
    }

    private void leave(WebSocket socket, HubConnection joined, Request.Leave leave) {
        if (places.remove(leave.room()) == null) {
            send(socket, ChatWriter.refused(leave.room(), 0, notEntered()));
        } else {
            joined.unsubscribe(leave.room());
        }
    }

    private static Refusal notEntered() {
        return Refusal.of(Code.NOT_ENTERED, "You are not in this room.");
    }

    private static Refusal ofEntering(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof HubException hub && hub.reason() == HubException.Reason.REFUSED) {
            return Refusal.of(Code.FORBIDDEN, "You may not enter this room.");
        }
        return Refusal.forNow(Code.UNAVAILABLE, "This room cannot be reached at the moment.", SOON);
    }

    private static Refusal ofSaying(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof HubException hub && hub.reason() == HubException.Reason.REFUSED) {
            return Refusal.of(Code.FORBIDDEN, "You may not say this here.");
        }
        if (cause instanceof BackplaneException engine && !engine.isRetryable()) {
            return Refusal.of(Code.NOT_STORED, "This message could not be stored.");
        }
        return Refusal.forNow(Code.UNAVAILABLE, "Messages cannot be stored at the moment; this one waits.", SOON);
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** Any thread. Whoever leaves no room for an answer cannot go on: it would wait for one that never comes. */
    private static void send(WebSocket socket, Message message) {
        if (socket.trySend(message) == SendResult.FULL) {
            socket.close(1013, "You do not read what is sent.");
        }
    }

    /** Everybody sees it with each message, and cannot publish in its name without the secret. */
    static String publicProducer(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
            return BASE64.encodeToString(hash).substring(0, PRODUCER_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static String randomId() {
        byte[] id = new byte[MEMBER_BYTES];
        RANDOM.nextBytes(id);
        return BASE64.encodeToString(id);
    }
}
