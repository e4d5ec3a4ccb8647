package dev.gibbon.internal.epoll;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Descriptors of this process that are sockets, epoll instances or wake-ups. */
final class OpenDescriptors {
    private static final Path FOLDER = Path.of("/proc/self/fd");

    private OpenDescriptors() {}

    static int count() throws IOException {
        List<Path> all;
        try (Stream<Path> listed = Files.list(FOLDER)) {
            all = listed.toList();
        }
        int count = 0;
        for (Path path : all) {
            try {
                String what = Files.readSymbolicLink(path).toString();
                count += what.startsWith("socket:") || what.startsWith("anon_inode:") ? 1 : 0;
            } catch (IOException e) {
                // The folder's own descriptor, closed meanwhile.
                assert !Files.exists(path);
            }
        }
        return count;
    }
}
