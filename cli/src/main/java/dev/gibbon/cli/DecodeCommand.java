package dev.gibbon.cli;

import dev.gibbon.protocol.Frame;
import dev.gibbon.protocol.FrameFormatException;
import dev.gibbon.protocol.FrameReader;
import dev.gibbon.protocol.Role;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code gibbon decode}: shows the frames of a byte stream, each as soon as it has come, in constant memory however long the
 * stream and its payloads are.
 */
final class DecodeCommand implements Command {
    private static final int SHOWN = 1024;
    private static final int MAX_SHOWN = 16 << 20;
    private static final String STANDARD_INPUT = "-";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("gibbon decode");
        spec.usageMessage()
                .description(
                        "Shows every field of every frame in a stream of bytes, as the diagram of RFC 6455, 5.2, does."
                                + " A broken frame ends it: where and which rule, exit 1.");
        spec.addPositional(
                Arguments.rest(
                        "HEX",
                        "The bytes, as hexadecimal digits; blanks, colons, commas and 0x are allowed. - is standard input, raw bytes."));
        spec.addOption(Arguments.option("--file", "FILE", "Read a file, raw bytes."));
        spec.addOption(Arguments.flag("--hex", "The file, or standard input, is hexadecimal text."));
        spec.addOption(Arguments.option(
                "--from", "SENDER", "client or server: hold the frames to its rule on masks (either)."));
        spec.addOption(Arguments.flag(
                "--deflate",
                "The ends agreed on permessage-deflate: take compressed messages, and show them inflated."));
        spec.addOption(Arguments.option("--payload", "BYTES", "Show this much of each payload (1KiB)."));
        return spec;
    }

    @Override
    public void run(Arguments given, Console console) throws BadArgumentException, CommandFailedException, IOException {
        int shown = (int) given.bytes("--payload", SHOWN, 0, MAX_SHOWN);
        Role sender = sender(given);
        TextOutput output = new TextOutput(console.out());
        try (InputStream in = new LiveInput(source(given, console), output)) {
            FrameReader reader = new FrameReader(in, shown);
            if (sender != null) {
                reader.from(sender);
            }
            if (given.has("--deflate")) {
                reader.inflating();
            }
            decode(reader, new FrameReport(shown), output);
        }
    }

    private static void decode(FrameReader reader, FrameReport report, TextOutput output)
            throws IOException, CommandFailedException {
        try {
            Frame frame = reader.next();
            while (frame != null) {
                print(report.frame(frame), output);
                frame = reader.next();
            }
            print(report.end(), output);
        } catch (FrameFormatException broken) {
            print(report.broken(broken), output);
            throw new CommandFailedException(String.valueOf(broken.getMessage()), broken);
        } finally {
            // What came before a fault is shown before it.
            output.flush();
        }
    }

    private static void print(List<String> lines, TextOutput output) throws IOException {
        for (String line : lines) {
            output.line(line);
        }
    }

    private static @Nullable Role sender(Arguments given) throws BadArgumentException {
        String text = given.text("--from");
        return text == null
                ? null
                : given.oneOf("--from", List.of("client", "server")).equals("client") ? Role.CLIENT : Role.SERVER;
    }

    private static InputStream source(Arguments given, Console console)
            throws BadArgumentException, CommandFailedException, IOException {
        List<String> rest = given.rest();
        String file = given.text("--file");
        boolean standard = rest.contains(STANDARD_INPUT) || STANDARD_INPUT.equals(file);
        if (file != null && !rest.isEmpty()) {
            throw new BadArgumentException((standard ? "-" : "HEX") + " and --file cannot go together");
        }
        if (standard && rest.size() > 1) {
            throw new BadArgumentException("HEX and - cannot go together");
        }
        boolean hex = given.has("--hex");
        if (standard) {
            return hex ? new HexInputStream(console.in(), "standard input") : console.in();
        }
        if (file != null) {
            return hex ? new HexInputStream(open(file), "--file " + VisibleText.quoted(file)) : open(file);
        }
        if (rest.isEmpty()) {
            throw new BadArgumentException("nothing to decode: give HEX, --file FILE, or - for standard input");
        }
        if (hex) {
            throw new BadArgumentException("--hex belongs to --file and -; arguments are hexadecimal anyway");
        }
        return new ByteArrayInputStream(bytes(rest));
    }

    private static byte[] bytes(List<String> texts) throws BadArgumentException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String text : texts) {
            try {
                HexDigits digits = new HexDigits("HEX " + VisibleText.quoted(text));
                for (int i = 0; i < text.length(); i++) {
                    int octet = digits.take(text.charAt(i));
                    if (octet != HexDigits.NONE) {
                        bytes.write(octet);
                    }
                }
                digits.end();
            } catch (HexDigits.NotHexException fault) {
                throw new BadArgumentException(String.valueOf(fault.getMessage()));
            }
        }
        return bytes.toByteArray();
    }

    private static InputStream open(String file) throws CommandFailedException {
        String reason;
        try {
            Path path = Path.of(file);
            if (!Files.isDirectory(path)) {
                return Files.newInputStream(path);
            }
            reason = "is a directory";
        } catch (NoSuchFileException missing) {
            reason = "no such file";
        } catch (AccessDeniedException denied) {
            reason = "no permission to read it";
        } catch (IOException | InvalidPathException failure) {
            reason = VisibleText.of(String.valueOf(failure.getMessage()));
        }
        throw new CommandFailedException("--file " + VisibleText.quoted(file) + ": " + reason);
    }
}
