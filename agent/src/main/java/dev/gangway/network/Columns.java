package dev.gangway.network;

import java.util.Arrays;

/**
 * Dense layers on a part of a batch held by columns, an array of rows' numbers for each unit: the inner loops are then as
 * long as the part is high, not as the layer is wide. At 256 rows Java's compiler makes instructions of eight numbers of
 * them, at 64 of four.
 *
 * <p>A number goes through the same operations in the same order as in {@link Affine#apply}, so that its bits are the same
 * (of finite numbers; the sign of a zero may differ where a bias is −0 or numbers below 1e−308 vanish).
 */
final class Columns {
    /** Rows of one part: acting on 1,024 rows takes 1.2 times as long with 128, 1.5 times with 64. */
    static final int ROWS = 256;

    /** Below, loops over the rows of a column are too short. */
    private static final int LEAST_ROWS = 32;

    /** Wider inputs are mostly one-hot, whose zeros {@link RowKernel} skips only row by row. */
    private static final int MOST_INPUTS = 64;

    /** With Java's header of 16 bytes an array takes a multiple of 64 bytes: all lie alike, 1.2 to 1.5 times as fast. */
    private static final int PADDING = 6;

    private Columns() {}

    /** Returns whether a batch of so many rows is computed sooner by columns than by rows. */
    static boolean suit(int inputs, int rows) {
        return rows >= LEAST_ROWS && inputs <= MOST_INPUTS;
    }

    /** Returns arrays [layer][unit][row] for one part, the contents 0; rows at the end are not used. */
    static double[][][] of(int... sizes) {
        double[][] all = new double[Arrays.stream(sizes).sum()][ROWS + PADDING];
        double[][][] layers = new double[sizes.length][][];
        int at = 0;
        for (int l = 0; l < sizes.length; l++) {
            layers[l] = Arrays.copyOfRange(all, at, at + sizes[l]);
            at += sizes[l];
        }
        return layers;
    }

    /**
     * Writes x W + b.
     *
     * @param transposed Wᵀ, a row for each output
     * @param bias b
     * @param x [in][rows]
     * @param z [out][rows]
     */
    static void apply(double[][] transposed, double[] bias, double[][] x, double[][] z, int rows) {
        for (int o = 0; o < bias.length; o++) {
            Arrays.fill(z[o], 0, rows, bias[o]);
            RowKernel.addSum(transposed[o], x, x.length, z[o], rows);
        }
    }

    /** Writes φ over the first rows of each column. */
    static void activate(Activation activation, double[][] columns, int rows) {
        for (double[] column : columns) {
            activation.apply(column, rows);
        }
    }

    /** Writes the transpose of the first numbers of each array: {@code target[j][i] = source[i][j]}. */
    static void transpose(double[][] source, double[][] target, int count) {
        for (int i = 0; i < source.length; i++) {
            for (int j = 0; j < count; j++) {
                target[j][i] = source[i][j];
            }
        }
    }
}
