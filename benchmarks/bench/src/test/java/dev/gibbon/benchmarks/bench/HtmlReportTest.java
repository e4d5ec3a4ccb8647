package dev.gibbon.benchmarks.bench;

import static dev.gibbon.benchmarks.bench.Samples.measure;
import static dev.gibbon.benchmarks.bench.Samples.memory;
import static dev.gibbon.benchmarks.bench.Samples.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static String page() throws IOException {
        Summary echo = Summary.of(
                measure("echo-125"),
                List.of(
                        window("gibbon/nio", "echo-125", 1, 3.5),
                        window("a<b", "echo-125", 1, 7.0),
                        window("slow", "echo-125", 1, 350.0)),
                "gibbon/nio",
                Map.of("helidon", "needs JDK 21 & more"));
        Summary idle = Summary.of(
                measure("idle-10000"),
                List.of(memory("gibbon/nio", 1, 50 << 20, 70 << 20, 18_000_000L)),
                "gibbon/nio",
                Map.of());
        Summary latency = Summary.of(
                measure("latency-125"), List.of(window("gibbon/nio", "latency-125", 1, 3.5)), "gibbon/nio", Map.of());
        return HtmlReport.of(TableReportTest.report(List.of("x < y"), echo, idle, latency));
    }

    @Test
    void isWellFormedAndNeedsNothingElse() throws Exception {
        String page = page();
        // All of it is also XML, but for two elements that HTML never closes.
        String xml = page.replaceAll("<meta [^>]*>", "").replace("<!DOCTYPE html>", "");
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        assertThat(page).doesNotContain("<script").doesNotContain("http://").doesNotContain("https://");
    }

    @Test
    void escapesWhatOthersSaid() throws IOException {
        assertThat(page())
                .contains("a&lt;b")
                .contains("needs JDK 21 &amp; more")
                .contains("x &lt; y")
                .doesNotContain("a<b");
    }

    @Test
    void showsRatiosAndCutsBarsThatWouldPressAllOthers() throws IOException {
        // 3.5 beside 7.0 and 350.
        assertThat(page()).contains(">0.50<").contains(">0.01<").containsOnlyOnce("class=\"cut\"");
    }
}
