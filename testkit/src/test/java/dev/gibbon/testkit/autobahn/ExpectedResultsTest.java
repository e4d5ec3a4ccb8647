package dev.gibbon.testkit.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The results of the suite itself, as they are checked in, are those that the cases here stand for. */
class ExpectedResultsTest {
    private static final Path RESULTS = Path.of("..", "docs", "conformance", "autobahn-server.txt");

    @Test
    void theSuiteSawWhatTheCasesWant() throws IOException {
        List<String> wanted =
                Cases.all().stream().map(ExpectedResultsTest::result).toList();

        assertThat(Files.readAllLines(RESULTS)).isEqualTo(wanted);
    }

    private static String result(Case one) {
        String verdict = one.isInformational() ? "INFORMATIONAL" : "OK";
        List<Step> steps = one.steps();
        Step.End end = (Step.End) steps.get(steps.size() - 1);
        String code = end.code() == Event.Close.NO_CODE ? "-" : Integer.toString(end.code());
        return String.join(" ", one.number(), verdict, verdict, code);
    }
}
