package dev.gangway.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * A table written a row at a time. Numbers are printed so that reading them gives the same bits; NaN leaves the cell
 * empty. Every row is on disk when {@link #row} returns, so a killed run keeps what it had.
 */
final class CsvFile implements AutoCloseable {
    private final Path path;
    private final Writer writer;

    CsvFile(Path path, Collection<String> header) {
        this.path = path;
        try {
            writer = Files.newBufferedWriter(path);
        } catch (IOException e) {
            throw failed(e);
        }
        line(String.join(",", header));
    }

    void row(Collection<?> cells) {
        line(cells.stream().map(CsvFile::cell).collect(Collectors.joining(",")));
    }

    private static String cell(Object value) {
        return value instanceof Double number && number.isNaN() ? "" : String.valueOf(value);
    }

    private void line(String text) {
        try {
            writer.append(text).append('\n').flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private UncheckedIOException failed(IOException e) {
        return new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
}
