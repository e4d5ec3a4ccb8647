package dev.gibbon.benchmarks.bench;

import java.util.List;

/** What every JVM of a run is started with, so that none has an advantage. */
final class JvmOptions {
    /** For load: a heap that none needs to grow, and the collector that fits one core. */
    static final List<String> LOAD = List.of("-Xms1g", "-Xmx4g", "-XX:+UseSerialGC");
    /** For memory: a heap that begins small, so that what connections take shows in the resident memory. */
    static final List<String> MEMORY = List.of("-Xms16m", "-Xmx4g", "-XX:+UseSerialGC");
    /** For the generator. */
    static final List<String> GENERATOR = List.of("-Xms1g", "-Xmx4g", "-XX:+UseSerialGC");

    private JvmOptions() {}
}
