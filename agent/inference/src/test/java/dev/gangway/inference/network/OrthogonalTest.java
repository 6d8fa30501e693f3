package dev.gangway.inference.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrthogonalTest {

    @ParameterizedTest
    @CsvSource({"64, 64", "4, 64", "64, 2", "1, 1"})
    void theFewerOfRowsAndColumnsAreOrthonormalTimesTheGain(int rows, int columns) {
        double gain = Math.sqrt(2);
        double[] matrix = Orthogonal.matrix(rows, columns, gain, new Random(1));
        boolean wide = rows < columns;
        for (int i = 0; i < Math.min(rows, columns); i++) {
            for (int j = 0; j <= i; j++) {
                double dot = 0;
                for (int k = 0; k < Math.max(rows, columns); k++) {
                    dot += wide
                            ? matrix[i * columns + k] * matrix[j * columns + k]
                            : matrix[k * columns + i] * matrix[k * columns + j];
                }
                assertEquals(i == j ? gain * gain : 0, dot, 1e-14);
            }
        }
    }

    @Test
    void signsAreAsOftenPositiveAsNegative() {
        Random random = new Random(2);
        int positive = 0;
        for (int i = 0; i < 1000; i++) {
            positive += Orthogonal.matrix(3, 3, 1, random)[8] > 0 ? 1 : 0;
        }
        assertEquals(500, positive, 4 * Math.sqrt(250));
    }
}
