package dev.gangway.network;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A network that can be a piece of a larger one: its parameters may lie in another's vector. */
public interface Layer extends Network {

    /**
     * Returns the same function with its parameters in another vector, which becomes the live one.
     *
     * @param parameters of this layout
     */
    Layer over(ParameterVector parameters);

    @Override
    Pass forward(INDArray features);

    /** One evaluation, whose gradient goes on to the features. */
    interface Pass extends Forward {

        /**
         * As {@link #backward(INDArray)}, and writes the gradient with respect to the features too.
         *
         * @param featureGradient shape [B, D] in row-major order; written
         */
        INDArray backward(INDArray outputGradient, INDArray featureGradient);
    }
}
