package dev.gibbon.cli;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** One of the things that {@code gibbon} can do. Only the command that is asked for is made, which keeps the start quick. */
interface Command {
    /** The options and their help; the name is the whole one, such as "gibbon serve". */
    CommandSpec spec();

    /**
     * Does it, and returns when it is done.
     *
     * @throws BadArgumentException for an argument that cannot be used: exit 2
     * @throws CommandFailedException for anything else that a person should be told in words: exit 1
     * @throws IOException for a failure of input or output whose message says enough: exit 1
     */
    void run(Arguments given, Console console) throws BadArgumentException, CommandFailedException, IOException;
}
