package dev.gibbon.benchmarks.contender.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One thread with one selector and one buffer. A read and a write for each readable socket; what the socket does not take is
 * kept with its key, and nothing more is read from it until that is gone.
 */
final class EchoLoop implements Runnable {
    private static final int BUFFER_BYTES = 256 << 10;

    private final Selector selector = Selector.open();
    private final Queue<SocketChannel> newcomers = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private List<EchoLoop> loops = List.of();
    private int next;

    EchoLoop() throws IOException {}

    /** Before the loop is started: it accepts, for all of them. */
    void accept(ServerSocketChannel channel, List<EchoLoop> all) throws IOException {
        loops = all;
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public void run() {
        try {
            while (true) {
                selector.select(this::ready);
                for (SocketChannel channel = newcomers.poll(); channel != null; channel = newcomers.poll()) {
                    channel.register(selector, SelectionKey.OP_READ);
                }
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                welcome((ServerSocketChannel) key.channel());
            } else if (key.isWritable()) {
                writeRest(key);
            } else {
                echo(key);
            }
        } catch (IOException gone) {
            end(key);
        }
    }

    private void welcome(ServerSocketChannel channel) throws IOException {
        for (SocketChannel one = channel.accept(); one != null; one = channel.accept()) {
            one.configureBlocking(false);
            one.setOption(StandardSocketOptions.TCP_NODELAY, true);
            EchoLoop home = loops.get(next++ % loops.size());
            home.newcomers.add(one);
            if (home != this) {
                home.selector.wakeup();
            }
        }
    }

    private void echo(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        buffer.clear();
        if (channel.read(buffer) < 0) {
            end(key);
            return;
        }
        buffer.flip();
        channel.write(buffer);
        if (buffer.hasRemaining()) {
            key.attach(ByteBuffer.allocateDirect(buffer.remaining()).put(buffer).flip());
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private void writeRest(SelectionKey key) throws IOException {
        ByteBuffer rest = (ByteBuffer) key.attachment();
        ((SocketChannel) key.channel()).write(rest);
        if (!rest.hasRemaining()) {
            key.attach(null);
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private static void end(SelectionKey key) {
        key.cancel();
        try {
            key.channel().close();
        } catch (IOException alreadyGone) {
            // There is nothing left to do for it.
        }
    }
}
