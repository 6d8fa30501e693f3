package dev.gangway.learning.network;

/**
 * A differentiable function from D features to K outputs with P parameters, evaluated on whole batches of B rows.
 *
 * <p>Matrices are row-major arrays of doubles, whatever the parameters' type; where that is FLOAT, the numbers that come
 * out are floats. Order of use: {@link #forward}, then any number of {@link Forward#backward} and {@link Forward#tangent} on
 * its result until the next {@link #forward}, which reuses its memory. The parameters must not change between. Not
 * thread-safe: the learner's thread only; others use {@link #snapshot}.
 */
public interface Network {

    /** Returns D. */
    int inputSize();

    /** Returns K. */
    int outputSize();

    /** Returns the live parameters. */
    ParameterVector parameters();

    /**
     * Evaluates the network and keeps what the backward pass needs.
     *
     * @param features shape [B, D]; must not change while the result is in use
     * @throws IllegalArgumentException when their number is no multiple of D
     */
    Forward forward(double[] features);

    /** Returns an immutable copy for acting. */
    NetworkSnapshot snapshot();

    /** One evaluation. */
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
