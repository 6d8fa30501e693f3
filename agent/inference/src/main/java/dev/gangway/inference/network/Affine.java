package dev.gangway.inference.network;

/**
 * x ↦ x W + b in plain arrays.
 *
 * @param weights W, a row for each input
 * @param bias b, a number for each output
 */
public record Affine(double[][] weights, double[] bias) {

    /** Returns one whose numbers are all 0. */
    static Affine zero(int inputs, int outputs) {
        return new Affine(new double[inputs][outputs], new double[outputs]);
    }

    /** Reads W, row by row, and then, where there is one, b from a parameter vector. */
    static Affine of(int inputs, int outputs, boolean biased, double[] parameters, int from) {
        Affine affine = zero(inputs, outputs);
        affine.read(biased, parameters, from);
        return affine;
    }

    /** Overwrites W, row by row, and then, where there is one, b; returns where it stopped. */
    int read(boolean biased, double[] parameters, int from) {
        int at = from;
        for (double[] row : weights) {
            System.arraycopy(parameters, at, row, 0, row.length);
            at += row.length;
        }
        if (biased) {
            System.arraycopy(parameters, at, bias, 0, bias.length);
            at += bias.length;
        }
        return at;
    }

    /** Writes what {@link #read} reads; returns where it stopped. */
    int write(boolean biased, double[] parameters, int from) {
        int at = from;
        for (double[] row : weights) {
            System.arraycopy(row, 0, parameters, at, row.length);
            at += row.length;
        }
        if (biased) {
            System.arraycopy(bias, 0, parameters, at, bias.length);
            at += bias.length;
        }
        return at;
    }

    /** Returns the number of inputs. */
    public int inputs() {
        return weights.length;
    }

    /** Returns the number of outputs. */
    public int outputs() {
        return bias.length;
    }

    /** Writes x W + b over {@code target}. */
    void apply(double[] x, double[] target) {
        System.arraycopy(bias, 0, target, 0, bias.length);
        RowKernel.addSum(x, weights, weights.length, target, bias.length);
    }
}
