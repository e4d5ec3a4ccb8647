package dev.gibbon.hub.nats;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.PublishAck;
import io.nats.client.api.Republish;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one session with the engine: a thread that connects, makes sure of the streams, reads the epoch, hands the session to the loop,
 * waits until it is cut, and begins again after a pause that doubles and has jitter. It is the only thread here that blocks.
 */
final class Connector {

    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub.nats");
    /** JetStream's "wrong last sequence". */
    static final int WRONG_LAST_SEQUENCE = 10071;

    static final int NO_MESSAGE = 10037;
    private static final int NO_STREAM = 10059;
    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(500);

    /** Whether one connection is over; guarded by the lock. Each has its own: late news of an older one do not count. */
    private static final class Cut {
        boolean done;
    }

    private final NatsSettings settings;
    private final Names names;
    private final Executor loop;
    private final Consumer<Session> onUp;
    private final Consumer<Session> onDown;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by the lock; an epoch that must not be used again. */
    private @Nullable String over;
    /** Guarded by the lock. */
    private boolean closed;

    /**
     * Starts nothing yet.
     *
     * @param onUp called on the loop with each new session
     * @param onDown called on the loop when that session is over
     */
    Connector(NatsSettings settings, Names names, Executor loop, Consumer<Session> onUp, Consumer<Session> onDown) {
        this.settings = settings;
        this.names = names;
        this.loop = loop;
        this.onUp = onUp;
        this.onDown = onDown;
        thread = new Thread(this::run, "gibbon-nats-connector");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends the session and the thread, and waits a little for that. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(CLOSE_PATIENCE.toMillis());
            if (thread.isAlive()) {
                // It is connecting, or asking an engine that stands still.
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int failures = 0;
        while (!isClosed()) {
            Connection connection = null;
            try {
                var cut = new Cut();
                connection = Nats.connect(options(cut));
                Session session = open(connection, cut);
                failures = 0;
                loop.execute(() -> onUp.accept(session));
                awaitCut(cut);
                loop.execute(() -> onDown.accept(session));
            } catch (IOException | JetStreamApiException | RuntimeException e) {
                if (failures == 0) {
                    LOG.log(System.Logger.Level.WARNING, "no session with NATS at {0}: {1}", settings.servers(), e);
                }
            } catch (InterruptedException e) {
                // By close alone.
                Thread.currentThread().interrupt();
                return;
            } finally {
                close(connection);
            }
            pause(failures++);
        }
    }

    private static void close(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            connection.close();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Options options(Cut cut) {
        Options.Builder builder = new Options.Builder();
        settings.customizer().accept(builder);
        return builder.servers(settings.servers().toArray(String[]::new))
                // A new connection is a new session: what was not answered must be looked at before it is sent again.
                .noReconnect()
                .connectionTimeout(settings.requestTimeout())
                .pingInterval(settings.pingInterval())
                .maxPingsOut(2)
                .maxMessagesInOutgoingQueue(0)
                .connectionListener((connection, event) -> {
                    if (event == ConnectionListener.Events.DISCONNECTED || event == ConnectionListener.Events.CLOSED) {
                        wasCut(cut);
                    }
                })
                .errorListener(new ErrorListener() {
                    @Override
                    public void slowConsumerDetected(Connection connection, io.nats.client.Consumer consumer) {
                        // Something was thrown away: a new session finds out what.
                        wasCut(cut);
                    }
                })
                .build();
    }

    private Session open(Connection connection, Cut cut)
            throws IOException, JetStreamApiException, InterruptedException {
        JetStreamManagement management = connection.jetStreamManagement();
        ensure(management, epochStream());
        ensure(management, presenceStream());
        StreamInfo log = ensure(management, logStream());
        String epoch = epoch(connection, management, over());
        var dispatcher = connection.createDispatcher();
        return new Session(
                connection,
                dispatcher,
                epoch,
                log.getStreamState().getFirstSequence(),
                log.getStreamState().getLastSequence(),
                settings.requestTimeout(),
                loop,
                new Semaphore(Session.MOST_UNHEARD),
                () -> wasCut(cut));
    }

    private StreamConfiguration logStream() {
        return StreamConfiguration.builder()
                .name(names.logStream())
                .subjects(names.log("*"))
                .storageType(settings.onDisk() ? StorageType.File : StorageType.Memory)
                .replicas(settings.replicas())
                .maxMessagesPerSubject(settings.maxMessages())
                .maxAge(settings.maxAge())
                .maxBytes(settings.maxStreamBytes())
                .duplicateWindow(settings.duplicateWindow())
                .allowDirect(true)
                .republish(new Republish(names.log("*"), names.live("{{wildcard(1)}}"), false))
                .build();
    }

    private StreamConfiguration presenceStream() {
        return StreamConfiguration.builder()
                .name(names.presenceStream())
                .subjects(names.presence("*", "*"))
                .storageType(StorageType.Memory)
                .replicas(settings.replicas())
                .maxMessagesPerSubject(1)
                .maxAge(settings.maxPresence())
                .duplicateWindow(
                        settings.maxPresence().compareTo(settings.duplicateWindow()) < 0
                                ? settings.maxPresence()
                                : settings.duplicateWindow())
                .republish(new Republish(
                        names.presence("*", "*"), names.presenceLive("{{wildcard(1)}}", "{{wildcard(2)}}"), false))
                .build();
    }

    private StreamConfiguration epochStream() {
        return StreamConfiguration.builder()
                .name(names.epochStream())
                .subjects(names.epoch())
                .storageType(settings.onDisk() ? StorageType.File : StorageType.Memory)
                .replicas(settings.replicas())
                .maxMessagesPerSubject(1)
                .republish(new Republish(names.epoch(), names.epochLive(), false))
                .build();
    }

    private static StreamInfo ensure(JetStreamManagement management, StreamConfiguration wanted)
            throws IOException, JetStreamApiException {
        StreamInfo info;
        try {
            info = management.getStreamInfo(wanted.getName());
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != NO_STREAM) {
                throw e;
            }
            // Making one that is there already, by another node and equal, is no error.
            return management.addStream(wanted);
        }
        StreamConfiguration present = info.getConfiguration();
        if (present.getMaxMsgsPerSubject() == wanted.getMaxMsgsPerSubject()
                && Objects.equals(present.getMaxAge(), wanted.getMaxAge())
                && present.getMaxBytes() == wanted.getMaxBytes()
                && present.getReplicas() == wanted.getReplicas()
                && Objects.equals(present.getDuplicateWindow(), wanted.getDuplicateWindow())) {
            return info;
        }
        return management.updateStream(wanted);
    }

    /**
     * Reads the epoch of the log, and makes a first one, or a new one in the place of one that is over. Several nodes may try; one wins,
     * and all read the same.
     */
    private String epoch(Connection connection, JetStreamManagement management, @Nullable String over)
            throws IOException, JetStreamApiException, InterruptedException {
        while (true) {
            long last = 0;
            try {
                MessageInfo present = management.getLastMessage(names.epochStream(), names.epoch());
                String epoch = new String(present.getData(), StandardCharsets.UTF_8);
                if (!epoch.equals(over)) {
                    return epoch;
                }
                last = present.getSeq();
            } catch (JetStreamApiException e) {
                if (e.getApiErrorCode() != NO_MESSAGE) {
                    throw e;
                }
            }
            var headers = new Headers().put(Names.EXPECTED_LAST, Long.toString(last));
            byte[] fresh = newEpoch().getBytes(StandardCharsets.UTF_8);
            Message answer = connection.request(names.epoch(), headers, fresh, settings.requestTimeout());
            if (answer == null) {
                throw new IOException("no answer when the epoch was written");
            }
            try {
                new PublishAck(answer);
            } catch (JetStreamApiException e) {
                if (e.getApiErrorCode() != WRONG_LAST_SEQUENCE) {
                    throw e;
                }
            }
        }
    }

    static String newEpoch() {
        return UUID.randomUUID().toString().substring(0, 13);
    }

    private void wasCut(Cut cut) {
        lock.lock();
        try {
            cut.done = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The engine has lost what was read in this session's epoch: it is over, for all nodes. */
    void rewound(Session session) {
        lock.lock();
        try {
            over = session.epoch();
        } finally {
            lock.unlock();
        }
        session.abandon().run();
    }

    private @Nullable String over() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void awaitCut(Cut cut) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !cut.done) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause(int failures) {
        long least = settings.reconnectDelay().toNanos();
        long most = settings.maxReconnectDelay().toNanos();
        long full = Math.min(most, least << Math.min(failures, 20));
        // Half fixed, half by chance: many nodes do not come back in step.
        long left = full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
        lock.lock();
        try {
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
