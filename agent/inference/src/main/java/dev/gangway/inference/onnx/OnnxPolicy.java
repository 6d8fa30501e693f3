package dev.gangway.inference.onnx;

import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Affine;
import dev.gangway.inference.network.AppendedOutputs;
import dev.gangway.inference.network.BranchedNetwork;
import dev.gangway.inference.network.ChosenFeatures;
import dev.gangway.inference.network.ConvolutionLoops;
import dev.gangway.inference.network.DenseLoops;
import dev.gangway.inference.network.Filters;
import dev.gangway.inference.network.Head;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.NormalizedNetwork;
import dev.gangway.inference.network.SequentialNetwork;
import dev.gangway.inference.network.Standardization;
import dev.gangway.inference.onnx.OnnxGraph.Attribute;
import dev.gangway.inference.policy.BernoulliLogit;
import dev.gangway.inference.policy.Categorical;
import dev.gangway.inference.policy.DiagonalGaussian;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.Independent;
import dev.gangway.inference.policy.PolicySnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A policy as an ONNX model. Input {@code observation}: float32 [batch, D], flattened as {@code ObservationEncoder} does,
 * without masks. Input {@code action_mask}, for a policy that was trained with masks: float32 [batch, M] with one number for
 * each of the M outputs of the network, in the order of the action space's elements: 1 for a category that is allowed and 0
 * for one that is not; for each element of a MultiBinary the value that it must have, or 2. Outputs, float32 as well, by the
 * distribution:
 *
 * <pre>
 * Categorical       probabilities [batch, K]
 * Bernoulli         probabilities [batch, 2]: of 0 and of 1
 * several of them   probabilities_0, probabilities_1, … likewise, one for each number of an action
 * Gaussian          mean [batch, A] and log_std [batch, A], not below its floor, before any clipping to the space's bounds
 * </pre>
 */
public final class OnnxPolicy {
    private static final Map<String, Attribute> ROWS = Map.of("axis", Attribute.of(1));

    private final OnnxGraph graph;

    private OnnxPolicy(OnnxGraph graph) {
        this.graph = graph;
    }

    /**
     * Returns the model's file.
     *
     * @param masked whether masks are an input
     * @param name of the graph
     * @param metadata kept in the model under these keys
     * @throws IllegalArgumentException when the policy has a part that has no such form here
     */
    public static byte[] of(PolicySnapshot policy, boolean masked, String name, Map<String, String> metadata) {
        OnnxPolicy model = new OnnxPolicy(new OnnxGraph());
        String input = model.graph.input("observation", policy.network().inputSize());
        String outputs = model.network(policy.network(), input);
        if (masked) {
            outputs = model.masked(outputs, policy.distribution());
        }
        model.distribution(policy.distribution(), outputs);
        return model.graph.toBytes(name, metadata);
    }

    private String network(Network network, String input) {
        if (network instanceof OnnxNetwork own) {
            return own.addTo(graph, input);
        }
        if (network instanceof DenseLoops dense) {
            return dense(dense, input);
        }
        if (network instanceof AppendedOutputs appended) {
            return appended(appended, input);
        }
        if (network instanceof Head head) {
            String all = network(head.network(), input);
            return graph.node("Slice", slice(all, head.first(), head.first() + head.outputSize()), Map.of());
        }
        if (network instanceof NormalizedNetwork normalized) {
            return network(normalized.network(), standardized(normalized.standardization(), input));
        }
        if (network instanceof SequentialNetwork sequential) {
            return network(sequential.head(), network(sequential.trunk(), input));
        }
        if (network instanceof ChosenFeatures chosen) {
            long[] columns =
                    IntStream.of(chosen.columns()).mapToLong(column -> column).toArray();
            return network(chosen.network(), graph.node("Gather", List.of(input, graph.constant(columns)), ROWS));
        }
        if (network instanceof BranchedNetwork branched) {
            return branched(branched, input);
        }
        if (network instanceof ConvolutionLoops convolutional) {
            return convolutional(convolutional, input);
        }
        throw new IllegalArgumentException(
                "Expected a network of dense layers, convolutions or branches to export, or an"
                        + " OnnxNetwork, found a " + network.getClass().getSimpleName());
    }

    private String standardized(Standardization standardization, String input) {
        String centred = elementwise("Sub", input, standardization.shift());
        String scaled = elementwise("Mul", centred, standardization.factor());
        String bounded = elementwise("Min", scaled, standardization.limit());
        return elementwise(
                "Max",
                bounded,
                DoubleStream.of(standardization.limit()).map(limit -> -limit).toArray());
    }

    private String elementwise(String operator, String value, double[] columns) {
        return graph.node(operator, List.of(value, graph.constant(numbers(columns), columns.length)), Map.of());
    }

    /** Returns the numbers of rows, one after the other. */
    private static float[] numbers(double[]... rows) {
        float[] numbers = new float[rows.length * rows[0].length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) rows[i / rows[0].length][i % rows[0].length];
        }
        return numbers;
    }

    private String dense(DenseLoops network, String input) {
        String value = input;
        List<Affine> layers = network.layers();
        for (int l = 0; l < layers.size(); l++) {
            Affine layer = layers.get(l);
            String weights = graph.constant(numbers(layer.weights()), layer.inputs(), layer.outputs());
            String bias = graph.constant(numbers(layer.bias()), layer.outputs());
            value = graph.node("Gemm", List.of(value, weights, bias), Map.of());
            if (network.form().activated(l)) {
                value = activated(network.form().activation(), value);
            }
        }
        return value;
    }

    private String activated(Activation activation, String value) {
        String operator = switch (activation) {
            case TANH -> "Tanh";
            case RELU -> "Relu";
        };
        return graph.node(operator, List.of(value), Map.of());
    }

    private String branched(BranchedNetwork network, String input) {
        List<String> outputs = new ArrayList<>();
        int from = 0;
        for (BranchedNetwork.Branch branch : network.branches()) {
            String part = graph.node("Slice", slice(input, from, from + branch.size()), Map.of());
            outputs.add(branch.network().map(inner -> network(inner, part)).orElse(part));
            from += branch.size();
        }
        return graph.node("Concat", outputs, ROWS);
    }

    /** ONNX has the channels before height and width. */
    private String convolutional(ConvolutionLoops network, String input) {
        NetworkPlan.Convolutions plan = network.plan();
        String shape = graph.constant(-1, plan.height(), plan.width(), plan.channels());
        String images = graph.node("Reshape", List.of(input, shape), Map.of());
        String scaled = plan.inputScale() == 1
                ? images
                : graph.node(
                        "Mul", List.of(images, graph.constant(new float[] {(float) plan.inputScale()}, 1)), Map.of());
        String value = transposed(scaled, 0L, 3L, 1L, 2L);
        int channels = plan.channels();
        for (int l = 0; l < plan.filters().size(); l++) {
            Filters filters = plan.filters().get(l);
            Affine layer = network.filters().get(l);
            String weights = transposed(
                    graph.constant(
                            numbers(layer.weights()), filters.kernel(), filters.kernel(), channels, filters.count()),
                    3L,
                    2L,
                    0L,
                    1L);
            long stride = filters.stride();
            value = graph.node(
                    "Conv",
                    List.of(value, weights, graph.constant(numbers(layer.bias()), filters.count())),
                    Map.of("strides", Attribute.of(List.of(stride, stride))));
            value = activated(plan.activation(), value);
            channels = filters.count();
        }
        return graph.node("Flatten", List.of(transposed(value, 0L, 2L, 3L, 1L)), ROWS);
    }

    private String transposed(String value, Long... axes) {
        return graph.node("Transpose", List.of(value), Map.of("perm", Attribute.of(List.of(axes))));
    }

    /** The constants are the bias of a layer without weights, which gives them the batch's rows. */
    private String appended(AppendedOutputs network, String input) {
        String own = network(network.network(), input);
        float[] constants = numbers(network.appended());
        int width = network.network().outputSize();
        String weights = graph.constant(new float[width * constants.length], width, constants.length);
        String bias = graph.constant(constants, constants.length);
        String rows = graph.node("Gemm", List.of(own, weights, bias), Map.of());
        return graph.node("Concat", List.of(own, rows), ROWS);
    }

    /** A category that is forbidden has the logit −∞; an element of a MultiBinary that has to be 1 has the logit ∞. */
    private String masked(String logits, Distribution distribution) {
        List<Distribution> parts =
                distribution instanceof Independent independent ? independent.parts() : List.of(distribution);
        float[] ones = new float[distribution.outputSize()]; // what a 1 in the mask adds to each logit
        int at = 0;
        for (Distribution part : parts) {
            if (part instanceof BernoulliLogit) {
                ones[at] = Float.POSITIVE_INFINITY;
            }
            at += part.outputSize();
        }
        String mask = graph.input("action_mask", ones.length);
        String withoutForbidden = graph.node("Add", List.of(logits, where(mask, 0, Float.NEGATIVE_INFINITY)), Map.of());
        return graph.node("Add", List.of(withoutForbidden, where(mask, 1, ones)), Map.of());
    }

    /** Returns {@code then} where a value equals a number, and 0 elsewhere. */
    private String where(String value, float number, float... then) {
        String equal = graph.node("Equal", List.of(value, graph.constant(new float[] {number}, 1)), Map.of());
        return graph.node(
                "Where",
                List.of(equal, graph.constant(then, then.length), graph.constant(new float[] {0}, 1)),
                Map.of());
    }

    private void distribution(Distribution distribution, String outputs) {
        if (distribution instanceof OnnxDistribution own) {
            own.addTo(graph, outputs);
        } else if (distribution instanceof DiagonalGaussian gaussian) {
            int size = gaussian.actionSize();
            graph.output("mean", size, "Slice", slice(outputs, 0, size), Map.of());
            String logStd = graph.node("Slice", slice(outputs, size, 2 * size), Map.of());
            String floor = graph.constant(new float[] {(float) gaussian.minLogStd()}, 1);
            graph.output("log_std", size, "Max", List.of(logStd, floor), Map.of());
        } else if (distribution instanceof Independent independent) {
            int from = 0;
            for (int i = 0; i < independent.parts().size(); i++) {
                Distribution part = independent.parts().get(i);
                int to = from + part.outputSize();
                probabilities(part, graph.node("Slice", slice(outputs, from, to), Map.of()), "probabilities_" + i);
                from = to;
            }
        } else {
            probabilities(distribution, outputs, "probabilities");
        }
    }

    private void probabilities(Distribution distribution, String logits, String name) {
        if (distribution instanceof Categorical categorical) {
            graph.output(name, categorical.outputSize(), "Softmax", List.of(logits), ROWS);
        } else if (distribution instanceof BernoulliLogit) {
            String negated = graph.node("Neg", List.of(logits), Map.of());
            String zero = graph.node("Sigmoid", List.of(negated), Map.of());
            String one = graph.node("Sigmoid", List.of(logits), Map.of());
            graph.output(name, 2, "Concat", List.of(zero, one), ROWS);
        } else {
            throw new IllegalArgumentException(
                    "Expected a categorical, Bernoulli or normal distribution to export, found " + distribution);
        }
    }

    /** The inputs of Slice: columns [from, to). */
    private List<String> slice(String value, int from, int to) {
        return List.of(
                value, graph.constant(new long[] {from}), graph.constant(new long[] {to}), graph.constant(new long[] {1
                }));
    }
}
