package dev.gibbon.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a poller promises about links, on every transport. */
class PollerContractTest {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** The transports, and addresses to listen on. */
    enum Kind {
        TCP,
        UNIX,
        MEMORY
    }

    @TempDir
    private Path folder;

    private final List<Link> links = new ArrayList<>();
    private Poller poller;
    private @Nullable Link connected;
    private @Nullable Link accepted;

    /** Counts what it is told, and does what a test wants. */
    private static class Noting implements LinkHandler {
        int readable;
        int writable;
        Runnable onReadable = () -> {};
        Runnable onWritable = () -> {};

        @Override
        public void readable() {
            readable++;
            onReadable.run();
        }

        @Override
        public void writable() {
            writable++;
            onWritable.run();
        }
    }

    @AfterEach
    void close() throws IOException {
        links.forEach(Link::close);
        poller.close();
    }

    /** Two links of one poller. */
    private void open(Kind kind) throws IOException {
        poller = (kind == Kind.MEMORY ? new MemoryTransport(1 << 16) : SystemTransport.underTest()).openPoller();
        connectTwo(kind);
    }

    private void connectTwo(Kind kind) throws IOException {
        connected = null;
        accepted = null;
        SocketAddress address = switch (kind) {
            case TCP -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            case UNIX -> UnixDomainSocketAddress.of(folder.resolve("s"));
            case MEMORY -> new MemoryAddress("server");
        };
        Poller.Acceptor acceptor =
                poller.listen(address, new Poller.ListenOptions(16, 0, 0, true), new Poller.AcceptHandler() {
                    @Override
                    public void accepted(Link link) {
                        accepted = link;
                        links.add(link);
                    }

                    @Override
                    public void acceptFailed(IOException cause) {
                        throw new AssertionError(cause);
                    }
                });
        poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, new Poller.ConnectHandler() {
            @Override
            public void connected(Link link) {
                connected = link;
                links.add(link);
            }

            @Override
            public void connectFailed(IOException cause) {
                throw new AssertionError(cause);
            }
        });
        pollUntil(() -> connected != null && accepted != null);
        acceptor.close();
    }

    private void pollUntil(BooleanSupplier condition) throws IOException {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - began).isLessThan(MOST_NANOS);
            poller.poll(10_000_000L);
        }
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    private int read(Link link, int most) {
        try {
            return link.read(ByteBuffer.allocateDirect(most));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Attaches the accepted link, and wants to know when it is readable. */
    private Noting attachReader(Runnable onReadable) throws IOException {
        Noting reader = new Noting();
        reader.onReadable = onReadable;
        accepted.attach(poller, reader);
        accepted.interest(true, false);
        return reader;
    }

    /** Reads what comes, and notes what each read returned. */
    private List<Integer> readAll(int most) throws IOException {
        List<Integer> counts = new ArrayList<>();
        attachReader(() -> counts.add(read(accepted, most)));
        return counts;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void readableIsToldAsLongAsBytesAreLeft(Kind kind) throws IOException {
        open(kind);
        int[] sum = new int[1];
        Noting reader = attachReader(() -> sum[0] += read(accepted, 1));
        connected.write(bytes(1, 2, 3, 4, 5));

        pollUntil(() -> sum[0] == 5);
        for (int i = 0; i < 5; i++) {
            poller.poll(0);
        }
        // A call for nothing is allowed, once: whoever got just what it asked for may have left something.
        assertThat(reader.readable).isBetween(5, 6);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoDoesNotReadIsToldAgain(Kind kind) throws IOException {
        open(kind);
        Noting reader = attachReader(() -> {});
        connected.write(bytes(1));

        pollUntil(() -> reader.readable >= 3);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoPausedIsToldOfWhatWasLeftWhenItResumes(Kind kind) throws IOException {
        open(kind);
        Noting reader = new Noting();
        reader.onReadable = () -> {
            assertThat(read(accepted, 2)).isEqualTo(2);
            accepted.interest(false, false);
        };
        accepted.attach(poller, reader);
        accepted.interest(true, false);
        connected.write(bytes(1, 2, 3, 4));
        pollUntil(() -> reader.readable == 1);
        for (int i = 0; i < 5; i++) {
            poller.poll(0);
        }
        assertThat(reader.readable).as("paused").isEqualTo(1);

        accepted.interest(true, false);
        assertThat(reader.readable).as("not from inside the call").isEqualTo(1);
        pollUntil(() -> reader.readable == 2);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatCameWhilePausedIsTold(Kind kind) throws IOException {
        open(kind);
        Noting reader = new Noting();
        accepted.attach(poller, reader);
        connected.write(bytes(1));
        for (int i = 0; i < 5; i++) {
            poller.poll(1_000_000);
        }
        assertThat(reader.readable).isZero();

        accepted.interest(true, false);
        pollUntil(() -> reader.readable > 0);
        assertThat(read(accepted, 9)).isEqualTo(1);
        assertThat(read(accepted, 9)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theEndIsReadBehindTheBytes(Kind kind) throws IOException {
        open(kind);
        Noting reader = new Noting();
        List<Integer> counts = new ArrayList<>();
        reader.onReadable = () -> {
            counts.add(read(accepted, 100));
            if (counts.get(counts.size() - 1) < 0) {
                accepted.interest(false, false);
            }
        };
        accepted.attach(poller, reader);
        connected.write(bytes(1, 2, 3));
        connected.shutdownOutput();
        accepted.interest(true, false);

        pollUntil(() -> counts.contains(-1));
        assertThat(counts.stream().mapToInt(count -> count).sum()).isEqualTo(2);
        // The other direction is as it was.
        Noting back = new Noting();
        connected.attach(poller, back);
        connected.interest(true, false);
        accepted.write(bytes(7));
        pollUntil(() -> back.readable > 0);
        assertThat(read(connected, 9)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theLastBytesComeBeforeTheEnd(Kind kind) throws IOException {
        open(kind);
        List<Integer> counts = readAll(8);

        assertThat(connected.writeLast(bytes(1, 2, 3))).isEqualTo(3);
        connected.shutdownOutput();
        pollUntil(() -> counts.contains(-1));

        assertThat(counts.stream().filter(count -> count > 0)).containsExactly(3);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theLastBytesComeAlsoIfTheEndIsLongInComing(Kind kind) throws IOException {
        open(kind);
        List<Integer> counts = readAll(8);

        assertThat(connected.writeLast(bytes(1, 2, 3))).isEqualTo(3);
        pollUntil(() -> counts.contains(3));

        assertThat(counts).doesNotContain(-1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLinkIsAtItsEndOnlyWhenNoBytesWait(Kind kind) throws IOException {
        open(kind);
        List<Boolean> atEnd = new ArrayList<>();
        List<Integer> counts = new ArrayList<>();
        attachReader(() -> {
            atEnd.add(accepted.isAtEnd());
            counts.add(read(accepted, 1));
        });

        connected.write(bytes(1, 2));
        connected.close();
        pollUntil(() -> counts.contains(-1));

        assertThat(counts.subList(0, 2)).containsExactly(1, 1);
        assertThat(atEnd.subList(0, 2)).containsOnly(false);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLinkThatWasCutIsAtItsEndOrItsReadTells(Kind kind) throws IOException {
        open(kind);
        boolean[] over = new boolean[1];
        attachReader(() -> {
            try {
                over[0] = accepted.isAtEnd() || accepted.read(ByteBuffer.allocateDirect(1)) < 0;
            } catch (IOException e) {
                over[0] = true;
            }
        });

        connected.reset();

        pollUntil(() -> over[0]);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void writableIsToldAtOnceWhileThereIsRoomAndAgainWhenThereIs(Kind kind) throws IOException {
        open(kind);
        Noting writer = new Noting();
        Noting reader = new Noting();
        connected.attach(poller, writer);
        accepted.attach(poller, reader);
        connected.interest(false, true);
        pollUntil(() -> writer.writable > 0);
        connected.interest(false, false);

        ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
        long[] sent = new long[1];
        fill(block, sent);
        int before = writer.writable;
        connected.interest(false, true);
        for (int i = 0; i < 5; i++) {
            poller.poll(0);
        }
        assertThat(writer.writable).as("there is no room").isEqualTo(before);

        long[] got = new long[1];
        ByteBuffer sink = ByteBuffer.allocateDirect(1 << 16);
        writer.onWritable = () -> connected.interest(false, false);
        reader.onReadable = () -> {
            try {
                got[0] += accepted.read(sink.clear());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
        accepted.interest(true, false);
        pollUntil(() -> writer.writable > before);
        pollUntil(() -> got[0] == sent[0]);
    }

    private void fill(ByteBuffer block, long[] sent) throws IOException {
        for (int refused = 0; refused < 3; ) {
            int count = connected.write(block.clear());
            sent[0] += count;
            refused = count == 0 ? refused + 1 : 0;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nobodyIsToldAfterClosing(Kind kind) throws IOException {
        open(kind);
        Noting reader = new Noting();
        Noting other = new Noting();
        accepted.attach(poller, reader);
        connected.attach(poller, other);
        accepted.interest(true, true);
        connected.interest(true, true);
        connected.write(bytes(1));
        accepted.write(bytes(1));
        // Whichever comes first closes both, in the midst of what the poller has to tell.
        Runnable closing = () -> {
            accepted.close();
            connected.close();
        };
        reader.onReadable = closing;
        reader.onWritable = closing;
        other.onReadable = closing;
        other.onWritable = closing;
        pollUntil(() -> reader.readable + reader.writable + other.readable + other.writable > 0);
        for (int i = 0; i < 3; i++) {
            poller.poll(0);
        }

        assertThat(reader.readable + reader.writable + other.readable + other.writable)
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aWakeUpEndsTheWaitNowOrNextTime(Kind kind) throws Exception {
        open(kind);
        poller.wakeup();
        poller.poll(Long.MAX_VALUE);

        Thread waker = new Thread(() -> poller.wakeup());
        waker.start();
        poller.poll(Long.MAX_VALUE);
        waker.join();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void buffersOfEveryKindAreReadAndWritten(Kind kind) throws IOException {
        open(kind);
        Noting reader = new Noting();
        accepted.attach(poller, reader);
        connected.attach(poller, new Noting());
        accepted.interest(true, false);
        byte[] content = {1, 2, 3, 4, 5, 6, 7, 8};
        ByteBuffer direct = ByteBuffer.allocateDirect(8).put(content).flip();
        ByteBuffer heap = ByteBuffer.wrap(content);
        List<ByteBuffer> kinds = List.of(
                direct.duplicate(),
                heap.duplicate(),
                direct.asReadOnlyBuffer(),
                heap.asReadOnlyBuffer(),
                direct.duplicate().position(2).slice(),
                heap.duplicate().position(2).slice());
        for (ByteBuffer first : kinds) {
            for (ByteBuffer second : kinds) {
                ByteBuffer a = first.duplicate().position(1);
                ByteBuffer b = second.duplicate().limit(5);
                int sum = a.remaining() + b.remaining();
                assertThat(connected.write(a, b)).isEqualTo(sum);
                assertThat(a.hasRemaining() || b.hasRemaining()).isFalse();
                ByteBuffer expected = ByteBuffer.allocate(sum)
                        .put(first.duplicate().position(1))
                        .put(second.duplicate().limit(5))
                        .flip();
                assertThat(received(sum, second.isDirect())).isEqualTo(expected);
            }
            assertThat(connected.write(first.duplicate().position(3))).isEqualTo(first.limit() - 3);
            assertThat(received(first.limit() - 3, first.isDirect()))
                    .isEqualTo(first.duplicate().position(3));
        }
        assertThat(connected.write(ByteBuffer.allocate(0))).isZero();
        assertThat(connected.write(ByteBuffer.allocateDirect(0))).isZero();
        assertThat(connected.write(ByteBuffer.allocate(0), ByteBuffer.allocateDirect(0)))
                .isZero();
        assertThat(accepted.read(ByteBuffer.allocate(0))).isZero();
    }

    private ByteBuffer received(int count, boolean direct) throws IOException {
        ByteBuffer target = direct ? ByteBuffer.allocateDirect(count + 1) : ByteBuffer.allocate(count + 1);
        pollUntil(() -> {
            try {
                int read = target.position() < count ? accepted.read(target) : 0;
                assertThat(read).isGreaterThanOrEqualTo(0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return target.position() >= count;
        });
        return target.flip();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void largeBuffersOfTheHeapComeWhole(Kind kind) throws IOException {
        open(kind);
        byte[] content = new byte[1 << 20];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + (i >> 8));
        }
        ByteBuffer source = ByteBuffer.wrap(content);
        ByteBuffer target = ByteBuffer.allocate(content.length);
        Noting writer = new Noting();
        Noting reader = new Noting();
        writer.onWritable = () -> {
            try {
                connected.write(source);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            if (!source.hasRemaining()) {
                connected.interest(false, false);
            }
        };
        reader.onReadable = () -> {
            try {
                accepted.read(target);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
        connected.attach(poller, writer);
        accepted.attach(poller, reader);
        connected.interest(false, true);
        accepted.interest(true, false);

        pollUntil(() -> !target.hasRemaining());
        assertThat(target.array()).isEqualTo(content);
    }
}
