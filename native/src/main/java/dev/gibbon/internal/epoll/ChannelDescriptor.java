package dev.gibbon.internal.epoll;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes the socket out of a channel. The JDK does not tell its descriptor, so the socket is marked through the channel, by a
 * linger time that nobody else has, and looked for among the descriptors of the process; a second mark, looked for on a duplicate
 * that is ours, makes sure. Then the channel is closed, which leaves the duplicate as it is.
 */
final class ChannelDescriptor {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    /** Seconds that fit what the JDK and the system accept, and that nobody would set. */
    private static final int LEAST_MARK = 20_000;

    private static final int MOST_MARK = 65_000;

    private ChannelDescriptor() {}

    /**
     * The descriptor of a connected channel, which is closed.
     *
     * @throws IOException if the channel is not connected, has keys, or its descriptor cannot be found; it is then as it was, but
     *     does not block
     */
    static int take(SocketChannel channel) throws IOException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        if (!channel.isConnected()) {
            throw new IOException("the channel is not connected");
        }
        if (channel.isRegistered()) {
            throw new IOException("the channel is registered with a selector: expected its keys to be cancelled, and a"
                    + " select since");
        }
        channel.configureBlocking(false);
        Calls calls = new Calls();
        int before = channel.getOption(StandardSocketOptions.SO_LINGER);
        int found = -1;
        boolean taken = false;
        try {
            found = find(channel, calls);
            if (found < 0) {
                throw new IOException("the channel's descriptor was not found in " + DESCRIPTORS);
            }
            // By the duplicate, for another thread may close the channel just now.
            int ignored = calls.linger(found, before);
            channel.close();
            taken = true;
            return found;
        } finally {
            if (found < 0) {
                channel.setOption(StandardSocketOptions.SO_LINGER, before);
            } else if (!taken) {
                Calls.close(found);
            }
        }
    }

    private static int find(SocketChannel channel, Calls calls) throws IOException {
        int mark = mark(channel);
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path path : descriptors) {
                int descriptor = Integer.parseInt(path.getFileName().toString());
                if (calls.linger(descriptor) != mark) {
                    continue;
                }
                int ours = calls.duplicate(descriptor);
                if (ours < 0) {
                    throw Errno.plain(-ours);
                }
                // Between the look and the duplicate the number may have become another's.
                boolean taken = false;
                try {
                    mark = mark(channel);
                    taken = calls.linger(ours) == mark;
                } finally {
                    if (!taken) {
                        Calls.close(ours);
                    }
                }
                if (taken) {
                    return ours;
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException("the channel's descriptor cannot be looked for without " + DESCRIPTORS, e);
        }
        return -1;
    }

    private static int mark(SocketChannel channel) throws IOException {
        int mark = ThreadLocalRandom.current().nextInt(LEAST_MARK, MOST_MARK);
        channel.setOption(StandardSocketOptions.SO_LINGER, mark);
        return mark;
    }
}
