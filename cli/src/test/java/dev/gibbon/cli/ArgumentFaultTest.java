package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every fault of a command line is one line on standard error that names the option, and exit 2. */
class ArgumentFaultTest {
    private static final String DECIMAL = "expected a whole number from ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "",
            value = {
                "bench                    | gibbon: bench has a class path of its own: start it by ./gibbon of a checkout",
                "frob                     | gibbon: unknown command 'frob': expected demo, serve, connect, decode, autobahn, soak or bench (gibbon --help)",
                "--frob                   | gibbon: unknown option '--frob': expected demo, serve, connect, decode, autobahn, soak or bench (gibbon --help)",
                "--version serve          | gibbon: unexpected argument 'serve'",
                "--help serve             | gibbon: unexpected argument 'serve'",
                "Serve                    | gibbon: unknown command 'Serve': expected demo, serve, connect, decode, autobahn, soak or bench (gibbon --help)",
                "serve 9001               | gibbon serve: unexpected argument '9001'",
                "serve --prot 9001        | gibbon serve: unknown option '--prot'; --help shows the options",
                "serve -x                 | gibbon serve: unknown option '-x'; --help shows the options",
                "serve @/etc/hostname     | gibbon serve: unexpected argument '@/etc/hostname'",
                "serve --port             | gibbon serve: --port needs a value: PORT",
                "serve --port --host      | gibbon serve: --port needs a value: PORT",
                "serve --port=            | gibbon serve: --port '': " + DECIMAL + "0 to 65535",
                "serve --port x           | gibbon serve: --port 'x': " + DECIMAL + "0 to 65535",
                "serve --port -1          | gibbon serve: --port '-1': " + DECIMAL + "0 to 65535",
                "serve --port 65536       | gibbon serve: --port '65536': " + DECIMAL + "0 to 65535",
                "serve --port 1e3         | gibbon serve: --port '1e3': " + DECIMAL + "0 to 65535",
                "serve --port 1 --port 2  | gibbon serve: --port is given more than once",
                "serve --loops 0          | gibbon serve: --loops '0': " + DECIMAL + "1 to 1024",
                "serve --loops 1025       | gibbon serve: --loops '1025': " + DECIMAL + "1 to 1024",
                "serve --idle -5          | gibbon serve: --idle '-5': " + DECIMAL + "0 to 1000000000",
                "serve --idle 5s          | gibbon serve: --idle '5s': " + DECIMAL + "0 to 1000000000",
                "serve --max-message 0    | gibbon serve: --max-message '0': expected 1 to 2147483639 bytes, plain or as KiB, MiB, GiB",
                "serve --max-message 2GiB | gibbon serve: --max-message '2GiB': expected 1 to 2147483639 bytes, plain or as KiB, MiB, GiB",
                "serve --max-message 1MB  | gibbon serve: --max-message '1MB': expected 1 to 2147483639 bytes, plain or as KiB, MiB, GiB",
                "serve --style green      | gibbon serve: --style 'green': expected listener or blocking",
                "serve --transport uring  | gibbon serve: --transport 'uring': expected auto or nio or native",
                "serve --style LISTENER   | gibbon serve: --style 'LISTENER': expected listener or blocking",
                "serve --no-heartbeat=no  | gibbon serve: option '--no-heartbeat' should be specified without 'no' parameter",
                "serve --deflate --no-deflate | gibbon serve: --deflate and --no-deflate cannot go together",
                "serve --tls-cert a       | gibbon serve: --tls-cert and --tls-key go together",
                "serve --tls-key a        | gibbon serve: --tls-cert and --tls-key go together",
                "serve --tls-cert /none/a --tls-key /none/b | gibbon serve: --tls-cert, --tls-key: there is no file /none/a",
                "serve --host=            | gibbon serve: --host '': expected a name or an address, such as 127.0.0.1, localhost, 0.0.0.0 or ::1",
                "serve --host http://a/   | gibbon serve: --host 'http://a/': expected a name or an address, such as 127.0.0.1, localhost, 0.0.0.0 or ::1",
                "demo --port 70000        | gibbon demo: --port '70000': " + DECIMAL + "0 to 65535",
                "demo --style listener    | gibbon demo: unknown option '--style'; --help shows the options",
                "demo here                | gibbon demo: unexpected argument 'here'",
                "demo --node=             | gibbon demo: --node '': expected 1 to 32 characters that can be seen",
                "demo --redis 127.0.0.1   | gibbon demo: --redis '127.0.0.1': expected redis://[USER:PASSWORD@]HOST[:PORT]",
                "demo --redis nats://a    | gibbon demo: --redis 'nats://a': expected redis://[USER:PASSWORD@]HOST[:PORT]",
                "demo --nats nats://      | gibbon demo: --nats 'nats://': expected nats://[USER:PASSWORD@]HOST[:PORT]",
                "demo --nats nats://a:99999 | gibbon demo: --nats 'nats://a:99999': expected nats://[USER:PASSWORD@]HOST[:PORT]",
                "demo --redis redis://a --nats nats://a | gibbon demo: --redis and --nats cannot go together",
                "demo --nodes http://a/   | gibbon demo: --nodes needs --redis or --nats: nodes share no memory",
                "demo --redis redis://a --nodes http://a/,b | gibbon demo: --nodes 'b': expected addresses split by commas, each http://HOST[:PORT]/, or https",
                "demo --redis redis://a --nodes http://a/chat | gibbon demo: --nodes 'http://a/chat': expected addresses split by commas, each http://HOST[:PORT]/, or https",
                "decode                   | gibbon decode: nothing to decode: give HEX, --file FILE, or - for standard input",
                "decode --hex             | gibbon decode: nothing to decode: give HEX, --file FILE, or - for standard input",
                "decode 81 --file f       | gibbon decode: HEX and --file cannot go together",
                "decode - --file f        | gibbon decode: - and --file cannot go together",
                "decode - 8100            | gibbon decode: HEX and - cannot go together",
                "decode --hex 8100        | gibbon decode: --hex belongs to --file and -; arguments are hexadecimal anyway",
                "decode 8g                | gibbon decode: HEX '8g': 'g' at character 2 is not a hexadecimal digit",
                "decode 81 5              | gibbon decode: HEX '5': half a byte ends at character 1: a byte is two hexadecimal digits",
                "decode --payload 17MiB f | gibbon decode: --payload '17MiB': expected 0 to 16777216 bytes, plain or as KiB, MiB, GiB",
                "soak --engine kafka      | gibbon soak: --engine 'kafka': expected memory or redis or nats",
                "soak --nodes 0           | gibbon soak: --nodes '0': " + DECIMAL + "1 to 16",
                "soak --connections x     | gibbon soak: --connections 'x': " + DECIMAL + "1 to 100000",
                "soak --rooms -1          | gibbon soak: --rooms '-1': " + DECIMAL + "1 to 10000",
                "soak --seconds 1.5       | gibbon soak: --seconds '1.5': " + DECIMAL + "1 to 86400",
                "soak --rate 0            | gibbon soak: --rate '0': " + DECIMAL + "1 to 10000",
                "soak --seed x            | gibbon soak: --seed 'x': " + DECIMAL + "0 to 9223372036854775807",
                "soak --faults fire       | gibbon soak: --faults 'fire': expected node, engine, connection, comma-separated, or none",
                "soak --faults node,      | gibbon soak: --faults 'node,': expected node, engine, connection, comma-separated, or none",
                "soak redis               | gibbon soak: unexpected argument 'redis'",
                "decode --from peer 8100  | gibbon decode: --from 'peer': expected client or server",
            })
    void isOneLineAndExit2(String line, String message) {
        Run run = Run.gibbon(words(line));
        assertThat(run.err()).isEqualTo(message + "\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void repeatsNothingThatATerminalObeys() {
        assertThat(Run.gibbon("serve", "--port", "\u001b[2J\n1").err())
                .isEqualTo("gibbon serve: --port '\\u{1b}[2J\\n1': " + DECIMAL + "0 to 65535\n");
        assertThat(Run.gibbon("a\nb").err()).hasLineCount(1);
        assertThat(Run.gibbon("serve", "--a\nb").err()).hasLineCount(1);
        assertThat(Run.gibbon("decode", "\n\u001b\n").err()).hasLineCount(1);
    }

    @Test
    void withoutArgumentsShowsTheHelpAsAFault() {
        Run run = Run.gibbon();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("Usage: gibbon COMMAND").contains("demo", "serve", "decode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void helpIsOutput(String option) {
        Run run = Run.gibbon(option);
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo(Run.gibbon().err());
    }

    @ParameterizedTest
    @CsvSource({
        "demo, '--host,--port,--tls,--node,--redis,--nats,--nodes'",
        "serve, '--host,--port,--max-message,--loops,--idle,--no-heartbeat,--deflate,--no-deflate,--tls-cert,--tls-key,--style,--transport'",
        "soak, '--engine,--nodes,--connections,--rooms,--seconds,--rate,--faults,--seed'",
        "decode, '--file,--hex,--from,--payload'",
    })
    void helpOfACommandNamesItsOptions(String command, String options) {
        for (String option : List.of("--help", "-h")) {
            Run run = Run.gibbon(command, option);
            assertThat(run.code()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).startsWith("Usage: gibbon " + command + " ").contains(options.split(","));
            assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void versionIsOneLine(String option) {
        Run run = Run.gibbon(option);
        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("gibbon \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(Java .+\\)\n");
    }

    private static String[] words(String line) {
        return new ArrayList<>(List.of(line.strip().split(" +"))).toArray(String[]::new);
    }
}
