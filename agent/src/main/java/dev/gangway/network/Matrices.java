package dev.gangway.network;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Moves numbers between row-major Java arrays and ND4J. */
public final class Matrices {
    private Matrices() {}

    /** Returns a vector of shape [values.length]. */
    public static INDArray vector(DataType dataType, double[] values) {
        return dataType == DataType.DOUBLE
                ? Nd4j.create(values, new long[] {values.length}, 'c')
                : Nd4j.create(toFloats(values), new long[] {values.length}, 'c');
    }

    /** Returns a FLOAT vector of shape [values.length]. */
    static INDArray vector(float[] values) {
        return Nd4j.create(values, new long[] {values.length}, 'c');
    }

    /** Returns a FLOAT matrix of shape [rows, columns]. */
    static INDArray matrix(float[] values, int rows, int columns) {
        return Nd4j.create(values, new long[] {rows, columns}, 'c');
    }

    /** Returns a matrix of shape [rows, columns]. */
    public static INDArray matrix(DataType dataType, double[] values, int rows, int columns) {
        long[] shape = {rows, columns};
        return dataType == DataType.DOUBLE
                ? Nd4j.create(values, shape, 'c')
                : Nd4j.create(toFloats(values), shape, 'c');
    }

    /**
     * Returns the chosen rows of a row-major array.
     *
     * @param values shape [any, columns]
     * @param rows indices of the rows
     * @return shape [rows.length, columns], in the order of {@code rows}
     */
    public static INDArray gather(DataType dataType, float[] values, int[] rows, int columns) {
        float[] chosen = new float[rows.length * columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, rows[i] * columns, chosen, i * columns, columns);
        }
        long[] shape = {rows.length, columns};
        return dataType == DataType.DOUBLE
                ? Nd4j.create(toDoubles(chosen), shape, 'c')
                : Nd4j.create(chosen, shape, 'c');
    }

    /** Returns the vector or matrix itself where it lies in row-major order without gaps, or else such a copy. */
    static INDArray rowMajor(INDArray array) {
        boolean plain = array.rank() == 1
                ? array.stride(0) == 1
                : array.ordering() == 'c' && array.stride(1) == 1 && array.stride(0) == array.size(1);
        return plain ? array : array.dup('c');
    }

    /** Returns the numbers of a matrix, row by row. */
    public static double[] toRowMajor(INDArray matrix) {
        double[] numbers = new double[Math.toIntExact(matrix.length())];
        read(matrix, numbers.length, new double[][] {numbers});
        return numbers;
    }

    /** Returns the numbers of a FLOAT vector or matrix, row by row. */
    static float[] toFloats(INDArray array) {
        INDArray source = rowMajor(array);
        float[] numbers = new float[Math.toIntExact(array.length())];
        floats(source).get(numbers);
        if (source != array) {
            source.close();
        }
        return numbers;
    }

    /** Reads a matrix of shape [any, width] into rows of {@code width} numbers. */
    static void toRows(INDArray matrix, double[][] rows) {
        read(matrix, (int) matrix.size(1), rows);
    }

    /** Returns the first rows as a matrix. */
    static INDArray ofRows(DataType dataType, double[][] rows, int count) {
        int width = rows[0].length;
        double[] numbers = new double[count * width];
        for (int row = 0; row < count; row++) {
            System.arraycopy(rows[row], 0, numbers, row * width, width);
        }
        return matrix(dataType, numbers, count, width);
    }

    /** Number by number through ND4J's own accessors takes ten times as long. */
    private static void read(INDArray array, int width, double[][] rows) {
        INDArray source = rowMajor(array);
        ByteBuffer bytes = bytes(source);
        int count = Math.toIntExact(array.length()) / width;
        if (array.dataType() == DataType.DOUBLE) {
            DoubleBuffer doubles = bytes.asDoubleBuffer();
            for (int row = 0; row < count; row++) {
                doubles.get(rows[row], 0, width);
            }
        } else {
            FloatBuffer floats = bytes.asFloatBuffer();
            for (int row = 0; row < count; row++) {
                for (int i = 0; i < width; i++) {
                    rows[row][i] = floats.get(row * width + i);
                }
            }
        }
        if (source != array) {
            source.close();
        }
    }

    /** Overwrites a vector, or a matrix in row-major order without gaps. */
    public static void write(double[] numbers, INDArray target) {
        ByteBuffer bytes = bytes(target);
        if (target.dataType() == DataType.DOUBLE) {
            bytes.asDoubleBuffer().put(numbers);
        } else {
            bytes.asFloatBuffer().put(toFloats(numbers));
        }
    }

    /** Overwrites a FLOAT vector, or matrix in row-major order without gaps. */
    static void write(float[] numbers, INDArray target) {
        floats(target).put(numbers);
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

    private static float[] toFloats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] toDoubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
