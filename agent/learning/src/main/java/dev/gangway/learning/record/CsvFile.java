package dev.gangway.learning.record;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table written a row at a time; where it is to be resumed, the first cell counts the rows from 1. Numbers are printed so
 * that reading them gives the same bits; NaN leaves the cell empty. Every row is in the file when {@link #row} returns, so a
 * killed run keeps what it had.
 */
final class CsvFile implements AutoCloseable {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final Path path;
    private final FileOutputStream out;

    private CsvFile(Path path, boolean append) throws IOException {
        this.path = path;
        this.out = new FileOutputStream(path.toFile(), append);
    }

    /** Begins a table, in place of one that is there. */
    static CsvFile create(Path path, List<String> header) {
        try {
            CsvFile file = new CsvFile(path, false);
            file.write(String.join(",", header) + "\n");
            return file;
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /**
     * Goes on with a table after its last row whose number, the first cell, is at most {@code last}. What follows that
     * row, perhaps torn, is cut off. Rows that are not there are missing for good: their numbers are not given again.
     *
     * @param reader hears the cells of each row that stays
     * @param note hears which rows the table does not reach up to
     * @throws IllegalArgumentException when it has another header
     */
    static CsvFile resume(
            Path path, List<String> header, long last, Consumer<List<String>> reader, Consumer<String> note) {
        try {
            Kept kept = scan(path, header, last, reader);
            if (kept.row < last) {
                note.accept("%s ends with row %,d: rows %,d to %,d are missing"
                        .formatted(path, kept.row, kept.row + 1, last));
            }
            if (kept.bytes == 0) {
                return create(path, header);
            }
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(kept.bytes);
            }
            return new CsvFile(path, true);
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /**
     * Gives columns of a table their names of now, if it is there and an earlier version of Gangway has written it.
     *
     * @param formerNames each former name with the name of now
     */
    static void renameColumns(Path path, Map<String, String> formerNames) {
        try {
            if (!Files.exists(path)) {
                return;
            }
            String header;
            try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
                header = line(in);
            }
            String renamed = Arrays.stream(header.strip().split(",", -1))
                    .map(name -> formerNames.getOrDefault(name, name))
                    .collect(Collectors.joining(",", "", "\n"));
            if (header.endsWith("\n") && !renamed.equals(header)) {
                byte[] table = Files.readAllBytes(path);
                int rows = header.getBytes(StandardCharsets.UTF_8).length;
                ByteArrayOutputStream content = new ByteArrayOutputStream(table.length + renamed.length());
                content.writeBytes(renamed.getBytes(StandardCharsets.UTF_8));
                content.write(table, rows, table.length - rows);
                WholeFile.write(path, content.toByteArray());
            }
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /** Returns whether the table has the row of this number, or a later one. */
    static boolean reaches(Path path, List<String> header, long row) {
        try {
            return scan(path, header, row, cells -> {}).row >= row;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * What is to stay of a table.
     *
     * @param bytes with the header; 0 when not even that is whole
     * @param row the number of the last row, 0 without one
     */
    private record Kept(long bytes, long row) {}

    private static Kept scan(Path path, List<String> header, long last, Consumer<List<String>> reader)
            throws IOException {
        if (!Files.exists(path)) {
            return new Kept(0, 0);
        }
        String expected = String.join(",", header);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            String line = line(in);
            if (!line.equals(expected + "\n")) {
                // A loss of power may leave a file without its end, or zeros in its place.
                if (expected.startsWith(line.replace("\0", ""))) {
                    return new Kept(0, 0);
                }
                throw new IllegalArgumentException("Expected the columns " + expected + " in " + path + ", found "
                        + line.strip() + "; this Gangway cannot go on with it");
            }
            Kept kept = new Kept(expected.length() + 1, 0);
            while (true) {
                line = line(in);
                List<String> cells = List.of(line.strip().split(",", -1));
                if (!line.endsWith("\n")
                        || cells.size() != header.size()
                        || !NUMBER.matcher(cells.get(0)).matches()) {
                    return kept;
                }
                long row = Long.parseLong(cells.get(0));
                if (row <= kept.row || row > last) {
                    return kept;
                }
                reader.accept(cells);
                kept = new Kept(kept.bytes + line.getBytes(StandardCharsets.UTF_8).length, row);
            }
        }
    }

    /** Returns the next line with its end; without that when the file ends before, empty when it has ended. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            line.write(next);
            if (next == '\n') {
                break;
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    void row(Collection<?> cells) {
        rows(List.of(cells));
    }

    /** Writes several rows at once. */
    void rows(Collection<? extends Collection<?>> rows) {
        StringBuilder text = new StringBuilder();
        for (Collection<?> row : rows) {
            String separator = "";
            for (Object cell : row) {
                text.append(separator);
                if (!(cell instanceof Double number && number.isNaN())) {
                    text.append(cell);
                }
                separator = ",";
            }
            text.append('\n');
        }
        write(text.toString());
    }

    private void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /** Lets what was written outlast a loss of power. */
    void sync() {
        try {
            out.getChannel().force(false);
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private static UncheckedIOException failed(Path path, IOException e) {
        return new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
}
