package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassHistogramTest {
    private static final String BEFORE = """
            4711:
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:          1000          64000  [B (java.base@25.0.3)
               2:            10            160  java.lang.Object (java.base@25.0.3)
            Total          1010          64160
            """;
    private static final String WITH = """
            4711:
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:          1500          80000  [B (java.base@25.0.3)
               2:           100           9600  dev.gibbon.Thing
               3:           100           4800  dev.gibbon.Other
               4:             5             80  java.lang.Object (java.base@25.0.3)
            Total          1705          94480
            """;

    @Test
    void sumsUp() {
        assertThat(ClassHistogram.parse(BEFORE).bytes()).isEqualTo(64160);
    }

    @Test
    void tellsWhatGrewMost() {
        var growth = ClassHistogram.parse(WITH).growthSince(ClassHistogram.parse(BEFORE), 2);
        assertThat(growth)
                .containsExactly(
                        new ClassHistogram.Growth("[B", 500, 16000),
                        new ClassHistogram.Growth("dev.gibbon.Thing", 100, 9600));
    }

    @Test
    void joinsAClassOfSeveralLoaders() {
        var histogram = ClassHistogram.parse("   1:  2  32  a.B\n   2:  1  16  a.B (some.module@1)\n");
        assertThat(histogram.classes()).containsOnlyKeys("a.B");
        assertThat(histogram.bytes()).isEqualTo(48);
    }

    @Test
    void ofGarbageIsEmpty() {
        assertThat(ClassHistogram.parse("no such process").bytes()).isZero();
    }
}
