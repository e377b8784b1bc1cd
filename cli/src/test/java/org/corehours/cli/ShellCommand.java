package org.corehours.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command as a page shows it, to be run as at the root of the source tree by a user who has nothing to lose there:
 * files that it names are the tree's where they exist, and otherwise those that an earlier command wrote to a folder.
 *
 * @param arguments what follows the program's name
 * @param output the file that standard output goes to, if one does
 * @param writes whether it leaves a file behind
 */
record ShellCommand(List<String> arguments, @Nullable Path output, boolean writes) {

    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|'[^']*'|#.*|[^\\s\"']+");
    private static final Set<String> TAKES_OUTPUT = Set.of("-o", "--output", "--rows", "--charts", ">");

    /** Where {@code init} names the file that it writes. */
    private static final int INIT_FILE = 2;

    /**
     * Reads a command line: words, quotes, a comment, and standard output sent to a file.
     *
     * @param line what follows the program's name
     * @param root the source tree
     * @param folder what is written goes there
     * @return the command
     */
    static ShellCommand parse(String line, Path root, Path folder) {
        List<String> words = WORD.matcher(line)
                .results()
                .map(MatchResult::group)
                .takeWhile(word -> !word.startsWith("#"))
                .map(word -> word.replaceAll("^[\"']|[\"']$", ""))
                .toList();
        List<String> arguments = new ArrayList<>();
        Path output = null;
        boolean writes = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (i > 0 && word.equals(">")) {
                output = folder.resolve(words.get(++i));
                writes = true;
            } else if (TAKES_OUTPUT.contains(word)) {
                arguments.add(word);
                arguments.add(folder.resolve(words.get(++i)).toString());
                writes = true;
            } else {
                arguments.add(place(word, root, folder));
            }
        }
        if (words.get(0).equals("init")) {
            String file = words.size() > INIT_FILE ? words.get(INIT_FILE) : "paper.yaml";
            arguments.subList(INIT_FILE, arguments.size()).clear();
            arguments.add(folder.resolve(file).toString());
            writes = true;
        }
        return new ShellCommand(List.copyOf(arguments), output, writes);
    }

    private static String place(String word, Path root, Path folder) {
        if (!word.contains(".") && !word.contains("/")) {
            return word;
        }
        Path written = folder.resolve(word);
        if (Files.exists(written)) {
            return written.toString();
        }
        Path ofTree = root.resolve(word);
        return Files.exists(ofTree) ? ofTree.toString() : word;
    }

    Program.Result run() {
        Program.Result result = Program.run(arguments.toArray(String[]::new));
        if (output != null) {
            try {
                Files.writeString(output, result.out());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return result;
    }
}
