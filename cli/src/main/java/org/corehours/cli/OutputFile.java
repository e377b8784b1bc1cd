package org.corehours.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Writes a file whole or not at all. */
final class OutputFile {

    private OutputFile() {}

    /**
     * Refuses, before time is spent, a file that could not be written when its content is ready.
     *
     * @param file the file; null for none
     * @param inputs what the command reads: names, or files that must not be written over
     * @throws UsageException if it is a folder or an input, has no folder to stand in, or may not be written
     */
    static void check(@Nullable Path file, Collection<String> inputs) {
        if (file == null) {
            return;
        }
        if (Files.isDirectory(file) || file.toString().isEmpty()) {
            throw new UsageException("Cannot write \"" + file + "\": it is a folder. Name a file in it.");
        }
        Path folder = target(file).toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("Cannot write " + file + ": there is no such folder.");
        }
        boolean special = Files.exists(file) && !Files.isRegularFile(file);
        if ((Files.exists(file) && !Files.isWritable(file)) || (!special && !Files.isWritable(folder))) {
            throw new UsageException("Cannot write " + file + ": permission denied.");
        }
        for (String input : inputs) {
            if (isSame(file, input)) {
                throw new UsageException("Cannot write " + file + ": the command reads it. Name another file.");
            }
        }
    }

    private static boolean isSame(Path file, String input) {
        try {
            Path other = Path.of(input);
            return Files.isRegularFile(file) && Files.exists(other) && Files.isSameFile(file, other);
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    /**
     * Writes beside the file and moves into its place, so that a reader never meets half of it and what was there is
     * kept if this fails.
     *
     * @param file the file
     * @param text what is written
     * @throws UsageException if it cannot be written
     */
    static void write(Path file, String text) {
        check(file, List.of());
        Path part = null;
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // A device or a pipe cannot be replaced.
                Files.writeString(file, text, StandardCharsets.UTF_8);
                return;
            }
            Path target = target(file);
            part = beside(target);
            part.toFile().deleteOnExit();
            write(part, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            keepPermissions(target, part);
            move(part, target);
        } catch (IOException e) {
            delete(part);
            throw new UsageException("Cannot write " + file + ": " + reason(e) + ".", e);
        }
    }

    /** Where a symbolic link leads, so that the link stays one. */
    static Path target(Path file) {
        try {
            return Files.exists(file) ? file.toRealPath() : file;
        } catch (IOException e) {
            return file;
        }
    }

    private static Path beside(Path file) {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return file.resolveSibling("." + file.getFileName() + "." + random + ".part");
    }

    private static void write(Path part, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Who may read a file is not changed by writing it anew. */
    private static void keepPermissions(Path file, Path part) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(part, PosixFileAttributeView.class);
        if (view != null && Files.exists(file)) {
            view.setPermissions(Files.getPosixFilePermissions(file));
        }
    }

    /** Moves a file over another at once where the file system can. */
    static void move(Path from, Path to) throws IOException {
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
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return String.valueOf((e == null ? failure : e).getMessage());
    }
}
