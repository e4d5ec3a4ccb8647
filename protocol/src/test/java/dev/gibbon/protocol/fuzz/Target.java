package dev.gibbon.protocol.fuzz;

import java.util.List;
import java.util.Locale;

/** The fuzz targets by name, with the seeds that somebody thought of. */
enum Target {
    DEFLATE,
    FRAMES,
    HEADS,
    LISTS,
    RESPONSES,
    URIS,
    UTF8;

    /** By its name in lower case. */
    static Target of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** The name of its corpus. */
    String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }

    void run(byte[] input) {
        switch (this) {
            case DEFLATE -> DeflateTarget.fuzzerTestOneInput(input);
            case FRAMES -> FramesTarget.fuzzerTestOneInput(input);
            case HEADS -> HeadsTarget.fuzzerTestOneInput(input);
            case LISTS -> ListsTarget.fuzzerTestOneInput(input);
            case RESPONSES -> ResponsesTarget.fuzzerTestOneInput(input);
            case URIS -> UrisTarget.fuzzerTestOneInput(input);
            case UTF8 -> Utf8Target.fuzzerTestOneInput(input);
        }
    }

    List<byte[]> seeds() {
        return switch (this) {
            case DEFLATE -> DeflateSeeds.all();
            case FRAMES -> FramesSeeds.all();
            case HEADS -> HeadsSeeds.requests();
            case LISTS -> HeadsSeeds.values();
            case RESPONSES -> ClientSeeds.responses();
            case URIS -> ClientSeeds.uris();
            case UTF8 -> Utf8Seeds.all();
        };
    }
}
