package dev.gangway.inference.network;

/** Nonlinearity between layers, on arrays. Both are computed alike on every processor. */
public enum Activation {
    /** Hyperbolic tangent, to a relative error below 2e−15, of floats below 4e−7; see {@link HyperbolicTangent}. */
    TANH {
        @Override
        public void apply(double[] values, int count) {
            HyperbolicTangent.apply(values, count);
        }

        @Override
        public void timesDerivative(double[] delta, double[] activated, int count) {
            for (int i = 0; i < count; i++) {
                delta[i] *= 1 - activated[i] * activated[i];
            }
        }

        @Override
        public void apply(float[] values, int count) {
            HyperbolicTangent.apply(values, count);
        }

        @Override
        public void timesDerivative(float[] delta, float[] activated, int count) {
            for (int i = 0; i < count; i++) {
                delta[i] *= 1 - activated[i] * activated[i];
            }
        }
    },
    /** max(0, x), whose derivative at 0 is taken as 0. */
    RELU {
        @Override
        public void apply(double[] values, int count) {
            for (int i = 0; i < count; i++) {
                values[i] = Math.max(0, values[i]);
            }
        }

        @Override
        public void timesDerivative(double[] delta, double[] activated, int count) {
            for (int i = 0; i < count; i++) {
                delta[i] = activated[i] > 0 ? delta[i] : 0;
            }
        }

        @Override
        public void apply(float[] values, int count) {
            for (int i = 0; i < count; i++) {
                values[i] = Math.max(0, values[i]);
            }
        }

        @Override
        public void timesDerivative(float[] delta, float[] activated, int count) {
            for (int i = 0; i < count; i++) {
                delta[i] = activated[i] > 0 ? delta[i] : 0;
            }
        }
    };

    /** Replaces the first numbers x by φ(x). */
    public abstract void apply(double[] values, int count);

    /** Multiplies the first numbers of {@code delta} by φ′(x), given φ(x). */
    public abstract void timesDerivative(double[] delta, double[] activated, int count);

    /** As {@link #apply(double[], int)}. */
    public abstract void apply(float[] values, int count);

    /** As {@link #timesDerivative(double[], double[], int)}. */
    public abstract void timesDerivative(float[] delta, float[] activated, int count);
}
