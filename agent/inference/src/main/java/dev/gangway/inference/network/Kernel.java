package dev.gangway.inference.network;

/**
 * How the layers that cost time are computed: plain loops, or the products of a native library.
 *
 * <p>A kernel is chosen when a network is made. Where it has several ways, it decides by fixed sizes that benchmarks found, and
 * never by measuring while it runs, so that the same batch gives the same numbers every time. Implementations are immutable.
 */
public interface Kernel {
    /** Loops over plain arrays, in double precision, alike on every processor. They need no library. */
    Kernel PLAIN_LOOPS = new Kernel() {
        @Override
        public Layer dense(DenseLayers layers, ParameterVector parameters) {
            return new DenseLoops(layers, parameters);
        }

        @Override
        public Layer convolutions(NetworkPlan.Convolutions plan, ParameterVector parameters) {
            return new ConvolutionLoops(plan, parameters);
        }
    };

    /** Returns fully connected layers over parameters of {@link DenseLayers#layout}. */
    Layer dense(DenseLayers layers, ParameterVector parameters);

    /** Returns convolutions over parameters of {@link NetworkPlan.Convolutions#layout}. */
    Layer convolutions(NetworkPlan.Convolutions plan, ParameterVector parameters);
}
