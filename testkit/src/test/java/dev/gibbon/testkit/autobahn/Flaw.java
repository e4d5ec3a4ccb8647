package dev.gibbon.testkit.autobahn;

/** What an echo can do wrong, and which cases must notice it; all others must pass all the same. */
enum Flaw {
    NONE,
    TEXT_NEVER_CHECKED("6.3.*", "6.4.*", Flaw.NOT_UTF8),
    TEXT_CHECKED_AT_THE_END_ONLY("6.4.*"),
    TEXT_CHECKED_FRAME_BY_FRAME("6.2.3", "6.2.4", "6.4.2"),
    NOT_ASCII_REFUSED("6.2.*", "6.4.*", "6.5.2-5", "6.6.2", "6.6.5", "6.6.7", "6.6.9", "6.6.11", Flaw.UTF8),
    RESERVED_BITS_ACCEPTED("3.*"),
    UNKNOWN_OPCODES_SKIPPED("4.*"),
    FAILURE_DROPS_WHAT_CAME_BEFORE("3.2", "4.1.3-4", "4.2.3-4", "5.15"),
    FAILURE_IS_NOT_THE_END("3.2-4", "4.1.3-5", "4.2.3-5", "5.9-17", "6.3.2"),
    PINGS_UNANSWERED("2.1-4", "2.6", "2.9-11", "5.6-8", "5.19-20"),
    PONG_OF_THE_LAST_PING_ONLY("2.10", "5.6", "5.19"),
    PONG_PAYLOAD_REVERSED("2.2-3", "2.9-11", "5.6-8", "5.19-20"),
    PONG_WAITS_FOR_THE_MESSAGE("5.6-8", "5.19-20"),
    PONGS_ANSWERED("2.7-9"),
    LONG_CONTROL_FRAMES_ACCEPTED("2.5", "7.3.6"),
    FRAGMENTED_CONTROL_FRAMES_ACCEPTED("5.1-2"),
    CONTINUATION_OF_NOTHING_ACCEPTED("5.9-11", "5.17"),
    TEXT_INSIDE_A_MESSAGE_ACCEPTED("5.18"),
    SEQUENCE_UNCHECKED("5.9-18"),
    FRAGMENTS_REVERSED("5.3-8", "5.15", "5.19-20", "6.2.2-4"),
    FRAGMENTS_ANSWERED_ONE_BY_ONE(
            "5.3-8", "5.15", "5.18-20", "6.1.2-3", "6.2.2-4", "6.3.2", "6.4.1-2", "7.1.5", "10.1.1"),
    PIECE_TAKEN_FOR_A_FRAME(
            "1.1.8", "1.2.8", "2.6-11", "3.2", "3.4", "4.1.3-5", "4.2.3-5", "5.3", "5.5-6", "5.8", "5.11", "5.14-15",
            "5.18-19", "6.1.2-3", "6.2.2-4", "6.3.2", "6.4.3-4", "7.1.5-6", "10.1.1"),
    TYPE_FORGOTTEN("1.2.*", "9.2.*", "9.4.*", "9.6.*", "9.8.*"),
    LAST_OCTET_LOST(
            "1.1.2-8", "1.2.2-8", "3.2-4", "4.1.3-5", "4.2.3-5", "5.3-8", "5.15", "5.19-20", "6.1.3", "6.2.*", "6.5.*",
            "6.6.2", "6.6.5", "6.6.7", "6.6.9", "6.6.11", "6.7.1", "6.9.1", Flaw.UTF8, "7.1.1", "7.1.6", "9.1.*",
            "9.2.*", "9.3.*", "9.4.*", "9.5.*", "9.6.*", "9.7.2-6", "9.8.2-6", "10.1.1"),
    LARGE_MESSAGES_CUT("1.1.7-8", "1.2.7-8", "7.1.6", "9.1.*", "9.2.*", "9.3.*", "9.4.*", "9.5.*", "9.6.*", "10.1.1"),
    EMPTY_MESSAGES_SWALLOWED("1.1.1", "1.2.1", "6.1.1-2", "9.7.1", "9.8.1"),
    FRAMES_AFTER_CLOSE_ANSWERED("7.1.2-6"),
    CLOSE_NEVER_SENT("*"),
    FAILURE_HAS_THE_WRONG_CODE(Flaw.REFUSED),
    CLOSE_ANSWERED_WITH_ANOTHER_CODE("but", Flaw.REFUSED),
    CLOSE_CODE_UNCHECKED("7.9.*", "7.13.*"),
    CLOSE_REASON_UNCHECKED("7.5.1"),
    CLOSE_OF_ONE_OCTET_ACCEPTED("7.3.2"),
    CLOSE_WITHOUT_CODE_REFUSED("7.3.1"),
    CLOSE_WITH_REASON_REFUSED("7.3.4-5"),
    CLOSE_CODES_OF_APPLICATIONS_REFUSED("7.7.10-13"),
    CONNECTION_LEFT_OPEN("*"),
    CONNECTION_RESET("*"),
    SOMETHING_AFTER_CLOSE("*");

    private static final String UTF8 = "6.7.2-4 6.9.2-4 6.11.1-4 6.22.* 6.23.*";

    private static final String NOT_UTF8 =
            "6.6.1 6.6.3-4 6.6.6 6.6.8 6.6.10 6.8.* 6.10.* 6.11.5 6.12.* 6.13.* 6.14.* 6.15.*"
                    + " 6.16.* 6.17.* 6.18.* 6.19.* 6.20.* 6.21.*";

    /** Where the peer is at fault. */
    private static final String REFUSED =
            "2.5 3.* 4.* 5.1-2 5.9-18 6.3.* 6.4.* " + NOT_UTF8 + " 7.3.2 7.3.6 7.5.1 7.9.* 7.13.*";

    /** Case numbers, as {@link CaseNumbers} reads them. */
    final String noticedBy;

    Flaw(String... noticedBy) {
        this.noticedBy = String.join(" ", noticedBy);
    }
}
