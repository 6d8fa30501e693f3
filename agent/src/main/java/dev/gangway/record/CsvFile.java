package dev.gangway.record;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * A table written a row at a time. Numbers are printed so that reading them gives the same bits; NaN leaves the cell
 * empty. Every row is in the file when {@link #row} returns, so a killed run keeps what it had.
 */
final class CsvFile implements AutoCloseable {
    private final Path path;
    private final OutputStream out;

    private CsvFile(Path path, boolean append) throws IOException {
        this.path = path;
        this.out = new FileOutputStream(path.toFile(), append);
    }

    /** Begins a table, in place of one that is there. */
    static CsvFile create(Path path, Collection<String> header) {
        try {
            CsvFile file = new CsvFile(path, false);
            file.write(String.join(",", header) + "\n");
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
            return new CsvFile(path, true);
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
