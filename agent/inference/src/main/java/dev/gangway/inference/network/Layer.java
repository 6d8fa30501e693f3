package dev.gangway.inference.network;

/** A network that can be a piece of a larger one: its parameters may lie in another's vector. */
public interface Layer extends Network {

    /**
     * Returns the same function over other parameters.
     *
     * @param parameters of this layout, live or frozen
     */
    Layer over(ParameterVector parameters);

    @Override
    default Layer snapshot() {
        return over(parameters().freeze());
    }

    @Override
    Pass forward(double[] features);

    /** One evaluation, whose gradient goes on to the features, and which goes on with a derivative of its features. */
    interface Pass extends Forward {

        @Override
        default double[] backward(double[] outputGradient) {
            return backward(outputGradient, null);
        }

        /**
         * As {@link #backward(double[])}, and writes the gradient with respect to the features too.
         *
         * @param featureGradient shape [B, D]; overwritten, or null where nobody wants it
         */
        double[] backward(double[] outputGradient, double[] featureGradient);

        @Override
        default double[] tangent(double[] direction) {
            return tangent(direction, null);
        }

        /**
         * As {@link #tangent(double[])}, where the features change as well.
         *
         * @param featureTangent the derivative of the features, shape [B, D], or null where they stay as they are
         */
        double[] tangent(double[] direction, double[] featureTangent);
    }
}
