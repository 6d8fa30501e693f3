package dev.gangway.learning.network;

import dev.gangway.inference.network.DenseLayers;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;

/**
 * Layers by OpenBLAS's products in single precision, where those pay, and else by loops: {@link DenseProducts} says for which
 * batches, {@link ConvolutionProducts} for which passes. Linear layers without a hidden one, and parameters in double
 * precision, are loops.
 */
public final class OpenBlasKernel implements Kernel {

    @Override
    public Layer dense(DenseLayers layers, ParameterVector parameters) {
        boolean products = layers.count() > 1 && layers.biased() && parameters.precision() == Precision.FLOAT;
        return products ? new DenseProducts(layers, parameters) : PLAIN_LOOPS.dense(layers, parameters);
    }

    @Override
    public Layer convolutions(NetworkPlan.Convolutions plan, ParameterVector parameters) {
        return parameters.precision() == Precision.FLOAT
                ? new ConvolutionProducts(plan, parameters)
                : PLAIN_LOOPS.convolutions(plan, parameters);
    }
}
