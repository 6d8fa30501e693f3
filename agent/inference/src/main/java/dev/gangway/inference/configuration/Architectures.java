package dev.gangway.inference.configuration;

import dev.gangway.environment.Dict;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tuple;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Filters;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.policy.Architecture;
import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.inference.policy.ImageInput;
import dev.gangway.inference.policy.ObservationEncoder;
import dev.gangway.inference.provider.NetworkProvider;
import dev.gangway.v1.Branch;
import dev.gangway.v1.BranchedNetwork;
import dev.gangway.v1.ConvolutionalNetwork;
import dev.gangway.v1.PolicyConfig;
import dev.gangway.v1.ValueFunctionConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Maps the networks of a resolved experiment to their forms. */
public final class Architectures {
    private Architectures() {}

    /** Returns the network of a policy. */
    public static ArchitectureFactory of(PolicyConfig config, CustomParts custom) {
        return config.hasCustom()
                ? custom.make(NetworkProvider.class, config.getCustom(), "policy.custom")
                : observations -> builtIn(config, observations);
    }

    private static Architecture builtIn(PolicyConfig config, Space observations) {
        int features = features(observations);
        return switch (config.getKindCase()) {
            case LINEAR_LOGISTIC -> outputs -> new NetworkPlan.Linear(features, outputs, false);
            case LINEAR_SOFTMAX -> outputs -> new NetworkPlan.Linear(features, outputs, true);
            case MLP ->
                mlp(
                        features,
                        config.getMlp().getHiddenList(),
                        config.getMlp().getActivation(),
                        new Gains(
                                config.getMlp().getHiddenGain(), config.getMlp().getOutputGain()));
            case CNN ->
                convolutional(
                        observations,
                        config.getCnn().getNetwork(),
                        config.getCnn().getOutputGain());
            case BRANCHED ->
                branched(
                        observations,
                        config.getBranched().getNetwork(),
                        config.getBranched().getOutputGain());
            case CUSTOM, KIND_NOT_SET -> throw Unresolved.field("policy");
        };
    }

    /**
     * Returns the network of a value function.
     *
     * @param path where the value function stands in the experiment
     */
    public static ArchitectureFactory of(ValueFunctionConfig config, String path, CustomParts custom) {
        return config.hasCustom()
                ? custom.make(NetworkProvider.class, config.getCustom(), path + ".custom")
                : observations -> builtIn(config, observations);
    }

    private static Architecture builtIn(ValueFunctionConfig config, Space observations) {
        if (config.hasCnn()) {
            return convolutional(observations, config.getCnn(), config.getOutputGain());
        }
        if (config.hasBranched()) {
            return branched(observations, config.getBranched(), config.getOutputGain());
        }
        return mlp(
                features(observations),
                config.getHiddenList(),
                config.getActivation(),
                new Gains(config.getHiddenGain(), config.getOutputGain()));
    }

    /** Counts the numbers of an observation, of which a network needs one at least. */
    private static int features(Space observations) {
        int size = new ObservationEncoder(observations).size();
        if (size == 0) {
            throw new IllegalArgumentException("Expected an observation of at least one number, found " + observations
                    + ", which holds none; register the environment with a gymnasium.wrappers.TransformObservation that"
                    + " gives a constant, such as [1.0]");
        }
        return size;
    }

    private static Architecture mlp(
            int features, List<Integer> hidden, dev.gangway.v1.Activation activation, Gains gains) {
        return outputs -> NetworkPlan.Dense.mlp(features, hidden, outputs, activation(activation), gains);
    }

    private static Architecture convolutional(Space observations, ConvolutionalNetwork config, double outputGain) {
        NetworkPlan trunk = convolutions(observations, config);
        Gains gains = new Gains(config.getHiddenGain(), outputGain);
        return onto(trunk, config.getHiddenList(), config.getActivation(), gains);
    }

    /** Fully connected layers on a trunk. */
    private static Architecture onto(
            NetworkPlan trunk, List<Integer> hidden, dev.gangway.v1.Activation activation, Gains gains) {
        Architecture head = mlp(trunk.outputs(), hidden, activation, gains);
        return outputs -> new NetworkPlan.Sequential(trunk, head.plan(outputs));
    }

    private static NetworkPlan convolutions(Space observations, ConvolutionalNetwork config) {
        boolean channelsFirst = switch (config.getLayout()) {
            case IMAGE_LAYOUT_CHANNELS_LAST -> false;
            case IMAGE_LAYOUT_CHANNELS_FIRST -> true;
            case IMAGE_LAYOUT_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("cnn.layout");
        };
        ImageInput image = ImageInput.of(observations, channelsFirst);
        NetworkPlan convolutions = new NetworkPlan.Convolutions(
                image.height(),
                image.width(),
                image.channels(),
                config.getConvolutionsList().stream()
                        .map(layer -> new Filters(layer.getFilters(), layer.getKernel(), layer.getStride()))
                        .toList(),
                activation(config.getActivation()),
                config.hasInputScale() ? config.getInputScale() : image.scale(),
                config.getHiddenGain());
        return image.inOrder()
                ? convolutions
                : new NetworkPlan.Chosen(convolutions.inputs(), image.columns(), convolutions);
    }

    private static Architecture branched(Space observations, BranchedNetwork config, double outputGain) {
        Map<String, Space> parts = parts(observations);
        Map<String, Branch> branches = new LinkedHashMap<>();
        for (Branch branch : config.getBranchesList()) {
            if (!parts.containsKey(branch.getPart()) || branches.put(branch.getPart(), branch) != null) {
                throw new IllegalArgumentException("Expected branches for different parts of " + observations
                        + ", each one of " + parts.keySet() + ", found '" + branch.getPart() + "'"
                        + (branches.containsKey(branch.getPart()) ? " twice" : ""));
            }
        }
        List<NetworkPlan.Branch> networks = new ArrayList<>();
        parts.forEach((name, part) -> networks.add(new NetworkPlan.Branch(
                name.isEmpty() ? "observation" : name,
                new ObservationEncoder(part).size(),
                Optional.ofNullable(branches.get(name)).flatMap(branch -> branch(part, branch)))));
        NetworkPlan trunk = new NetworkPlan.Branched(networks);
        Gains gains = new Gains(config.getHiddenGain(), outputGain);
        if (networks.stream().allMatch(branch -> branch.network().isEmpty())) {
            return mlp(trunk.outputs(), config.getHiddenList(), config.getActivation(), gains);
        }
        return onto(trunk, config.getHiddenList(), config.getActivation(), gains);
    }

    /** The parts that can have a branch, by the names that experiments give them, in the order of their features. */
    private static Map<String, Space> parts(Space observations) {
        Map<String, Space> parts = new LinkedHashMap<>();
        if (observations instanceof Dict dict) {
            parts.putAll(dict.spaces());
        } else if (observations instanceof Tuple tuple) {
            IntStream.range(0, tuple.spaces().size())
                    .forEach(i -> parts.put(String.valueOf(i), tuple.spaces().get(i)));
        } else {
            parts.put("", observations);
        }
        return parts;
    }

    /** Returns the network of a branch; empty if it has no layers, so that its part goes on as it is. */
    private static Optional<NetworkPlan> branch(Space part, Branch branch) {
        return switch (branch.getNetworkCase()) {
            case CNN -> {
                NetworkPlan convolutions = convolutions(part, branch.getCnn());
                yield Optional.of(trunk(
                                convolutions.outputs(),
                                branch.getCnn().getHiddenList(),
                                branch.getCnn().getActivation(),
                                branch.getCnn().getHiddenGain())
                        .<NetworkPlan>map(layers -> new NetworkPlan.Sequential(convolutions, layers))
                        .orElse(convolutions));
            }
            case MLP ->
                trunk(
                        features(part),
                        branch.getMlp().getHiddenList(),
                        branch.getMlp().getActivation(),
                        branch.getMlp().getHiddenGain());
            case EMBEDDING -> Optional.of(embedding(part, branch.getEmbedding().getSize()));
            case NETWORK_NOT_SET -> throw Unresolved.field("branches.network");
        };
    }

    /** Returns fully connected layers, the nonlinearity after each; empty if there are none. */
    private static Optional<NetworkPlan> trunk(
            int features, List<Integer> hidden, dev.gangway.v1.Activation activation, double gain) {
        if (hidden.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> sizes = new ArrayList<>(List.of(features));
        sizes.addAll(hidden);
        return Optional.of(new NetworkPlan.Dense(sizes, activation(activation), true, new Gains(gain, gain)));
    }

    /** Of a MultiDiscrete, a table for each element. */
    private static NetworkPlan embedding(Space part, int size) {
        if (part instanceof Discrete discrete) {
            return new NetworkPlan.Embedding(Math.toIntExact(discrete.n()), size);
        }
        if (!(part instanceof MultiDiscrete multi)) {
            throw new IllegalArgumentException(
                    "Expected a Discrete or MultiDiscrete observation to embed, found " + part + "; use an mlp");
        }
        return new NetworkPlan.Branched(IntStream.range(0, multi.nvec().size())
                .mapToObj(i -> {
                    int values = Math.toIntExact(multi.nvec().getLong(i));
                    return new NetworkPlan.Branch(
                            String.valueOf(i), values, Optional.of(new NetworkPlan.Embedding(values, size)));
                })
                .toList());
    }

    private static Activation activation(dev.gangway.v1.Activation activation) {
        return switch (activation) {
            case ACTIVATION_TANH -> Activation.TANH;
            case ACTIVATION_RELU -> Activation.RELU;
            case ACTIVATION_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("activation");
        };
    }
}
