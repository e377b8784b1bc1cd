package org.corehours.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page of a program with commands, in roff for man(7). */
final class ManualPage {

    private final CommandLine program;
    private final StringBuilder text = new StringBuilder();

    ManualPage(CommandLine program) {
        this.program = program;
    }

    String text() {
        CommandSpec top = program.getCommandSpec();
        text.append(".TH COREHOURS 1\n.SH NAME\ncorehours \\- ")
                .append(escaped(description(top)))
                .append("\n.SH SYNOPSIS\n.B corehours\n.I COMMAND\n[\\fIoptions\\fR]\n");
        program.getSubcommands().forEach((name, command) -> command(name, command.getCommandSpec()));
        text.append(".SH EXIT STATUS AND FIRST STEPS\n");
        verbatim(top.usageMessage().footer());
        return text.toString();
    }

    private void command(String name, CommandSpec command) {
        text.append(".SH ").append(escaped(name.toUpperCase(Locale.ROOT))).append('\n');
        text.append(escaped(description(command))).append('\n');
        command.positionalParameters().stream()
                .filter(each -> !each.hidden())
                .forEach(each -> entry(each.paramLabel(), each));
        command.options().stream().filter(each -> !each.hidden()).forEach(each -> entry(names(each), each));
        verbatim(command.usageMessage().footer());
    }

    private static String names(OptionSpec option) {
        String names = String.join(", ", option.names());
        return option.arity().max() == 0 ? names : names + "=" + option.paramLabel();
    }

    private void entry(String label, ArgSpec argument) {
        text.append(".TP\n.B ")
                .append(escaped(label))
                .append('\n')
                .append(escaped(plain(String.join(" ", argument.description()))))
                .append('\n');
    }

    private void verbatim(String... lines) {
        if (lines.length > 0) {
            text.append(".PP\n.nf\n");
            for (String line : lines) {
                text.append(escaped(plain(line))).append('\n');
            }
            text.append(".fi\n");
        }
    }

    private static String description(CommandSpec command) {
        return plain(String.join(" ", command.usageMessage().description()));
    }

    /** Without picocli's markup. */
    private static String plain(String text) {
        return Ansi.OFF.string(text).replace("%%", "%");
    }

    /** A line's leading dot or quote is a request to roff, a backslash starts an escape, and a hyphen may be broken at. */
    private static String escaped(String text) {
        return text.lines()
                .map(line -> line.replace("\\", "\\e").replace("-", "\\-"))
                .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
                .collect(Collectors.joining("\n"));
    }
}
