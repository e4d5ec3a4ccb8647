package dev.gibbon.benchmarks.bench;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** What was given on the command line. Every fault is one line: the option, what was given, what was expected. */
final class Arguments {
    private static final int SHOWN_CHARACTERS = 80;

    private final ParseResult parsed;

    private Arguments(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** Reads the arguments by the specification, to which {@code --help} is added. */
    static Arguments parse(CommandSpec spec, List<String> arguments) throws BadArgumentException {
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and end.")
                .build());
        spec.usageMessage().sortOptions(false).sortSynopsis(false);
        CommandLine line = new CommandLine(spec);
        line.setExpandAtFiles(false);
        try {
            return new Arguments(line.parseArgs(arguments.toArray(new String[0])));
        } catch (CommandLine.UnmatchedArgumentException fault) {
            String first =
                    fault.getUnmatched().isEmpty() ? "" : fault.getUnmatched().get(0);
            throw new BadArgumentException(
                    fault.isUnknownOption()
                            ? "unknown option " + quoted(first) + "; --help shows the options"
                            : "unexpected argument " + quoted(first));
        } catch (CommandLine.OverwrittenOptionException fault) {
            ArgSpec twice = fault.getOverwritten();
            String name = twice instanceof OptionSpec option ? option.longestName() : twice.paramLabel();
            throw new BadArgumentException(name + " is given more than once");
        } catch (CommandLine.MissingParameterException fault) {
            boolean known = fault.getMissing().size() == 1 && fault.getMissing().get(0) instanceof OptionSpec;
            if (known && fault.getMissing().get(0) instanceof OptionSpec option) {
                throw new BadArgumentException(option.longestName() + " needs a value: " + option.paramLabel());
            }
            throw new BadArgumentException(quoted(String.valueOf(fault.getMessage())));
        } catch (CommandLine.ParameterException fault) {
            throw new BadArgumentException(quoted(String.valueOf(fault.getMessage())));
        }
    }

    /** An option with a value. */
    static OptionSpec option(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option with a value, which may be given several times. */
    static OptionSpec repeated(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option without a value. */
    static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }

    /** One argument without a name, which may be left out. */
    static PositionalParamSpec positional(String label, String description) {
        return PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** Whether help was asked for. */
    boolean wantsHelp() {
        return parsed.isUsageHelpRequested();
    }

    /** Whether an option was given, with a value or without. */
    boolean has(String option) {
        return parsed.hasMatchedOption(option);
    }

    /** The options that were given. */
    List<String> givenNames() {
        return parsed.matchedOptions().stream().map(OptionSpec::longestName).toList();
    }

    /** The value of an option, or null. */
    @Nullable
    String text(String option) {
        OptionSpec given = parsed.matchedOption(option);
        return given == null || given.originalStringValues().isEmpty()
                ? null
                : given.originalStringValues().get(0);
    }

    /** The values of an option that may be repeated, in order. */
    List<String> texts(String option) {
        OptionSpec given = parsed.matchedOption(option);
        return given == null ? List.of() : given.originalStringValues();
    }

    /** The comma-separated words of all its values. */
    List<String> words(String option) throws BadArgumentException {
        List<String> words = new ArrayList<>();
        for (String text : texts(option)) {
            for (String word : text.split(",", -1)) {
                if (word.isBlank()) {
                    throw bad(option, text, "names, comma-separated");
                }
                words.add(word.strip());
            }
        }
        return words;
    }

    /** The argument without a name, or null. */
    @Nullable
    String positional() {
        for (PositionalParamSpec positional : parsed.matchedPositionals()) {
            if (!positional.originalStringValues().isEmpty()) {
                return positional.originalStringValues().get(0);
            }
        }
        return null;
    }

    /** A whole number within a range. */
    long number(String option, long otherwise, long from, long to) throws BadArgumentException {
        String text = text(option);
        if (text == null) {
            return otherwise;
        }
        String expected = to == Integer.MAX_VALUE
                ? "a whole number, at least " + from
                : "a whole number from " + from + " to " + to;
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) < from || Long.parseLong(text) > to) {
            throw bad(option, text, expected);
        }
        return Long.parseLong(text);
    }

    /** A number within a range. */
    double decimal(String option, double otherwise, double from, double to) throws BadArgumentException {
        String text = text(option);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?")
                || Double.parseDouble(text) < from
                || Double.parseDouble(text) > to) {
            throw bad(option, text, "a number from " + shortest(from) + " to " + shortest(to));
        }
        return Double.parseDouble(text);
    }

    /** A file, or null. */
    @Nullable
    Path path(String option) throws BadArgumentException {
        String text = text(option);
        return text == null ? null : pathOf(option, text);
    }

    /** A file by its name. */
    static Path pathOf(String option, String text) throws BadArgumentException {
        try {
            if (!text.isEmpty()) {
                return Path.of(text);
            }
        } catch (InvalidPathException fault) {
            // Said below.
        }
        throw bad(option, text, "the name of a file");
    }

    /** The fault of a value. */
    static BadArgumentException bad(String option, String given, String expected) {
        return new BadArgumentException(option + " " + quoted(given) + ": expected " + expected);
    }

    private static String shortest(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /** What somebody typed, on one line and not too long. */
    static String quoted(String text) {
        String visible = text.replaceAll("\\p{C}", "?");
        return '"'
                + (visible.length() <= SHOWN_CHARACTERS ? visible : visible.substring(0, SHOWN_CHARACTERS) + "...")
                + '"';
    }
}
