package dev.gangway.learning.network;

import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/**
 * Fully connected layers: h₀ = x, h_{l+1} = φ(h_l W_l + b_l), and no φ after the last, unless it is a trunk for others.
 *
 * <p>Parameters, in this order: {@code layer0.weights} [in, out], {@code layer0.bias} [out], {@code layer1.weights} …
 *
 * <p>Backward (Rumelhart, Hinton and Williams 1986): δ_L is the gradient with respect to the output; then for each layer
 * from the last on ∂W_l = h_lᵀ δ_{l+1}, ∂b_l = Σ_b δ_{l+1}, δ_l = (δ_{l+1} W_lᵀ) ⊙ φ′.
 */
public final class DenseNetwork implements Layer {
    private final DenseForm form;
    private final DenseLoops loops;
    /** Null where loops do everything. */
    private final DenseProducts products;

    private final Queue<ProductSnapshot.Scratch> actingMemory = new ConcurrentLinkedQueue<>();

    private DenseNetwork(DenseForm form) {
        this.form = form;
        loops = new DenseLoops(form);
        products = form.suitsMatrices() ? new DenseProducts(form) : null;
    }

    private static ParameterVector layout(int[] sizes, boolean biased, Precision precision) {
        for (int size : sizes) {
            if (size < 1) {
                throw new IllegalArgumentException("Expected layer sizes ≥ 1, found " + List.of(boxed(sizes)));
            }
        }
        ParameterVector.Builder builder = ParameterVector.builder(precision);
        for (int l = 0; l + 1 < sizes.length; l++) {
            builder.add(weightsName(l), (long) sizes[l], (long) sizes[l + 1]);
            if (biased) {
                builder.add(biasName(l), (long) sizes[l + 1]);
            }
        }
        return builder.build();
    }

    /**
     * Returns x W, or x W + b, with every parameter 0.
     *
     * @param precision FLOAT for training, DOUBLE for checking gradients
     */
    public static DenseNetwork linear(int inputs, int outputs, boolean biased, Precision precision) {
        int[] sizes = {inputs, outputs};
        return new DenseNetwork(new DenseForm(sizes, biased, Activation.TANH, false, layout(sizes, biased, precision)));
    }

    /**
     * Returns x W: for one-hot x, a row of W for each of the values. Every number of W is drawn from N(0, 1), so that
     * values start far apart.
     */
    public static DenseNetwork embedding(int values, int size, RandomGenerator random, Precision precision) {
        DenseNetwork network = linear(values, size, false, precision);
        network.parameters()
                .assign(DoubleStream.generate(random::nextGaussian)
                        .limit((long) values * size)
                        .toArray());
        return network;
    }

    /**
     * Returns a multilayer perceptron with biases 0 and orthogonal weights (Saxe, McClelland and Ganguli 2014), of gain √2
     * in the hidden layers.
     */
    public static DenseNetwork mlp(
            int inputs,
            int[] hidden,
            int outputs,
            Activation activation,
            double outputGain,
            RandomGenerator random,
            Precision precision) {
        List<Integer> units = Arrays.stream(hidden).boxed().toList();
        Gains gains = new Gains(Math.sqrt(2), outputGain);
        return of(NetworkPlan.Dense.mlp(inputs, units, outputs, activation, gains), random, precision);
    }

    /**
     * Returns a network with biases 0 and orthogonal weights (Saxe, McClelland and Ganguli 2014).
     *
     * @param random the only source of randomness; drawn from layer by layer
     * @param precision FLOAT for training, DOUBLE for checking gradients
     */
    public static DenseNetwork of(NetworkPlan.Dense plan, RandomGenerator random, Precision precision) {
        int[] sizes = plan.units();
        DenseNetwork network = new DenseNetwork(
                new DenseForm(sizes, true, plan.activation(), plan.trunk(), layout(sizes, true, precision)));
        for (int l = 0; l + 1 < sizes.length; l++) {
            double gain =
                    l + 2 == sizes.length ? plan.gains().output() : plan.gains().hidden();
            network.parameters().assign(weightsName(l), Orthogonal.matrix(sizes[l], sizes[l + 1], gain, random));
        }
        return network;
    }

    @Override
    public DenseNetwork over(ParameterVector elsewhere) {
        return new DenseNetwork(new DenseForm(form.sizes(), form.biased(), form.activation(), form.trunk(), elsewhere));
    }

    @Override
    public int inputSize() {
        return form.sizes()[0];
    }

    @Override
    public int outputSize() {
        return form.outputs();
    }

    /** Returns the nonlinearity between layers. */
    public Activation activation() {
        return form.activation();
    }

    @Override
    public ParameterVector parameters() {
        return form.parameters();
    }

    @Override
    public Pass forward(double[] features) {
        int rows = Matrices.rows(features, inputSize());
        if (products != null) {
            float[] numbers = Matrices.toFloats(features);
            if (DenseMatrices.suit(numbers, rows, inputSize())) {
                return products.forward(numbers, rows);
            }
        }
        return loops.forward(features, rows);
    }

    @Override
    public NetworkSnapshot snapshot() {
        double[] parameters = parameters().toDoubles();
        DenseSnapshot snapshot =
                DenseSnapshot.of(form.sizes(), form.biased(), form.activation(), form.trunk(), parameters);
        return products == null
                ? snapshot
                : new ProductSnapshot(snapshot, DenseMatrices.of(form), Matrices.toFloats(parameters), actingMemory);
    }

    static String weightsName(int layer) {
        return "layer" + layer + ".weights";
    }

    static String biasName(int layer) {
        return "layer" + layer + ".bias";
    }

    private static Integer[] boxed(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }
}
