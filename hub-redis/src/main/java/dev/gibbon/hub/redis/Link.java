package dev.gibbon.hub.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one {@link Session} with Redis: connects, loads the scripts, looks whether it still answers, and connects again with a growing pause
 * when it does not. Each session is a fresh connection; what it left unanswered is the owner's to repeat. Belongs to the thread of its
 * backplane.
 */
// What is scheduled is not waited for; attempts to connect are answered on the thread.
@SuppressWarnings("FutureReturnValueIgnored")
final class Link {
    private static final System.Logger LOG = System.getLogger(Link.class.getName());
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    private final RedisURI uri;
    private final Duration timeout;
    private final ScheduledExecutorService thread;
    private final Owner owner;
    private final RedisClient client;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private @Nullable Session session;
    private @Nullable String told;
    private boolean closed;

    /** Who uses the sessions; called on the thread. */
    interface Owner {
        /** There is a session; an earlier one has ended. */
        void up(Session session);

        /** The session has ended; what it has not answered, it never will. Also called for each attempt that failed. */
        void down(Throwable cause);

        void message(byte[] channel, byte[] body);

        /** Messages of channels were dropped, as too many waited. */
        void missed(Session session);
    }

    Link(RedisURI uri, Duration timeout, ScheduledExecutorService thread, Owner owner) {
        this.uri = uri;
        this.timeout = timeout;
        // Of the first commands of a connection; 60 s if nobody says so.
        uri.setTimeout(timeout);
        this.thread = thread;
        this.owner = owner;
        client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .protocolVersion(ProtocolVersion.RESP3)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(timeout)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.builder().build())
                .build());
    }

    void start() {
        connect();
        long millis = Math.max(1, timeout.toMillis() / 4);
        thread.scheduleWithFixedDelay(new Repeated(this::look), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Ends the session because it is of no more use, and connects again. */
    void renew(Session old, Throwable cause) {
        if (session == old) {
            tell(cause);
            session = null;
            old.end();
            owner.down(cause);
            connectLater();
        }
    }

    /** Ends everything; the future completes when the threads of the client have ended. */
    CompletableFuture<Void> close() {
        closed = true;
        if (session != null) {
            session.end();
            session = null;
        }
        return client.shutdownAsync(0, 2, TimeUnit.SECONDS);
    }

    private void connect() {
        if (closed) {
            return;
        }
        try {
            client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri)
                    .whenComplete((connection, failure) -> thread.execute(() -> {
                        if (connection == null) {
                            failed(failure);
                        } else {
                            connected(connection);
                        }
                    }));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void connected(StatefulRedisPubSubConnection<byte[], byte[]> connection) {
        if (closed) {
            Session.close(connection);
            return;
        }
        var opened = new Session(connection, thread, owner::message, owner::missed, this::renew);
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                thread.execute(() -> renew(opened, new IllegalStateException("the connection to Redis was cut")));
            }
        });
        session = opened;
        opened.load().whenComplete((ignored, failure) -> {
            if (failure != null) {
                renew(opened, failure);
            } else if (session == opened) {
                owner.up(opened);
                if (told != null) {
                    told = null;
                    LOG.log(Level.INFO, "connected to Redis");
                }
            }
        });
        if (!connection.isOpen()) {
            renew(opened, new IllegalStateException("the connection to Redis was cut"));
        }
    }

    private void failed(Throwable cause) {
        if (!closed) {
            tell(cause);
            owner.down(cause);
            connectLater();
        }
    }

    /** Logs why Redis is out of reach; once for each reason, as it may stay so. */
    private void tell(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage());
        if (!reason.equals(told)) {
            told = reason;
            LOG.log(
                    Level.WARNING,
                    "Redis at {0}:{1} is out of reach: {2}",
                    uri.getHost(),
                    String.valueOf(uri.getPort()),
                    reason);
        }
    }

    private void connectLater() {
        if (closed) {
            return;
        }
        // Jitter, so that many nodes do not come back at the same moment.
        long pause = pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis);
        pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 2);
        thread.schedule(this::connect, pause, TimeUnit.MILLISECONDS);
    }

    /** An engine that hangs, or a peer that is gone without a word, is seen because it does not answer. */
    private void look() {
        Session current = session;
        if (current == null) {
            return;
        }
        if (current.ageNanos() > TimeUnit.MILLISECONDS.toNanos(LONGEST_PAUSE_MILLIS)) {
            // Not sooner: a session that always ends at once must not be tried without a pause.
            pauseMillis = FIRST_PAUSE_MILLIS;
        }
        long silent = current.silentNanos();
        if (current.unanswered() > 0 && silent > timeout.toNanos()) {
            renew(current, new IllegalStateException("Redis has not answered for " + timeout));
        } else if (current.unanswered() == 0 && silent > timeout.toNanos() / 2) {
            current.ping();
        }
    }
}
