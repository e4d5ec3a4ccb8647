package dev.gibbon.protocol.handshake;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Reads the three forms of an HTTP date (RFC 9110, 5.6.7). Stateless and safe from any thread. The name of the day is not
 * compared with the date.
 */
final class HttpDate {

    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final String[] DAYS = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

    /** The forms behind the name of the day: D day, @ month, Y year, h m s time, anything else as it is; P a padded day. */
    private static final String IMF_FIXDATE = ", DD @@@ YYYY hh:mm:ss GMT";

    private static final String RFC_850 = ", DD-@@@-YY hh:mm:ss GMT";
    private static final String ASCTIME = " @@@ PD hh:mm:ss YYYY";

    private static final int CENTURY = 100;

    private HttpDate() {}

    /** The time; null if the text is none. */
    static @Nullable Instant parse(String text, Instant now) {
        for (String day : DAYS) {
            String brief = day.substring(0, 3);
            if (text.startsWith(day)) {
                return read(text, day.length(), RFC_850, now);
            }
            if (text.startsWith(brief)) {
                return read(text, 3, text.startsWith(",", 3) ? IMF_FIXDATE : ASCTIME, now);
            }
        }
        return null;
    }

    private static @Nullable Instant read(String text, int start, String form, Instant now) {
        if (text.length() != start + form.length()) {
            return null;
        }
        int[] parts = new int['s' + 1];
        for (int i = 0; i < form.length(); i++) {
            char part = form.charAt(i);
            char c = text.charAt(start + i);
            if (part == '@') {
                int month = MONTHS.indexOf(text.substring(start + i, start + i + 3));
                if (month < 0 || month % 3 != 0) {
                    return null;
                }
                parts['@'] = month / 3 + 1;
                i += 2;
            } else if ("DYhms".indexOf(part) >= 0) {
                if (!Octets.isDigit(c)) {
                    return null;
                }
                parts[part] = 10 * parts[part] + c - '0';
            } else if (part == 'P') {
                if (c != ' ' && !Octets.isDigit(c)) {
                    return null;
                }
                parts['D'] = c == ' ' ? 0 : c - '0';
            } else if (part != c) {
                return null;
            }
        }
        try {
            LocalDateTime time = LocalDateTime.of(
                    form.equals(RFC_850) ? fullYear(parts['Y'], now) : parts['Y'],
                    parts['@'],
                    parts['D'],
                    parts['h'],
                    parts['m'],
                    // A leap second has no number of its own here.
                    Math.min(parts['s'], 59));
            return parts['s'] > 60 ? null : time.toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /**
     * RFC 9110, 5.6.7: "Recipients of a timestamp value in rfc850-date format, which uses a two-digit year, MUST interpret a
     * timestamp that appears to be more than 50 years in the future as representing the most recent year in the past that had
     * the same last two digits."
     */
    private static int fullYear(int twoDigits, Instant now) {
        int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
        int year = thisYear - Math.floorMod(thisYear, CENTURY) + twoDigits;
        return year > thisYear + 50 ? year - CENTURY : year;
    }
}
