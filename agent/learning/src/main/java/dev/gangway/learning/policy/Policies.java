package dev.gangway.learning.policy;

import dev.gangway.environment.Discrete;
import dev.gangway.environment.Space;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.AppendedOutputs;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.Head;
import dev.gangway.inference.network.Kernel;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import dev.gangway.inference.policy.Architecture;
import dev.gangway.inference.policy.BernoulliLogit;
import dev.gangway.inference.policy.Categorical;
import dev.gangway.inference.policy.DiagonalGaussian;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.Distributions;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.learning.network.Layers;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The policies that exist, each for the action spaces that it fits; FLOAT for training, DOUBLE for checking gradients. */
public final class Policies {
    private Policies() {}

    /**
     * Returns π(1|s) = σ(θᵀs), without a bias, from θ = 0.
     *
     * @throws IllegalArgumentException when the action space is not a Discrete of two actions
     */
    public static Policy linearLogistic(int features, Space actions, Precision precision) {
        if (!(actions instanceof Discrete discrete) || discrete.n() != 2) {
            throw new IllegalArgumentException(
                    "Expected a Discrete action space of exactly 2 actions for the policy linear_logistic, found "
                            + actions + "; use linear_softmax or mlp for more discrete actions");
        }
        return new Policy(linear(features, 1, false, precision), new BernoulliLogit());
    }

    /**
     * Returns π(·|s) = softmax(W s + b), from W = 0 and b = 0.
     *
     * @throws IllegalArgumentException when the action space is not Discrete
     */
    public static Policy linearSoftmax(int features, Space actions, Precision precision) {
        int count = discreteCount(actions);
        return new Policy(linear(features, count, true, precision), new Categorical(count));
    }

    /**
     * Returns a multilayer perceptron with the distribution that fits the action space, see {@link Distributions#of}.
     *
     * @param hidden units of each hidden layer
     * @param outputGain gain of the last layer's initialisation, usually 0.01
     * @param gaussian for a Box, also as a part of a Tuple or Dict; means nothing for others
     * @param random for the initialisation
     * @throws IllegalArgumentException when there is no policy for such a space
     */
    public static Policy mlp(
            int features,
            Space actions,
            int[] hidden,
            Activation activation,
            double outputGain,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        List<Integer> units = Arrays.stream(hidden).boxed().toList();
        Gains gains = new Gains(Math.sqrt(2), outputGain);
        return of(
                outputs -> NetworkPlan.Dense.mlp(features, units, outputs, activation, gains),
                actions,
                gaussian,
                random,
                precision);
    }

    /**
     * As above, with another network.
     *
     * @param architecture where log σ depends on the state, its last arrays must be the outputs' weights and bias
     */
    public static Policy of(
            Architecture architecture,
            Space actions,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        return of(architecture, gaussian.distribution(actions), gaussian, random, precision);
    }

    /** As above, with another distribution than the one that fits the action space. */
    public static Policy of(
            Architecture architecture,
            Distribution distribution,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        NetworkPlan plan = architecture.plan(networkOutputs(distribution, gaussian));
        Layer network = Layers.of(plan, random, precision);
        return new Policy(withLogStd(plan, network, distribution, gaussian), distribution);
    }

    private static Layer linear(int inputs, int outputs, boolean biased, Precision precision) {
        NetworkPlan plan = new NetworkPlan.Linear(inputs, outputs, biased);
        return plan.over(ParameterVector.zeros(plan.layout(), precision), Kernel.PLAIN_LOOPS);
    }

    /** Returns how many outputs a network has for a distribution: those of the distribution, without the log σ that are parameters. */
    private static int networkOutputs(Distribution distribution, GaussianOptions gaussian) {
        return distribution.outputSize() - (gaussian.stateDependent() ? 0 : logStds(distribution).length);
    }

    /**
     * As above, with V(s) as one more output of the same network, behind those of the policy: two linear heads on a trunk.
     *
     * @param valueFactor by which the weights of V's output are multiplied at first, where the network ends in a linear layer
     */
    public static ActorCritic withValue(
            Architecture architecture,
            double valueFactor,
            Space actions,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        return withValue(architecture, valueFactor, gaussian.distribution(actions), gaussian, random, precision);
    }

    /** As above, with another distribution than the one that fits the action space. */
    public static ActorCritic withValue(
            Architecture architecture,
            double valueFactor,
            Distribution distribution,
            GaussianOptions gaussian,
            RandomGenerator random,
            Precision precision) {
        int outputs = distribution.outputSize();
        int own = networkOutputs(distribution, gaussian);
        NetworkPlan plan = architecture.plan(own + 1);
        Layer layer = Layers.of(plan, random, precision);
        if (plan.endsInLinearLayer()) {
            List<ParameterLayout.Slot> slots = layer.parameters().slots();
            String name = slots.get(slots.size() - 2).name();
            double[] weights = layer.parameters().toDoubles(name);
            for (int i = own; i < weights.length; i += own + 1) {
                weights[i] *= layer.parameters().round(valueFactor);
            }
            layer.parameters().assign(name, weights);
        }
        Network both = withLogStd(plan, layer, distribution, gaussian);
        return new ActorCritic(
                new Policy(new Head(both, 0, outputs), distribution), Optional.of(new Head(both, outputs, 1)));
    }

    /** As {@link #mlp(int, Space, int[], Activation, double, GaussianOptions, RandomGenerator, Precision)}, Discrete only. */
    public static Policy mlpSoftmax(
            int features,
            Space actions,
            int[] hidden,
            Activation activation,
            double outputGain,
            RandomGenerator random,
            Precision precision) {
        discreteCount(actions);
        return mlp(features, actions, hidden, activation, outputGain, GaussianOptions.defaults(), random, precision);
    }

    /**
     * Returns a ~ N(W s + b, σ²) with one trained log σ per number of the action and W = 0, b = 0.
     *
     * @throws IllegalArgumentException when the action space is not a Box
     */
    public static Policy linearGaussian(int features, Space actions, double initialLogStd, Precision precision) {
        if (!(Distributions.of(actions, false) instanceof DiagonalGaussian gaussian)) {
            throw new IllegalArgumentException(
                    "Expected a Box action space for the linear Gaussian policy, found " + actions);
        }
        Layer network = linear(features, gaussian.actionSize(), true, precision);
        GaussianOptions options = new GaussianOptions(initialLogStd, false, false);
        return new Policy(appended(network, logStds(gaussian), options), gaussian);
    }

    /** Completes a network for a distribution with log σ; returns it as it is for others. */
    private static Network withLogStd(
            NetworkPlan plan, Layer network, Distribution distribution, GaussianOptions options) {
        int[] columns = logStds(distribution);
        if (columns.length == 0) {
            return network;
        }
        if (!options.stateDependent()) {
            return appended(network, columns, options);
        }
        if (!plan.endsInLinearLayer()) {
            throw new IllegalArgumentException("Expected a network that ends in a linear layer for"
                    + " policy.gaussian.log_std LOG_STD_NETWORK, found " + plan + "; set LOG_STD_PARAMETER");
        }
        ParameterVector parameters = network.parameters();
        List<ParameterLayout.Slot> slots = parameters.slots();
        String name = slots.get(slots.size() - 1).name();
        double[] bias = parameters.toDoubles(name);
        for (int output : columns) {
            bias[output] = options.initialLogStd();
        }
        parameters.assign(name, bias);
        return network;
    }

    private static Network appended(Layer network, int[] columns, GaussianOptions options) {
        double[] initial = new double[columns.length];
        Arrays.fill(initial, options.initialLogStd());
        return AppendedOutputs.to(network, "log_std", columns, initial);
    }

    private static int[] logStds(Distribution distribution) {
        return distribution.logStdOutputs().toArray();
    }

    private static int discreteCount(Space actions) {
        if (actions instanceof Discrete discrete) {
            return Math.toIntExact(discrete.n());
        }
        throw new IllegalArgumentException("Expected a Discrete action space for linear_softmax, found " + actions
                + "; mlp acts in MultiDiscrete, MultiBinary, Box (float32, float64), Tuple and Dict spaces too");
    }
}
