package dev.gibbon.benchmarks.contender.tcp;

import dev.gibbon.benchmarks.contender.Contender;
import dev.gibbon.benchmarks.contender.Settings;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a connection back to where they came from, without a handshake or frames: what the system's sockets and
 * the JDK's selector cost by themselves. The first loop accepts and deals the connections out.
 */
public final class TcpContender implements Contender {
    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public int start(Settings settings) throws Exception {
        if (!settings.variant().isEmpty()) {
            throw settings.unknownVariant();
        }
        ServerSocketChannel listening = ServerSocketChannel.open();
        listening.bind(settings.address(), Settings.BACKLOG);
        List<EchoLoop> loops = new ArrayList<>();
        for (int i = 0; i < settings.loops(); i++) {
            loops.add(new EchoLoop());
        }
        loops.get(0).accept(listening, loops);
        for (EchoLoop loop : loops) {
            Thread thread = new Thread(loop, "echo");
            thread.setDaemon(true);
            thread.start();
        }
        return listening.socket().getLocalPort();
    }
}
