package dev.gangway.learning.network;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Row-major matrices in plain arrays, and their way into ND4J's memory and back. */
public final class Matrices {
    private Matrices() {}

    /**
     * Returns the chosen rows of a row-major array.
     *
     * @param values shape [any, columns]
     * @param rows indices of the rows
     * @return shape [rows.length, columns], in the order of {@code rows}
     */
    public static double[] gather(float[] values, int[] rows, int columns) {
        double[] chosen = new double[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            int from = rows[i] * columns;
            int to = i * columns;
            for (int column = 0; column < columns; column++) {
                chosen[to + column] = values[from + column];
            }
        }
        return chosen;
    }

    /**
     * Copies neighbouring columns of a matrix over neighbouring columns of another one with as many rows.
     *
     * @param sourceWidth columns of the source
     * @param from the first of them that is copied
     * @param targetWidth columns of the target
     * @param to the first of them that is overwritten
     * @param count how many are copied
     */
    static void copyColumns(
            double[] source, int sourceWidth, int from, double[] target, int targetWidth, int to, int count) {
        int rows = source.length / sourceWidth;
        for (int row = 0; row < rows; row++) {
            System.arraycopy(source, row * sourceWidth + from, target, row * targetWidth + to, count);
        }
    }

    /** Returns B of the features of a network. */
    static int rows(double[] features, int inputSize) {
        if (features.length % inputSize != 0) {
            throw new IllegalArgumentException(
                    "Expected features of shape [B, " + inputSize + "], found " + features.length + " numbers");
        }
        return features.length / inputSize;
    }

    /** Checks the gradient with respect to a network's outputs. */
    static void checkGradient(double[] outputGradient, int rows, int outputSize) {
        if (outputGradient.length != rows * outputSize) {
            throw new IllegalArgumentException("Expected an output gradient of shape [" + rows + ", " + outputSize
                    + "], found " + outputGradient.length + " numbers");
        }
    }

    /** Returns the numbers rounded to floats. */
    static float[] toFloats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** Returns floats, which become doubles exactly. */
    static double[] toDoubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** Returns the numbers of an array without gaps, in the order of its memory. */
    static double[] toDoubles(INDArray array) {
        double[] numbers = new double[Math.toIntExact(array.length())];
        read(array, numbers, 0);
        return numbers;
    }

    /** Copies all numbers of an array without gaps over those of {@code target} from an index on. */
    static void read(INDArray array, double[] target, int to) {
        int count = Math.toIntExact(array.length());
        if (array.dataType() == DataType.DOUBLE) {
            bytes(array).asDoubleBuffer().get(target, to, count);
            return;
        }
        float[] numbers = new float[count];
        floats(array).get(0, numbers);
        for (int i = 0; i < count; i++) {
            target[to + i] = numbers[i];
        }
    }

    /** Overwrites all numbers of an array without gaps by those of {@code source} from an index on. */
    static void write(double[] source, int from, INDArray array) {
        int count = Math.toIntExact(array.length());
        if (array.dataType() == DataType.DOUBLE) {
            bytes(array).asDoubleBuffer().put(source, from, count);
            return;
        }
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) source[from + i];
        }
        floats(array).put(0, numbers);
    }

    /** Returns the memory of a FLOAT array without gaps, from its first number on. */
    static FloatBuffer floats(INDArray array) {
        return bytes(array).asFloatBuffer().slice(0, Math.toIntExact(array.length()));
    }

    /** Returns the memory of an array without gaps, from its first number on. */
    static ByteBuffer bytes(INDArray array) {
        ByteBuffer all = array.data().asNio();
        int from = Math.toIntExact(array.offset() * array.dataType().width());
        return all.slice(from, all.capacity() - from).order(all.order());
    }
}
