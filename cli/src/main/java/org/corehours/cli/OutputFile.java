package org.corehours.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Writes a file whole or not at all. */
final class OutputFile {

    private OutputFile() {}

    /**
     * Writes beside the file and moves into its place, so that a reader never meets half of it.
     *
     * @param file the file
     * @param text what is written
     * @throws UsageException if it cannot be written
     */
    static void write(Path file, String text) {
        if (Files.isDirectory(file)) {
            throw new UsageException("Cannot write " + file + ": it is a folder. Name a file in it.");
        }
        Path folder = file.toAbsolutePath().getParent();
        Path part = null;
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // A device or a pipe cannot be replaced.
                Files.writeString(file, text, StandardCharsets.UTF_8);
                return;
            }
            part = Files.createTempFile(folder, "." + file.getFileName(), ".part");
            Files.writeString(part, text, StandardCharsets.UTF_8);
            readableAsUsual(part);
            move(part, file);
        } catch (IOException e) {
            delete(part);
            throw new UsageException("Cannot write " + file + ": " + reason(e) + ".", e);
        }
    }

    /** Temporary files are private to their owner; results are not. */
    private static void readableAsUsual(Path part) throws IOException {
        if (part.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void delete(@Nullable Path part) {
        if (part == null) {
            return;
        }
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // The first error is the one to report; a stray part file harms nobody.
            return;
        }
    }

    static String reason(Exception failure) {
        Throwable e = failure instanceof UncheckedIOException ? failure.getCause() : failure;
        if (e instanceof NoSuchFileException) {
            return "there is no such folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return String.valueOf((e == null ? failure : e).getMessage());
    }
}
