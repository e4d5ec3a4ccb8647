package dev.gibbon.interop;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that is a script in another language, in a process of its own, which says on which port it listens. */
final class ScriptedServer implements PeerServer {
    private final PeerProcess process;
    private final URI uri;

    private ScriptedServer(PeerProcess process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /**
     * Starts a script.
     *
     * @param command what starts it
     * @param answer its first argument
     * @param identity its certificate, told by two more arguments; null: it serves without TLS
     */
    static ScriptedServer start(List<String> command, Offer answer, @Nullable Identity identity)
            throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.add(answer.name());
        if (identity != null) {
            whole.add(identity.chain().toString());
            whole.add(identity.key().toString());
        }
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        PeerProcess process = PeerProcess.start(whole, lines::add);
        String line = lines.poll(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            process.close();
            throw new AssertionError("no port was told; " + process.complaints());
        }
        String scheme = identity == null ? "ws" : "wss";
        return new ScriptedServer(process, URI.create(scheme + "://127.0.0.1:" + PeerProcess.port(line) + "/"));
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public void close() {
        process.close();
    }
}
