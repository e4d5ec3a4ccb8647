package dev.gibbon.demos.raw;

import dev.gibbon.protocol.BufferPool;
import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Failure;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Opcode;
import dev.gibbon.protocol.Role;
import dev.gibbon.protocol.handshake.OpeningHandshake;
import dev.gibbon.protocol.handshake.OriginPolicy;
import dev.gibbon.protocol.handshake.Refusal;
import dev.gibbon.protocol.handshake.RequestHead;
import dev.gibbon.protocol.handshake.RequestHeadParser;
import dev.gibbon.protocol.handshake.ResponseHead;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;

/** Echo without the server library: the protocol engine on a blocking socket. One connection, confined to one thread. */
public final class RawEcho {
    private static final int MOST = 64; // connections at a time; more are cut at once
    private static final int HANDSHAKE = 10_000; // ms from accept to 101, all together
    private static final int IDLE = 600_000; // ms without a byte from the peer
    private static final int LINGER = 1_000; // ms for the peer to read what was written last

    private final Socket socket;
    private final ByteBuffer in = ByteBuffer.allocate(16 * 1024).flip();
    private final Engine engine = // a server never masks: nobody asks for a key
            new Engine(Role.SERVER, Limits.DEFAULT, Delivery.WHOLE, BufferPool.heap(), () -> 0);

    private RawEcho(Socket socket) {
        this.socket = socket;
    }

    /** Serves pages from this scheme and port of the same host, and whoever is no browser; ends with the server socket. */
    public static void serve(ServerSocket server, String pageScheme, int pagePort) throws IOException {
        Set<Socket> open = ConcurrentHashMap.newKeySet();
        try {
            while (true) {
                Socket socket = server.accept();
                if (open.size() < MOST && open.add(socket)) {
                    new Thread(() -> run(socket, pageScheme, pagePort, open), "raw-" + socket.getPort()).start();
                } else {
                    socket.close();
                }
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static void run(Socket socket, String pageScheme, int pagePort, Set<Socket> open) {
        try (socket) {
            var connection = new RawEcho(socket);
            if (connection.handshake(pageScheme, pagePort)) {
                while (connection.step()) {}
            }
            // A close with bytes unread would be a reset, which can overtake what was written last.
            socket.shutdownOutput();
            for (long end = after(LINGER); connection.read(end); ) {}
        } catch (IOException e) {
            // The peer is gone, or has let a time pass: there is nobody to tell.
        } finally {
            open.remove(socket);
        }
    }

    /** Reads the request and answers it; true if the connection is a WebSocket now. */
    private boolean handshake(String pageScheme, int pagePort) throws IOException {
        var parser = new RequestHeadParser();
        for (long end = after(HANDSHAKE); parser.parse(in) == RequestHeadParser.Result.NEEDS_BYTES; ) {
            if (!read(end)) {
                return false;
            }
        }
        if (parser.parse(in) == RequestHeadParser.Result.REFUSED) {
            return refuse(parser.refusal(), true);
        }
        RequestHead head = parser.head();
        boolean withBody = !head.isMethod("HEAD");
        OpeningHandshake.Verdict verdict = new OpeningHandshake().judge(head);
        if (verdict instanceof OpeningHandshake.Refused it) {
            return refuse(it.refusal(), withBody);
        }
        if (!(verdict instanceof OpeningHandshake.Upgrade upgrade)) {
            return refuse(OpeningHandshake.upgradeRequired(), withBody);
        }
        List<String> page = List.of(pageScheme + "://" + head.host() + ":" + pagePort);
        Refusal refusal = OriginPolicy.sameOriginOr(page).check(head, socket instanceof SSLSocket);
        if (refusal != null) {
            return refuse(refusal, withBody);
        }
        socket.getOutputStream().write(ResponseHead.switchingProtocols(upgrade));
        return true;
    }

    private boolean refuse(Refusal refusal, boolean withBody) throws IOException {
        socket.getOutputStream().write(ResponseHead.refusal(refusal, withBody));
        return false;
    }

    /** Does what the next event asks for; false when our Close has gone out, or the peer's stream has ended. */
    private boolean step() throws IOException {
        switch (engine.next(in)) {
            case NEEDS_BYTES -> {
                return read(after(IDLE));
            }
            case MESSAGE -> answer(engine.isText() ? Opcode.TEXT : Opcode.BINARY);
            case PING -> answer(Opcode.PONG);
            case CLOSE -> close(engine.closeCode(), engine.closeReason());
            case FAILED -> {
                Failure failure = Objects.requireNonNull(engine.failure());
                close(failure.code(), failure.reason());
            }
            case PONG, PART -> {} // Nobody asked for a pong, and messages come whole.
        }
        return engine.state().maySendData();
    }

    private void answer(Opcode opcode) throws IOException {
        int length = engine.payloadLength();
        ByteBuffer out = ByteBuffer.allocate(engine.headerLength(length) + length);
        engine.writeFrame(out, opcode, true, false, engine.payloadBuffer(), engine.payloadOffset(), length);
        socket.getOutputStream().write(out.array());
    }

    private void close(int code, String reason) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(2 + 125);
        engine.writeClose(out, code, reason);
        socket.getOutputStream().write(out.array(), 0, out.position());
    }

    /** Fills the empty buffer with what has come; false at the end of the stream, or when the time has passed. */
    private boolean read(long end) throws IOException {
        long left = (end - System.nanoTime()) / 1_000_000;
        socket.setSoTimeout((int) Math.max(1, left));
        int count = left > 0 ? socket.getInputStream().read(in.array()) : -1;
        in.position(0).limit(Math.max(0, count));
        return count >= 0;
    }

    private static long after(int millis) {
        return System.nanoTime() + millis * 1_000_000L;
    }
}
