package dev.gibbon.cli;

/** Numbers of bytes as people write them: 4096, 64KiB, 32MiB, 1GiB. Powers of two only: MB would be read in two ways. */
final class ByteCount {
    private ByteCount() {}

    /** The number, or -1 for anything that is not one. */
    static long parse(String text) {
        String digits = text;
        int shift = 0;
        if (text.length() > 3) {
            int unit = text.length() - 3;
            shift = switch (text.substring(unit).toLowerCase(java.util.Locale.ROOT)) {
                case "kib" -> 10;
                case "mib" -> 20;
                case "gib" -> 30;
                default -> 0;
            };
            if (shift > 0) {
                digits = text.substring(0, unit).stripTrailing();
            }
        }
        long number = digits(digits);
        return number < 0 || number > Long.MAX_VALUE >> shift ? -1 : number << shift;
    }

    /** A whole number in ASCII digits, or -1 for anything else: no sign, no blanks, no overflow. */
    static long digits(String text) {
        if (text.isEmpty() || text.length() > 18) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + (digit - '0');
        }
        return number;
    }
}
