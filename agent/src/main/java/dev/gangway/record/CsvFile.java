package dev.gangway.record;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * A table written a row at a time. Numbers are printed so that reading them gives the same bits; NaN leaves the cell
 * empty. Every row is on disk when {@link #row} returns, so a killed run keeps what it had.
 */
final class CsvFile implements AutoCloseable {
    private final Path path;
    private final Writer writer;

    private CsvFile(Path path, Writer writer) {
        this.path = path;
        this.writer = writer;
    }

    /** Begins a table, in place of one that is there. */
    static CsvFile create(Path path, Collection<String> header) {
        try {
            CsvFile file = new CsvFile(path, Files.newBufferedWriter(path));
            file.line(String.join(",", header));
            return file;
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /**
     * Goes on with a table after its first {@code rows} rows; what follows them, perhaps torn, is cut off.
     *
     * @param reader hears the cells of each row that stays
     * @throws IllegalArgumentException when it has another header or fewer rows
     */
    static CsvFile resume(Path path, Collection<String> header, long rows, Consumer<List<String>> reader) {
        try {
            long length = 0;
            try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
                for (long row = 0; row <= rows; row++) {
                    String line = line(in, path, row, rows);
                    length += line.getBytes(StandardCharsets.UTF_8).length + 1;
                    if (row > 0) {
                        reader.accept(List.of(line.split(",", -1)));
                    } else if (!line.equals(String.join(",", header))) {
                        throw new IllegalArgumentException("Expected the columns " + String.join(",", header) + " in "
                                + path + ", found " + line + "; this Gangway cannot go on with it");
                    }
                }
            }
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
            return new CsvFile(path, Files.newBufferedWriter(path, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private static String line(InputStream in, Path path, long row, long rows) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next != '\n') {
            if (next < 0) {
                throw new IllegalArgumentException("Expected a header and " + rows + " rows in " + path
                        + ", as many as at the checkpoint, found " + row + " lines");
            }
            line.write(next);
            next = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    void row(Collection<?> cells) {
        StringJoiner line = new StringJoiner(",");
        for (Object each : cells) {
            line.add(cell(each));
        }
        line(line.toString());
    }

    private static String cell(Object value) {
        return value instanceof Double number && number.isNaN() ? "" : String.valueOf(value);
    }

    private void line(String text) {
        try {
            writer.append(text).append('\n').flush();
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private static UncheckedIOException failed(Path path, IOException e) {
        return new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
}
