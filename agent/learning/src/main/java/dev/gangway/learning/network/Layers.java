package dev.gangway.learning.network;

import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import java.util.random.RandomGenerator;

/** Makes untrained networks of plans, over parameters of their own. */
public final class Layers {
    private static final Kernel KERNEL = new OpenBlasKernel();

    private Layers() {}

    /**
     * Returns the network of a plan as its initialisation leaves it, computed by OpenBLAS where that pays.
     *
     * @param random for the initialisation; drawn from in the order of the parameters
     * @param precision FLOAT for training, DOUBLE for checking gradients
     */
    public static Layer of(NetworkPlan plan, RandomGenerator random, Precision precision) {
        ParameterVector parameters = ParameterVector.zeros(plan.layout(), precision);
        plan.initialize(parameters, random);
        return plan.over(parameters, KERNEL);
    }
}
