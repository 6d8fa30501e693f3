package dev.gangway.inference.network;

/**
 * x ↦ clip((x − μ) / √(σ² + ε), −c, c) for chosen columns; the others stay as they are. Immutable and thread-safe.
 *
 * <p>Learner and actor both round its double result to float once, so that they see the same bits.
 */
public final class Standardization {
    private final double[] shift;
    private final double[] factor;
    private final double[] limit;

    private Standardization(double[] shift, double[] factor, double[] limit) {
        this.shift = shift;
        this.factor = factor;
        this.limit = limit;
    }

    /**
     * Makes one of D columns.
     *
     * @param mean μ, shape [D]
     * @param variance σ², shape [D]
     * @param chosen which columns, shape [D]
     */
    static Standardization of(double[] mean, double[] variance, boolean[] chosen, double clip, double epsilon) {
        double[] shift = new double[mean.length];
        double[] factor = new double[mean.length];
        double[] limit = new double[mean.length];
        for (int i = 0; i < mean.length; i++) {
            shift[i] = chosen[i] ? mean[i] : 0;
            factor[i] = chosen[i] ? 1 / Math.sqrt(variance[i] + epsilon) : 1;
            limit[i] = chosen[i] ? clip : Double.POSITIVE_INFINITY;
        }
        return new Standardization(shift, factor, limit);
    }

    /** Returns a copy of the subtrahends of each column, shape [D]; 0 where it stays as it is. */
    public double[] shift() {
        return shift.clone();
    }

    /** Returns a copy of the factors of each column, shape [D]; 1 where it stays as it is. */
    public double[] factor() {
        return factor.clone();
    }

    /** Returns a copy of the bounds of each column, shape [D]; infinite where it stays as it is. */
    public double[] limit() {
        return limit.clone();
    }

    /** Returns D. */
    public int size() {
        return shift.length;
    }

    /** Returns the standardised form of a number of a column. */
    public double apply(double x, int column) {
        double bound = limit[column];
        return Math.max(-bound, Math.min(bound, (x - shift[column]) * factor[column]));
    }
}
