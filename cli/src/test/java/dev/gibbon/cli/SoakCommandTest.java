package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoakCommandTest {
    @Test
    void endsWithOneLineOfJsonAndSaysTheRestElsewhere() {
        Run run = Run.gibbon(("soak --engine memory --nodes 2 --connections 8 --rooms 2 --seconds 1 --rate 50 --seed 5"
                        + " --faults node,engine,connection")
                .split(" "));
        assertThat(run.err()).contains("soak: memory is no process", "recoveries");
        assertThat(run.out())
                .startsWith("{\"published\":")
                .contains("\"lost\":0,\"repeated\":0,\"out_of_order\":0,\"announced_lost\":0", "\"seed\":5")
                .endsWith("}\n")
                .hasLineCount(1);
        assertThat(run.code()).isZero();
    }
}
