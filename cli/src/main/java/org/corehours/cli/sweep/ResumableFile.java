package org.corehours.cli.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of rows that takes its place when it is whole. Until then rows stand in a part beside it, with a note of how far
 * it is: which sweep, how many points, how many bytes. The note is replaced after the rows it speaks of are on disk;
 * whatever the part has beyond them is cut off when the sweep goes on. A finished file has neither.
 */
public final class ResumableFile implements RowSink {

    private static final String NOTE_ENDING = ".progress";
    private static final String PART_ENDING = ".part";
    private static final long NANOS_BETWEEN_NOTES = 1_000_000_000;

    private final Path file;
    private final Path note;
    private final String sweep;
    private final FileChannel channel;
    private long done;
    private List<Long> selected;
    private long noted;

    /**
     * How far a file is.
     *
     * @param sweep which sweep it is of
     * @param done points that are done
     * @param bytes bytes that the file has then
     * @param selected points selected among them
     */
    public record Progress(String sweep, long done, long bytes, List<Long> selected) {

        /** Copies the list. */
        public Progress {
            selected = List.copyOf(selected);
        }
    }

    private ResumableFile(Path file, String sweep, Progress start) throws IOException {
        this.file = file;
        this.note = note(file);
        this.sweep = sweep;
        this.done = start.done();
        this.selected = start.selected();
        this.channel = FileChannel.open(part(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(start.bytes());
        channel.position(start.bytes());
    }

    /**
     * Begins a file. One that is there is replaced when this one is finished.
     *
     * @param file the file
     * @param sweep which sweep it is of
     * @param header what it begins with
     * @return the file
     * @throws IOException if it cannot be written
     */
    public static ResumableFile begin(Path file, String sweep, String header) throws IOException {
        ResumableFile begun = new ResumableFile(file, sweep, new Progress(sweep, 0, 0, List.of()));
        begun.append(header.getBytes(StandardCharsets.UTF_8));
        begun.writeNote();
        return begun;
    }

    /**
     * Goes on with a file.
     *
     * @param file the file
     * @param progress how far it is
     * @return the file
     * @throws IOException if it cannot be written, or has fewer bytes than it had
     */
    public static ResumableFile resume(Path file, Progress progress) throws IOException {
        long bytes = Files.exists(part(file)) ? Files.size(part(file)) : 0;
        if (bytes < progress.bytes()) {
            throw new IOException(part(file) + " has " + bytes + " bytes, fewer than the " + progress.bytes() + " that "
                    + note(file) + " says; delete both and start again");
        }
        return new ResumableFile(file, progress.sweep(), progress);
    }

    /**
     * How far an unfinished file is.
     *
     * @param file the file
     * @return its progress; null if it has no note
     * @throws IOException if the note cannot be read or is none
     */
    public static @Nullable Progress progress(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(note(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return null;
        }
        try {
            List<Long> selected = new ArrayList<>();
            for (String index : lines.get(3).split(" ", -1)) {
                if (!index.isEmpty()) {
                    selected.add(Long.parseLong(index));
                }
            }
            return new Progress(lines.get(0), Long.parseLong(lines.get(1)), Long.parseLong(lines.get(2)), selected);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException(note(file) + " is not what a sweep writes; delete it and start again", e);
        }
    }

    /**
     * The note beside a file.
     *
     * @param file the file
     * @return where its note is while it is unfinished
     */
    public static Path note(Path file) {
        return file.resolveSibling(file.getFileName() + NOTE_ENDING);
    }

    /**
     * The rows of a file that is not finished.
     *
     * @param file the file
     * @return where its rows are until then
     */
    public static Path part(Path file) {
        return file.resolveSibling(file.getFileName() + PART_ENDING);
    }

    /**
     * Whether a file is whole although its note is still there, as a kill at the last moment leaves it.
     *
     * @param file the file
     * @return true if only the note is left over
     */
    public static boolean isWhole(Path file) {
        return Files.exists(file) && Files.exists(note(file)) && !Files.exists(part(file));
    }

    @Override
    public void write(byte[] rows, long pointsDone, List<Long> pointsSelected) {
        try {
            append(rows);
            done = pointsDone;
            selected = pointsSelected;
            if (System.nanoTime() - noted > NANOS_BETWEEN_NOTES) {
                writeNote();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private void writeNote() throws IOException {
        channel.force(false);
        StringBuilder text = new StringBuilder();
        text.append(sweep)
                .append('\n')
                .append(done)
                .append('\n')
                .append(channel.position())
                .append('\n');
        selected.forEach(index -> text.append(index).append(' '));
        Path part = note.resolveSibling(note.getFileName() + ".part");
        Files.writeString(part, text.append('\n'), StandardCharsets.UTF_8);
        Files.move(part, note, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        noted = System.nanoTime();
    }

    @Override
    public void finish() {
        try {
            channel.force(false);
            channel.close();
            Files.move(part(file), file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(note);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes how far it is, unless it is finished. */
    @Override
    public void close() {
        try {
            if (channel.isOpen()) {
                writeNote();
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
