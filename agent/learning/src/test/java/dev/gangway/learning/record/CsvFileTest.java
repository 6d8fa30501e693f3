package dev.gangway.learning.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFileTest {
    @TempDir
    private Path directory;

    @Test
    void everyDoubleIsReadBackToTheSameBits() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        List<Double> numbers = new ArrayList<>(
                List.of(0.0, -0.0, 0.1, 1.0 / 3, 1e22, 1e-7, 475.0, Double.MIN_VALUE, Double.MAX_VALUE, Math.PI));
        while (numbers.size() < 2000) {
            double number = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(number)) {
                numbers.add(number);
            }
        }
        Path path = directory.resolve("numbers.csv");
        try (CsvFile file = CsvFile.create(path, List.of("number", "float"))) {
            numbers.forEach(number -> file.row(List.of(number, number.floatValue())));
        }
        List<String> lines = Files.readAllLines(path);
        assertEquals("number,float", lines.get(0));
        for (int i = 0; i < numbers.size(); i++) {
            String[] cells = lines.get(i + 1).split(",", -1);
            assertEquals(
                    Double.doubleToRawLongBits(numbers.get(i)),
                    Double.doubleToRawLongBits(Double.parseDouble(cells[0])),
                    cells[0]);
            assertEquals(numbers.get(i).floatValue(), Float.parseFloat(cells[1]), cells[1]);
        }
    }

    @Test
    void aNumberThatDoesNotExistLeavesItsCellEmpty() throws IOException {
        Path path = directory.resolve("gaps.csv");
        try (CsvFile file = CsvFile.create(path, List.of("a", "b", "c"))) {
            file.row(List.of(Double.NaN, 7L, Double.NaN));
        }
        assertEquals("a,b,c\n,7,\n", Files.readString(path));
    }

    @Test
    void aRowIsOnDiskBeforeTheFileIsClosed() throws IOException {
        Path path = directory.resolve("open.csv");
        try (CsvFile file = CsvFile.create(path, List.of("a"))) {
            file.row(List.of(true));
            assertEquals("a\ntrue\n", Files.readString(path));
        }
    }
}
