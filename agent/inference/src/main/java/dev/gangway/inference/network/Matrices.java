package dev.gangway.inference.network;

/** Row-major matrices in plain arrays. */
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
    public static void copyColumns(
            double[] source, int sourceWidth, int from, double[] target, int targetWidth, int to, int count) {
        int rows = source.length / sourceWidth;
        for (int row = 0; row < rows; row++) {
            System.arraycopy(source, row * sourceWidth + from, target, row * targetWidth + to, count);
        }
    }

    /** Returns B of the features of a network. */
    public static int rows(double[] features, int inputSize) {
        if (features.length % inputSize != 0) {
            throw new IllegalArgumentException(
                    "Expected features of shape [B, " + inputSize + "], found " + features.length + " numbers");
        }
        return features.length / inputSize;
    }

    /** Checks the gradient with respect to a network's outputs. */
    public static void checkGradient(double[] outputGradient, int rows, int outputSize) {
        if (outputGradient.length != rows * outputSize) {
            throw new IllegalArgumentException("Expected an output gradient of shape [" + rows + ", " + outputSize
                    + "], found " + outputGradient.length + " numbers");
        }
    }

    /** Returns the numbers rounded to floats. */
    public static float[] toFloats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** Returns floats, which become doubles exactly. */
    public static double[] toDoubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
