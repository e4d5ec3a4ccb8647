package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.ResponseHeadParser;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9112's response and RFC 6455's judgement of it once more, by splitting the whole text. An oracle: it shares no code with the
 * library.
 *
 * @param length in bytes, with the informational responses before it
 * @param fields each as {@code name:value}
 */
record NaiveResponse(int length, boolean http11, int status, String reason, List<String> fields) {

    /** What is kept of a body, whether it is at its end, and whether all of it was kept. */
    record Body(String text, boolean done, boolean whole) {}

    /** The final response that the text begins with; null if it is not whole, breaks a rule or exceeds a limit. */
    static @Nullable NaiveResponse read(String text, HeadLimits limits) {
        int at = 0;
        for (int i = 0; i <= ResponseHeadParser.MAX_INFORMATIONAL; i++) {
            NaiveResponse response = one(text, at, limits);
            if (response == null || response.status >= 200 || response.status == 101) {
                return response;
            }
            at = response.length;
        }
        return null;
    }

    private static @Nullable NaiveResponse one(String text, int from, HeadLimits limits) {
        int end = text.indexOf("\r\n\r\n", from);
        if (end < 0 || end + 4 - from > limits.maxHeadBytes()) {
            return null;
        }
        String[] lines = text.substring(from, end).split("\r\n", -1);
        if (lines.length - 1 > limits.maxFields()) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].length() > limits.maxLineBytes() || !isValue(lines[i])) {
                return null;
            }
            if (i > 0) {
                String[] field = lines[i].split(":", 2);
                if (field.length < 2 || !NaiveLists.isToken(field[0])) {
                    return null;
                }
                fields.add(field[0] + ":" + NaiveLists.trim(field[1]));
            }
        }
        String[] line = lines[0].split(" ", 3);
        boolean http11 = line[0].equals("HTTP/1.1");
        if (line.length < 3 || !(http11 || line[0].equals("HTTP/1.0"))) {
            return null;
        }
        if (line[1].length() != 3 || !NaiveLists.consistsOf(line[1], "0123456789") || line[1].charAt(0) == '0') {
            return null;
        }
        return new NaiveResponse(end + 4, http11, Integer.parseInt(line[1]), line[2], fields);
    }

    private static boolean isValue(String text) {
        return text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7F));
    }

    List<String> values(String name) {
        return fields.stream()
                .map(field -> field.split(":", 2))
                .filter(field -> field[0].equalsIgnoreCase(name))
                .map(field -> field[1])
                .toList();
    }

    /** What a client that sent the key with this accept value, and offered these, makes of it. */
    String judge(String accept, List<String> subprotocols, List<String> extensions) {
        if (status != 101) {
            return "refused " + status;
        }
        List<String> upgrade = values("upgrade");
        List<String> lengths = values("content-length");
        List<String> chosen = values("sec-websocket-protocol");
        List<String> answers = new ArrayList<>();
        boolean inOrder = http11
                && upgrade.size() == 1
                && upgrade.get(0).equalsIgnoreCase("websocket")
                && NaiveLists.hasToken(values("connection"), "upgrade")
                && values("sec-websocket-accept").equals(List.of(accept))
                && values("transfer-encoding").isEmpty()
                && (lengths.isEmpty() || lengths.equals(List.of("0")))
                && (chosen.isEmpty() || (chosen.size() == 1 && subprotocols.contains(chosen.get(0))));
        List<String> read = NaiveLists.extensions(values("sec-websocket-extensions"));
        if (!inOrder || read == null) {
            return "failed";
        }
        for (String extension : read) {
            String name = extension.split(";", 2)[0];
            if (!extensions.contains(name) || answers.contains(name)) {
                return "failed";
            }
            answers.add(name);
        }
        return "accepted " + (chosen.isEmpty() ? null : chosen.get(0)) + " " + answers;
    }

    /** The body that the text begins with, as far as it came. */
    Body body(String text, int max) {
        List<String> codings = values("transfer-encoding");
        List<String> lengths = values("content-length");
        String last = codings.isEmpty() ? "" : codings.get(codings.size() - 1);
        if (status == 204 || status == 304) {
            return new Body("", true, true);
        }
        if (http11 && last.substring(last.lastIndexOf(',') + 1).strip().equalsIgnoreCase("chunked")) {
            return chunks(text, max);
        }
        String kept = text.substring(0, Math.min(max, text.length()));
        boolean known = codings.isEmpty()
                && lengths.size() == 1
                && lengths.get(0).length() < 19
                && !lengths.get(0).isEmpty()
                && NaiveLists.consistsOf(lengths.get(0), "0123456789");
        if (!known) {
            return new Body(kept, text.length() >= max, false);
        }
        long length = Long.parseLong(lengths.get(0));
        kept = kept.substring(0, (int) Math.min(length, kept.length()));
        boolean whole = kept.length() == length;
        return new Body(kept, whole || kept.length() == max, whole);
    }

    private static Body chunks(String text, int max) {
        StringBuilder kept = new StringBuilder();
        int at = 0;
        while (kept.length() < max) {
            int cr = text.indexOf('\r', at);
            String line = text.substring(at, cr < 0 ? text.length() : cr);
            int digits = 0;
            while (digits < line.length() && "0123456789abcdefABCDEF".indexOf(line.charAt(digits)) >= 0) {
                digits++;
            }
            boolean broken = digits > 15 || (digits == 0 && (cr >= 0 || !line.isEmpty()));
            broken |= digits < line.length() && "; \t".indexOf(line.charAt(digits)) < 0;
            broken |= line.indexOf('\n') >= 0;
            if (broken || cr < 0 || cr + 1 == text.length() || text.charAt(cr + 1) != '\n') {
                return new Body(kept.toString(), broken || (cr >= 0 && cr + 1 < text.length()), false);
            }
            long size = Long.parseLong(line.substring(0, digits), 16);
            if (size == 0) {
                return new Body(kept.toString(), true, true);
            }
            at = cr + 2;
            int end = (int) Math.min(at + size, text.length());
            kept.append(text, at, Math.min(end, at + max - kept.length()));
            String after = text.substring(end, Math.min(text.length(), end + 2));
            if (kept.length() < max && (after.length() < 2 || end - at < size)) {
                return new Body(kept.toString(), !"\r\n".startsWith(after), false);
            }
            if (kept.length() < max && !after.equals("\r\n")) {
                return new Body(kept.toString(), true, false);
            }
            at = end + 2;
        }
        return new Body(kept.toString(), true, false);
    }
}
