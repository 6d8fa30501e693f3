package dev.gangway.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A differentiable function from D features to K outputs with P parameters, evaluated on whole batches of B rows.
 *
 * <p>Order of use: {@link #forward}, any number of {@link Forward#backward} on its result, {@link Forward#close}. The
 * parameters must not change between. Not thread-safe: the learner's thread only; others use {@link #snapshot}.
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
     * @param features shape [B, D] of the parameters' type; must not change while the result is in use
     * @throws IllegalArgumentException when shape or type is another
     */
    Forward forward(INDArray features);

    /** Returns an immutable copy for acting. */
    NetworkSnapshot snapshot();

    /** One evaluation. Closing it lets the network reuse its memory; not closing it costs time only. */
    interface Forward extends AutoCloseable {

        /** Returns the outputs, shape [B, K]; valid until closed. */
        INDArray output();

        /**
         * Returns the gradient of Σ_bk output[b, k] · outputGradient[b, k] with respect to the parameters.
         *
         * @param outputGradient shape [B, K] of the parameters' type
         * @return a new vector of shape [P]
         */
        INDArray backward(INDArray outputGradient);

        /** Gives the memory back. */
        @Override
        void close();
    }
}
