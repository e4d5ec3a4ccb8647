package dev.gibbon.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * What was given to a command. Every option is read as text by picocli and converted here, so that each fault is one line of
 * one shape: the option, what was given, what was expected.
 */
final class Arguments {
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
        // "@file" is no way to pass arguments here: nobody would expect a file to be read.
        line.setExpandAtFiles(false);
        try {
            return new Arguments(line.parseArgs(arguments.toArray(new String[0])));
        } catch (CommandLine.UnmatchedArgumentException fault) {
            throw new BadArgumentException(unmatched(fault));
        } catch (CommandLine.OverwrittenOptionException fault) {
            throw new BadArgumentException(name(fault.getOverwritten()) + " is given more than once");
        } catch (CommandLine.MissingParameterException fault) {
            throw new BadArgumentException(missing(fault));
        } catch (CommandLine.ParameterException fault) {
            throw new BadArgumentException(VisibleText.of(String.valueOf(fault.getMessage())));
        }
    }

    private static String unmatched(CommandLine.UnmatchedArgumentException fault) {
        String first =
                fault.getUnmatched().isEmpty() ? "" : fault.getUnmatched().get(0);
        if (!fault.isUnknownOption()) {
            return "unexpected argument " + VisibleText.quoted(first);
        }
        return "unknown option " + VisibleText.quoted(first) + "; --help shows the options";
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String missing(CommandLine.MissingParameterException fault) {
        if (fault.getMissing().size() == 1 && fault.getMissing().get(0) instanceof OptionSpec option) {
            return option.longestName() + " needs a value: " + option.paramLabel();
        }
        return VisibleText.of(String.valueOf(fault.getMessage()));
    }

    /** An option with a value. */
    static OptionSpec option(String name, String label, String... description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option with a value, which may be given several times. */
    static OptionSpec repeated(String name, String label, String... description) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option without a value. */
    static OptionSpec flag(String name, String... description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }

    /** Any number of arguments without a name. */
    static PositionalParamSpec rest(String label, String... description) {
        return PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** Whether help was asked for, wherever in the line. */
    boolean wantsHelp() {
        return parsed.isUsageHelpRequested();
    }

    /** Whether a flag was given. */
    boolean has(String flag) {
        return parsed.hasMatchedOption(flag);
    }

    /** The value of an option, or null. */
    @Nullable
    String text(String option) {
        return parsed.matchedOptionValue(option, (String) null);
    }

    /** The value of an option, or a default. */
    String text(String option, String otherwise) {
        String text = text(option);
        return text == null ? otherwise : text;
    }

    /** The values of an option that may be repeated, in order. */
    List<String> texts(String option) {
        OptionSpec given = parsed.matchedOption(option);
        return given == null ? List.of() : given.originalStringValues();
    }

    /** One of a few words. */
    String oneOf(String option, List<String> words) throws BadArgumentException {
        String text = text(option, words.get(0));
        if (!words.contains(text)) {
            throw bad(option, text, String.join(" or ", words));
        }
        return text;
    }

    /** A whole number within a range. */
    long number(String option, long otherwise, long from, long to) throws BadArgumentException {
        String text = text(option);
        if (text == null) {
            return otherwise;
        }
        long number = ByteCount.digits(text);
        if (number < from || number > to) {
            throw bad(option, text, "a whole number from " + from + " to " + to);
        }
        return number;
    }

    /** A number of bytes within a range. */
    long bytes(String option, long otherwise, long from, long to) throws BadArgumentException {
        String text = text(option);
        if (text == null) {
            return otherwise;
        }
        long number = ByteCount.parse(text);
        if (number < from || number > to) {
            throw bad(option, text, from + " to " + to + " bytes, plain or as KiB, MiB, GiB");
        }
        return number;
    }

    /** The arguments without a name. */
    List<String> rest() {
        List<String> values = new ArrayList<>();
        for (PositionalParamSpec positional : parsed.matchedPositionals()) {
            values.addAll(positional.originalStringValues());
        }
        return values;
    }

    /** The fault of a value. */
    static BadArgumentException bad(String option, String given, String expected) {
        return new BadArgumentException(option + " " + VisibleText.quoted(given) + ": expected " + expected);
    }
}
