package dev.gangway.network;

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

    /** Returns the matrix itself where it lies in row-major order without gaps, or else such a copy. */
    static INDArray rowMajor(INDArray matrix) {
        boolean plain = matrix.ordering() == 'c' && matrix.stride(1) == 1 && matrix.stride(0) == matrix.size(1);
        return plain ? matrix : matrix.dup('c');
    }

    /** Returns the numbers of a matrix, row by row. */
    public static double[] toRowMajor(INDArray matrix) {
        boolean plain = !matrix.isView() && matrix.ordering() == 'c';
        return plain ? matrix.data().asDouble() : copyRowMajor(matrix);
    }

    private static double[] copyRowMajor(INDArray matrix) {
        try (INDArray copy = matrix.dup('c')) {
            return copy.data().asDouble();
        }
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
