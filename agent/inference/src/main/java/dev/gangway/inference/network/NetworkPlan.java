package dev.gangway.inference.network;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/**
 * The form of a network, without parameters: what it computes, which arrays it needs, and what they are at first.
 *
 * <p>{@link #over} puts the form over parameters: live ones to learn with, frozen ones to act with. A form knows nothing else,
 * so that the network that learns and the one that acts from a checkpoint cannot differ. Anybody may implement it; forms are
 * immutable and compose.
 */
public interface NetworkPlan {
    /** Returns D, the features of a row. */
    int inputs();

    /** Returns K, the numbers of a row of the output. */
    int outputs();

    /** Returns the names, shapes and places of the parameters. */
    ParameterLayout layout();

    /**
     * Writes what training begins with.
     *
     * @param parameters of this layout, all 0
     * @param random the only source of randomness; drawn from in the order of the parameters
     */
    void initialize(ParameterVector parameters, RandomGenerator random);

    /**
     * Returns the network of this form over parameters.
     *
     * @param parameters of this layout, live or frozen; they are not copied
     * @param kernel computes the layers that cost time, where the form consists of such
     */
    Layer over(ParameterVector parameters, Kernel kernel);

    /**
     * Returns whether the last two arrays are the weights [in, K] and the bias [K] of a linear layer that makes the outputs.
     * What starts an output at another value than 0 relies on it.
     */
    default boolean endsInLinearLayer() {
        return false;
    }

    /**
     * Returns the network to act with from a checkpoint, by plain loops.
     *
     * @param parameters P numbers in the layout's order
     * @throws IllegalArgumentException when there are not P
     */
    default Layer frozen(double[] parameters) {
        return over(ParameterVector.frozen(layout(), parameters), Kernel.PLAIN_LOOPS);
    }

    /** A form that consists of fully connected layers alone. */
    interface DenseForm extends NetworkPlan {
        /** Returns the layers. */
        DenseLayers layers();

        @Override
        default ParameterLayout layout() {
            return layers().layout();
        }

        @Override
        default Layer over(ParameterVector parameters, Kernel kernel) {
            return kernel.dense(layers(), parameters);
        }

        @Override
        default boolean endsInLinearLayer() {
            return layers().biased() && !layers().trunk();
        }
    }

    /** x W, or x W + b, from 0. */
    record Linear(int inputs, int outputs, boolean biased) implements DenseForm {
        @Override
        public DenseLayers layers() {
            return new DenseLayers(new int[] {inputs, outputs}, biased, Activation.TANH, false);
        }

        @Override
        public void initialize(ParameterVector parameters, RandomGenerator random) {
            // Stays 0.
        }
    }

    /**
     * x W: for one-hot x, a row of W for each of the values. Every number of W is drawn from N(0, 1), so that values start far
     * apart.
     */
    record Embedding(int inputs, int outputs) implements DenseForm {
        @Override
        public DenseLayers layers() {
            return new DenseLayers(new int[] {inputs, outputs}, false, Activation.TANH, false);
        }

        @Override
        public void initialize(ParameterVector parameters, RandomGenerator random) {
            parameters.assign(DoubleStream.generate(random::nextGaussian)
                    .limit(parameters.size())
                    .toArray());
        }
    }

    /**
     * Fully connected layers, from biases 0 and orthogonal weights (Saxe, McClelland and Ganguli 2014).
     *
     * @param sizes units of the input and of every layer, the output last
     * @param activation φ between layers
     * @param trunk whether φ follows the last layer too
     * @param gains of the initialisation
     */
    record Dense(List<Integer> sizes, Activation activation, boolean trunk, Gains gains) implements DenseForm {
        /** Returns a multilayer perceptron: φ after each of the hidden layers, none after the last. */
        public static Dense mlp(int inputs, List<Integer> hidden, int outputs, Activation activation, Gains gains) {
            List<Integer> sizes = new ArrayList<>(List.of(inputs));
            sizes.addAll(hidden);
            sizes.add(outputs);
            return new Dense(sizes, activation, false, gains);
        }

        @Override
        public int inputs() {
            return sizes.get(0);
        }

        @Override
        public int outputs() {
            return sizes.get(sizes.size() - 1);
        }

        @Override
        public DenseLayers layers() {
            return new DenseLayers(sizes.stream().mapToInt(Integer::intValue).toArray(), true, activation, trunk);
        }

        @Override
        public void initialize(ParameterVector parameters, RandomGenerator random) {
            for (int l = 0; l + 1 < sizes.size(); l++) {
                double gain = l + 2 == sizes.size() ? gains.output() : gains.hidden();
                parameters.assign(
                        DenseLayers.weightsName(l), Orthogonal.matrix(sizes.get(l), sizes.get(l + 1), gain, random));
            }
        }
    }

    /**
     * Convolutions without padding over images in [height, width, channels] order, φ after each; the output is the last
     * one's, flattened in the same order. They start from biases 0 and orthogonal weights. Parameters:
     * {@code convolution0.weights} [k, k, channels, filters], {@code convolution0.bias} [filters],
     * {@code convolution1.weights} …
     *
     * @param height of the image, which is in [height, width, channels] order
     * @param width of the image
     * @param channels of the image
     * @param filters of each layer
     * @param activation φ
     * @param inputScale what inputs are multiplied by
     * @param gain of the initialisation
     */
    record Convolutions(
            int height,
            int width,
            int channels,
            List<Filters> filters,
            Activation activation,
            double inputScale,
            double gain)
            implements NetworkPlan {
        @Override
        public int inputs() {
            return height * width * channels;
        }

        @Override
        public int outputs() {
            List<Convolution> chain = chain();
            return chain.get(chain.size() - 1).outputSize();
        }

        /**
         * Returns the geometry of each layer.
         *
         * @throws IllegalArgumentException when a layer's kernel does not fit its input
         */
        public List<Convolution> chain() {
            return Convolution.chain(height, width, channels, filters);
        }

        @Override
        public ParameterLayout layout() {
            ParameterLayout.Builder builder = ParameterLayout.builder();
            List<Convolution> chain = chain();
            for (int l = 0; l < chain.size(); l++) {
                Convolution c = chain.get(l);
                long kernel = c.kernel();
                builder.add(weightsName(l), kernel, kernel, (long) c.channels(), (long) c.filters())
                        .add("convolution" + l + ".bias", (long) c.filters());
            }
            return builder.build();
        }

        @Override
        public void initialize(ParameterVector parameters, RandomGenerator random) {
            List<Convolution> chain = chain();
            for (int l = 0; l < chain.size(); l++) {
                Convolution c = chain.get(l);
                parameters.assign(weightsName(l), Orthogonal.matrix(c.patchSize(), c.filters(), gain, random));
            }
        }

        @Override
        public Layer over(ParameterVector parameters, Kernel kernel) {
            return kernel.convolutions(this, parameters);
        }

        private static String weightsName(int layer) {
            return "convolution" + layer + ".weights";
        }
    }

    /** A network that sees the features in another order, or some of them; {@link ChosenFeatures}. */
    record Chosen(int inputs, int[] columns, NetworkPlan network) implements NetworkPlan {
        @Override
        public int outputs() {
            return network.outputs();
        }

        @Override
        public ParameterLayout layout() {
            return network.layout();
        }

        @Override
        public void initialize(ParameterVector parameters, RandomGenerator random) {
            network.initialize(parameters, random);
        }

        @Override
        public Layer over(ParameterVector parameters, Kernel kernel) {
            return new ChosenFeatures(inputs, columns, network.over(parameters, kernel));
        }

        @Override
        public boolean endsInLinearLayer() {
            return network.endsInLinearLayer();
        }
    }

    /** A network on the outputs of another: head(trunk(x)). Parameters: {@code trunk.…}, then {@code head.…}. */
    record Sequential(NetworkPlan trunk, NetworkPlan head) implements NetworkPlan {
        /** Refuses a head that does not take as many features as the trunk puts out. */
        public Sequential {
            if (trunk.outputs() != head.inputs()) {
                throw new IllegalArgumentException("Expected a head for the trunk's " + trunk.outputs()
                        + " outputs, found one for " + head.inputs());
            }
        }

        @Override
        public int inputs() {
            return trunk.inputs();
        }

        @Override
        public int outputs() {
            return head.outputs();
        }

        @Override
        public ParameterLayout layout() {
            Map<String, ParameterLayout> parts = new LinkedHashMap<>();
            parts.put("trunk.", trunk.layout());
            parts.put("head.", head.layout());
            return ParameterLayout.join(parts);
        }

        @Override
        public void initialize(ParameterVector parameters, RandomGenerator random) {
            List<ParameterVector> parts = parameters.split(List.of(trunk.layout(), head.layout()));
            trunk.initialize(parts.get(0), random);
            head.initialize(parts.get(1), random);
        }

        @Override
        public Layer over(ParameterVector parameters, Kernel kernel) {
            List<ParameterVector> parts = parameters.split(List.of(trunk.layout(), head.layout()));
            return new SequentialNetwork(trunk.over(parts.get(0), kernel), head.over(parts.get(1), kernel), parameters);
        }

        @Override
        public boolean endsInLinearLayer() {
            return head.endsInLinearLayer();
        }
    }

    /**
     * Networks side by side, each on the next columns; {@link BranchedNetwork}. Parameters: those of each branch, named
     * {@code <branch>.…}.
     *
     * @param branches in the order of their columns, at least one of them with a network
     */
    record Branched(List<Branch> branches) implements NetworkPlan {
        @Override
        public int inputs() {
            return branches.stream().mapToInt(Branch::size).sum();
        }

        @Override
        public int outputs() {
            return branches.stream()
                    .mapToInt(
                            branch -> branch.network().map(NetworkPlan::outputs).orElse(branch.size()))
                    .sum();
        }

        @Override
        public ParameterLayout layout() {
            Map<String, ParameterLayout> parts = new LinkedHashMap<>();
            branches.forEach(branch ->
                    branch.network().ifPresent(network -> parts.put(branch.name() + ".", network.layout())));
            return ParameterLayout.join(parts);
        }

        private List<NetworkPlan> networks() {
            return branches.stream()
                    .flatMap(branch -> branch.network().stream())
                    .toList();
        }

        private List<ParameterVector> split(ParameterVector parameters) {
            return parameters.split(networks().stream().map(NetworkPlan::layout).toList());
        }

        @Override
        public void initialize(ParameterVector parameters, RandomGenerator random) {
            List<ParameterVector> parts = split(parameters);
            for (int i = 0; i < parts.size(); i++) {
                networks().get(i).initialize(parts.get(i), random);
            }
        }

        @Override
        public Layer over(ParameterVector parameters, Kernel kernel) {
            Iterator<ParameterVector> parts = split(parameters).iterator();
            List<BranchedNetwork.Branch> networks = branches.stream()
                    .map(branch -> new BranchedNetwork.Branch(
                            branch.size(), branch.network().map(network -> network.over(parts.next(), kernel))))
                    .toList();
            return new BranchedNetwork(networks, parameters);
        }
    }

    /**
     * One of several.
     *
     * @param name unique
     * @param size columns
     * @param network what sees them; empty: they go on as they are
     */
    record Branch(String name, int size, Optional<NetworkPlan> network) {
        /** Refuses a network for another number of columns. */
        public Branch {
            network.ifPresent(plan -> {
                if (plan.inputs() != size) {
                    throw new IllegalArgumentException("Expected a network for the " + size + " features of " + name
                            + ", found one for " + plan.inputs());
                }
            });
        }
    }
}
