package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    /** RFC 9110, 5.6.7 writes this time in three forms; half a minute before it. */
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:07Z");

    private static Duration parse(String value) {
        return RetryAfter.parse(HeaderFields.of(List.of(new HeaderField("Retry-After", value))), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "120,120",
        "007,7",
        "3153600000,3153600000",
        "3153600001,3153600000",
        "99999999999999999999,3153600000"
    })
    void seconds(String value, long seconds) {
        assertThat(parse(value)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    void datesInThreeForms(String date) {
        assertThat(parse(date)).isEqualTo(Duration.ofSeconds(30));
        assertThat(RetryAfter.parse(
                        HeaderFields.of(List.of(new HeaderField("retry-after", date))), NOW.plusSeconds(31)))
                .isEqualTo(Duration.ZERO);
    }

    @Test
    void moreDates() {
        assertThat(parse("Wed Nov 16 08:49:37 1994"))
                .isEqualTo(Duration.ofDays(10).plusSeconds(30));
        assertThat(parse("Thu, 01 Jan 1970 00:00:00 GMT")).isEqualTo(Duration.ZERO);
        assertThat(parse("Fri, 31 Dec 9999 23:59:59 GMT")).isEqualTo(Duration.ofDays(36_500));
        assertThat(parse("Sun, 06 Nov 1994 08:49:60 GMT")).isEqualTo(Duration.ofSeconds(52));
        assertThat(parse("Saturday, 29-Feb-96 00:00:07 GMT")).isNotNull();
    }

    /** RFC 9110, 5.6.7: more than 50 years in the future is the past. */
    @Test
    void twoDigitsOfAYear() {
        assertThat(parse("Sunday, 06-Nov-44 08:49:07 GMT")).isEqualTo(Duration.ZERO);
        assertThat(parse("Sunday, 06-Nov-00 08:49:07 GMT")).isEqualTo(Duration.ZERO);
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        HeaderFields in50 =
                HeaderFields.of(List.of(new HeaderField("Retry-After", "Wednesday, 01-Jan-76 00:00:00 GMT")));
        assertThat(RetryAfter.parse(in50, now)).isEqualTo(Duration.between(now, Instant.parse("2076-01-01T00:00:00Z")));
        HeaderFields in51 =
                HeaderFields.of(List.of(new HeaderField("Retry-After", "Wednesday, 01-Jan-77 00:00:00 GMT")));
        assertThat(RetryAfter.parse(in51, now)).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                "1.5",
                "1s",
                "soon",
                "Sun",
                "Sun,",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 nov 1994 08:49:37 GMT",
                "Sun, 06 ovD 1994 08:49:37 GMT",
                "Sun, 06 Xyz 1994 08:49:37 GMT",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:49:37 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:3x GMT",
                "sun, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06 Nov 1994 08:49:37 GMT",
                "Sun Nov 06 08:49:37 1994 GMT",
                "Sun Nov x6 08:49:37 1994",
                "Sun Nov  6 08:49:37 94",
                "Sun, 06 Nov 1994 08:49:37 GMT x",
                "Sunday Nov  6 08:49:37 1994",
                "Saturday, 29-Feb-95 00:00:07 GMT"
            })
    void whatIsNeither(String value) {
        assertThat(parse(value)).isNull();
    }

    @Test
    void theFieldStandsOnce() {
        assertThat(RetryAfter.parse(HeaderFields.EMPTY, NOW)).isNull();
        HeaderField field = new HeaderField("Retry-After", "1");
        assertThat(RetryAfter.parse(HeaderFields.of(List.of(field, field)), NOW))
                .isNull();
    }
}
