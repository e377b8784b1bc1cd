package org.corehours.spec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Reads text from files and streams that nobody vouches for: so many bytes at most, in UTF-8 and in nothing else. */
public final class InputFile {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private InputFile() {}

    /**
     * Whether what stands for something, by name or by file, is the path of a file: it has a slash, or ends as
     * specifications do.
     *
     * @param nameOrPath the text
     * @return true if it is a path
     */
    public static boolean isPath(String nameOrPath) {
        String lower = nameOrPath.toLowerCase(Locale.ROOT);
        return nameOrPath.indexOf('/') >= 0
                || nameOrPath.indexOf('\\') >= 0
                || lower.endsWith(".yaml")
                || lower.endsWith(".yml")
                || lower.endsWith(".json");
    }

    /**
     * The text of a file.
     *
     * @param file the file
     * @param mostBytes the most bytes it may have
     * @return its text, without a byte order mark
     * @throws SpecException if it cannot be read, is too large or is not in UTF-8
     */
    public static String text(Path file, int mostBytes) {
        return text(file.toString(), file, mostBytes);
    }

    /**
     * The text of a file.
     *
     * @param name what messages call it
     * @param file the file
     * @param mostBytes the most bytes it may have
     * @return its text, without a byte order mark
     * @throws SpecException if it cannot be read, is too large or is not in UTF-8
     */
    public static String text(String name, Path file, int mostBytes) {
        try (InputStream in = Files.newInputStream(file)) {
            return text(name, in, mostBytes);
        } catch (IOException e) {
            throw problem(name, why(file, e));
        }
    }

    /**
     * The text of a stream, which stays open.
     *
     * @param name what messages call it
     * @param in the stream
     * @param mostBytes the most bytes it may have
     * @return its text, without a byte order mark
     * @throws IOException if the stream fails
     * @throws SpecException if it is too long or is not in UTF-8
     */
    public static String text(String name, InputStream in, int mostBytes) throws IOException {
        byte[] bytes = in.readNBytes(mostBytes + 1);
        if (bytes.length > mostBytes) {
            throw problem(
                    name, String.format(Locale.ROOT, "has more than %,d bytes, the most that is read", mostBytes));
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        try {
            String text = decoder.decode(left).toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw notUtf8(name, bytes, left.position());
        }
    }

    /**
     * Whether a path that a file names leads to nothing outside of the folder it starts from.
     *
     * @param path the path
     * @return false if it starts elsewhere or leaves the folder
     */
    public static boolean staysBelow(String path) {
        try {
            Path normal = Path.of(path).normalize();
            return !normal.isAbsolute() && !normal.startsWith("..");
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Names the byte that is wrong, and the encoding that the file most likely has. */
    private static SpecException notUtf8(String name, byte[] bytes, int wrong) {
        int first = bytes.length > 1 ? ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff) : 0;
        if (first == 0xfffe || first == 0xfeff) {
            return problem(name, "is in UTF-16, expected UTF-8; save it as UTF-8");
        }
        int line = 1;
        int column = 1;
        for (int i = 0; i < wrong; i++) {
            boolean continues = (bytes[i] & 0xc0) == 0x80;
            column = bytes[i] == '\n' ? 1 : continues ? column : column + 1;
            line += bytes[i] == '\n' ? 1 : 0;
        }
        String found = String.format(Locale.ROOT, "found the byte 0x%02x", bytes[wrong] & 0xff);
        return new SpecException(List.of(new SpecProblem(
                name, line, column, "", "is not UTF-8 text: " + found + "; save it as UTF-8 if it is text")));
    }

    /**
     * Why a file cannot be read.
     *
     * @param file the file
     * @param failure what reading it led to
     * @return the reason, as the end of a sentence that begins with the file
     */
    public static String why(Path file, IOException failure) {
        if (Files.isDirectory(file)) {
            return "is a directory, expected a file";
        }
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "cannot be read: permission denied";
        }
        if (failure instanceof FileSystemLoopException
                || (Files.isSymbolicLink(file)
                        && !Files.exists(file)
                        && Files.exists(file, LinkOption.NOFOLLOW_LINKS))) {
            return "is a symbolic link that leads to no file";
        }
        return "cannot be read (" + failure.getMessage() + ")";
    }

    private static SpecException problem(String name, String message) {
        return new SpecException(List.of(new SpecProblem(name, 0, 0, "", message)));
    }
}
