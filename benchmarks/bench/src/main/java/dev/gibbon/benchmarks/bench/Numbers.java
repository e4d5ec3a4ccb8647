package dev.gibbon.benchmarks.bench;

import java.util.Locale;

/** Figures as people read them: three digits that say something, thousands apart. */
final class Numbers {
    private static final double MEBIBYTE = 1 << 20;

    private Numbers() {}

    /** Three significant digits, and all of those before the point. */
    static String of(double value) {
        double size = Math.abs(value);
        int decimals = size < 0.9995 ? 3 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** A quotient. */
    static String ratio(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }

    /** Whole, thousands apart. */
    static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** The same. */
    static String whole(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A part of a whole, in percent. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }

    /** Bytes in MiB. */
    static String mebibytes(long bytes) {
        return of(bytes / MEBIBYTE);
    }

    /** From the smallest to the largest. */
    static String range(Spread spread) {
        return of(spread.min()) + "–" + of(spread.max());
    }

    /** The same of quotients. */
    static String ratioRange(Spread spread) {
        return ratio(spread.min()) + "–" + ratio(spread.max());
    }
}
