package org.corehours.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * A command with files that are wrong, the exit code and the message it gets.
 *
 * @param name what is wrong
 * @param command the command line; words in quotes may hold spaces
 * @param files the files it reads
 * @param code the exit code
 * @param message what stands on standard error, with the folder as {@code DIR}
 */
record BadInput(String name, String command, List<BadFile> files, int code, String message) {

    static final String RESOURCE = "bad-inputs.txt";
    private static final String FOLDER = "DIR";

    /**
     * A file of a case.
     *
     * @param name its name
     * @param how nothing for text, {@code hex} for bytes, {@code times N} for text that is repeated
     * @param text what stands in the table
     */
    record BadFile(String name, String how, String text) {

        byte[] bytes() {
            if (how.equals("hex")) {
                return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
            }
            if (how.startsWith("times ")) {
                return text.repeat(Integer.parseInt(how.substring(6))).getBytes(StandardCharsets.UTF_8);
            }
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The cases of the table. */
    static List<BadInput> all() throws IOException {
        try (InputStream in = Objects.requireNonNull(BadInput.class.getResourceAsStream(RESOURCE))) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static List<BadInput> parse(String table) {
        List<BadInput> cases = new ArrayList<>();
        String[] parts = table.split("(?m)^== ", -1);
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            String[] sides = part.split("(?m)^-> ", 2);
            String[] input = sides[0].split("(?m)^-- ", -1);
            String[] head = input[0].split("\n", -1);
            List<BadFile> files = new ArrayList<>();
            for (String file : Arrays.asList(input).subList(1, input.length)) {
                int line = file.indexOf('\n');
                String[] title = file.substring(0, line).split(" ", 2);
                files.add(new BadFile(title[0], title.length == 1 ? "" : title[1], file.substring(line + 1)));
            }
            int line = sides[1].indexOf('\n');
            cases.add(new BadInput(
                    head[0],
                    head[1].substring(2),
                    files,
                    Integer.parseInt(sides[1].substring(0, line)),
                    sides[1].substring(line + 1).stripTrailing()));
        }
        return cases;
    }

    /** What the program makes of the case in a folder. */
    BadInput run(Path folder) throws IOException {
        for (BadFile file : files) {
            Files.write(folder.resolve(file.name()), file.bytes());
        }
        List<String> words = new ArrayList<>();
        for (String word : command.split(" (?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
            words.add(word.replace("\"", "").replace(FOLDER, folder.toString()));
        }
        Program.Result result = Program.run(words.toArray(String[]::new));
        String met = result.err().replace(folder.toString(), FOLDER).replace("\r\n", "\n");
        return new BadInput(name, command, files, result.code(), met.stripTrailing());
    }

    /** The case as the table holds it. */
    String text() {
        StringBuilder text = new StringBuilder("== ")
                .append(name)
                .append("\n$ ")
                .append(command)
                .append('\n');
        for (BadFile file : files) {
            text.append("-- ").append(file.name());
            text.append(file.how().isEmpty() ? "" : " " + file.how())
                    .append('\n')
                    .append(file.text());
        }
        return text.append("-> ")
                .append(code)
                .append('\n')
                .append(message)
                .append("\n\n")
                .toString();
    }
}
