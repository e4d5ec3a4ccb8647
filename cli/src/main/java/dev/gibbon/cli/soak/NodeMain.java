package dev.gibbon.cli.soak;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/** A node as a process: says one line when it serves, and ends when its standard input does, so that it never outlives the test. */
final class NodeMain {
    /** What it says when it serves. */
    static final String READY = "ready";

    private NodeMain() {}

    /**
     * Runs a node.
     *
     * @param arguments its name, its port, the engine's address, and the addresses of all nodes
     */
    public static void main(String[] arguments) throws IOException {
        List<URI> nodes = Arrays.stream(arguments).skip(3).map(URI::create).toList();
        NodeServer.start(
                arguments[0], Integer.parseInt(arguments[1]), nodes, NodeServer.backplane(URI.create(arguments[2])));
        System.out.println(READY);
        while (System.in.read() >= 0) {
            // Nobody says anything.
        }
        Runtime.getRuntime().halt(0);
    }
}
