package dev.gangway.inference.network;

/**
 * A differentiable function from D features to K outputs over P parameters, evaluated on whole batches of B rows.
 *
 * <p>A network is a pure function of its parameters and its features. The object that learns has live parameters; the object
 * that acts, in training or from a checkpoint, is the same function over frozen ones ({@link #snapshot}). Over frozen
 * parameters {@link #forward(float[], int, float[])} is thread-safe. Everything else belongs to one thread at a time.
 *
 * <p>For learning, matrices are row-major arrays of doubles, whatever the parameters' type; where that is FLOAT, the numbers that
 * come out are floats. Order of use: {@link #forward(double[])}, then any number of {@link Forward#backward} and
 * {@link Forward#tangent} on its result until the next {@link #forward(double[])}, which reuses its memory. The parameters must
 * not change between.
 *
 * <p>Anybody may implement it. Whatever is to be part of a larger network implements {@link Layer}.
 */
public interface Network {

    /** Returns D. */
    int inputSize();

    /** Returns K. */
    int outputSize();

    /** Returns the parameters that this function is evaluated with. */
    ParameterVector parameters();

    /**
     * Evaluates the network for learning, and keeps what the backward pass needs.
     *
     * @param features shape [B, D]; must not change while the result is in use
     * @throws IllegalArgumentException when their number is no multiple of D
     */
    Forward forward(double[] features);

    /**
     * Evaluates the network for acting.
     *
     * @param features at least rows · D numbers, row-major
     * @param rows number of rows
     * @param outputs receives rows · K numbers, row-major
     * @throws IndexOutOfBoundsException when an array is too short
     */
    void forward(float[] features, int rows, float[] outputs);

    /** Returns the same function over a frozen copy of its parameters, for acting; it never changes. */
    Network snapshot();

    /** One evaluation for learning. */
    interface Forward {

        /** Returns the outputs, shape [B, K]; the caller may change them. */
        double[] output();

        /**
         * Returns the gradient of Σ_bk output[b, k] · outputGradient[b, k] with respect to the parameters.
         *
         * @param outputGradient shape [B, K]; rounded to the parameters' type, in a copy
         * @return a new vector of shape [P]
         * @throws IllegalArgumentException when there are not B · K
         * @throws IllegalStateException when the network has been evaluated again since
         */
        double[] backward(double[] outputGradient);

        /**
         * Returns the derivative of the outputs along a direction in the parameters, J v, by differentiating forward from
         * layer to layer (Pearlmutter 1994, "Fast exact multiplication by the Hessian", section 3). It is exact but for
         * rounding, about 1e−6 of its size where the parameters are FLOAT.
         *
         * @param direction v, shape [P]
         * @return a new matrix of shape [B, K]
         * @throws IllegalStateException when the network has been evaluated again since
         */
        double[] tangent(double[] direction);
    }
}
