package dev.gibbon.testkit.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The results of the suite itself, as they are checked in, are those that the cases here stand for. Of groups 12 and 13, which are
 * about compression, there are no cases here: they are all to be OK.
 */
class ExpectedResultsTest {
    private static final int COMPRESSION_CASES = 216;

    private static final Path FOLDER = Path.of("..", "docs", "conformance");

    private static List<String> results(boolean ofCompression) throws IOException {
        try (Stream<String> lines = Files.lines(FOLDER.resolve("autobahn-server.txt"))) {
            return lines.filter(line -> ofCompression == (line.startsWith("12.") || line.startsWith("13.")))
                    .toList();
        }
    }

    @Test
    void theSuiteSawTheSameOfTheClient() throws IOException {
        assertThat(FOLDER.resolve("autobahn-client.txt"))
                .hasSameTextualContentAs(FOLDER.resolve("autobahn-server.txt"));
    }

    @Test
    void theSuiteSawWhatTheCasesWant() throws IOException {
        List<String> wanted =
                Cases.all().stream().map(ExpectedResultsTest::result).toList();

        assertThat(results(false)).isEqualTo(wanted);
    }

    @Test
    void theSuiteFoundNothingWrongWithCompression() throws IOException {
        assertThat(results(true)).hasSize(COMPRESSION_CASES).allMatch(line -> line.endsWith(" OK OK 1000"));
    }

    private static String result(Case one) {
        String verdict = one.isInformational() ? "INFORMATIONAL" : "OK";
        List<Step> steps = one.steps();
        Step.End end = (Step.End) steps.get(steps.size() - 1);
        String code = end.code() == Event.Close.NO_CODE ? "-" : Integer.toString(end.code());
        return String.join(" ", one.number(), verdict, verdict, code);
    }
}
