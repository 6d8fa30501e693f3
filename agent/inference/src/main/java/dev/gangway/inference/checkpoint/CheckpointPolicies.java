package dev.gangway.inference.checkpoint;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.gangway.environment.Space;
import dev.gangway.inference.configuration.Architectures;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.inference.configuration.MaskedActions;
import dev.gangway.inference.configuration.ObservationMoments;
import dev.gangway.inference.network.AppendedOutputs;
import dev.gangway.inference.network.Head;
import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.NormalizedNetwork;
import dev.gangway.inference.policy.Architecture;
import dev.gangway.inference.policy.BernoulliLogit;
import dev.gangway.inference.policy.DiagonalGaussian;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.DistributionFactory;
import dev.gangway.inference.policy.Distributions;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.inference.provider.DistributionProvider;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.GaussianConfig;
import dev.gangway.v1.NamedTensor;
import dev.gangway.v1.PolicyConfig;
import dev.gangway.v1.ProgramPart;
import dev.gangway.v1.Squash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Makes the policies to act with of checkpoints, by plain loops. */
public final class CheckpointPolicies {
    /** The settings of a policy that are understood here; others may change what it does. */
    private static final Set<String> KNOWN = Set.of(
            "linear_logistic",
            "linear_softmax",
            "mlp",
            "cnn",
            "branched",
            "custom",
            "custom_distribution",
            "gaussian",
            "normalize_observations",
            "action_mask");

    private CheckpointPolicies() {}

    /**
     * Returns the policy of a checkpoint, frozen.
     *
     * @param observations what its networks see, see {@link MaskedActions#seen(PolicyConfig, Space)}
     * @param actions its space of actions
     * @throws IllegalArgumentException when the checkpoint holds a network that is not known here
     */
    public static PolicySnapshot of(Checkpoint checkpoint, Space observations, Space actions, CustomParts custom) {
        PolicyConfig config = checkpoint.getExperiment().getPolicy();
        for (FieldDescriptor field : config.getAllFields().keySet()) {
            if (!KNOWN.contains(field.getName())) {
                throw new IllegalArgumentException(
                        "Expected a policy of linear_logistic, linear_softmax, mlp, cnn, branched or custom in the checkpoint, found policy."
                                + field.getName() + ", which is not known here yet");
            }
        }
        List<NamedTensor> arrays = new ArrayList<>(checkpoint.getPolicyList());
        double[] appended = {};
        if (!arrays.isEmpty() && arrays.get(arrays.size() - 1).getName().equals("log_std")) {
            appended =
                    CheckpointTensors.doubles(arrays.remove(arrays.size() - 1).getTensor());
        }
        Distribution distribution = distribution(config, actions, custom);
        int outputs = distribution.outputSize() - appended.length;
        Architecture architecture = Architectures.of(config, custom).make(observations);
        NetworkPlan plan = architecture.plan(outputs);
        boolean withValue = checkpoint.getExperiment().getEstimator().hasSharedValueFunction();
        if (withValue && plan.endsInLinearLayer()) {
            arrays.addAll(withoutValue(arrays.remove(arrays.size() - 2), arrays.remove(arrays.size() - 1)));
            withValue = false;
        } else if (withValue) {
            plan = architecture.plan(outputs + 1);
        }
        Layer layer = plan.frozen(CheckpointTensors.flat(plan.layout(), arrays));
        Network network = appended.length == 0
                ? layer
                : AppendedOutputs.to(
                                layer, "log_std", distribution.logStdOutputs().toArray(), appended)
                        .snapshot();
        if (withValue) {
            network = new Head(network, 0, distribution.outputSize());
        }
        Optional<InputNormalizer> moments = ObservationMoments.of(config, observations);
        if (moments.isPresent()) {
            moments.get().importState(CheckpointTensors.state(checkpoint.getObservationNormalizationList()));
            network = new NormalizedNetwork(network, moments.get()::current).snapshot();
        }
        return new PolicySnapshot(network, distribution);
    }

    /** Returns the last layer without the last of its outputs, which is V(s). */
    private static List<NamedTensor> withoutValue(NamedTensor weights, NamedTensor bias) {
        int outputs = (int) bias.getTensor().getShape(0);
        List<NamedTensor> kept = new ArrayList<>();
        for (NamedTensor tensor : List.of(weights, bias)) {
            double[] all = CheckpointTensors.doubles(tensor.getTensor());
            double[] own = IntStream.range(0, all.length)
                    .filter(i -> i % outputs < outputs - 1)
                    .mapToDouble(i -> all[i])
                    .toArray();
            List<Long> shape = new ArrayList<>(tensor.getTensor().getShapeList());
            shape.set(shape.size() - 1, outputs - 1L);
            kept.add(CheckpointTensors.named(tensor.getName(), shape, own));
        }
        return kept;
    }

    /** Returns the distribution of a provider. */
    public static DistributionFactory distribution(PolicyConfig config, CustomParts custom) {
        return custom.make(DistributionProvider.class, config.getCustomDistribution(), "policy.custom_distribution");
    }

    private static Distribution distribution(PolicyConfig config, Space actions, CustomParts custom) {
        if (config.hasCustomDistribution()) {
            return distribution(config, custom).make(actions);
        }
        return config.hasLinearLogistic() ? new BernoulliLogit() : gaussian(config.getGaussian(), actions);
    }

    private static Distribution gaussian(GaussianConfig config, Space actions) {
        return Distributions.of(actions, config.getSquash() == Squash.SQUASH_TANH, minLogStd(config));
    }

    /** Returns the floor of log σ, which checkpoints from before there was one do not name. */
    public static double minLogStd(GaussianConfig config) {
        return config.hasMinLogStd() ? config.getMinLogStd() : DiagonalGaussian.MIN_LOG_STD;
    }

    /**
     * Checks that a checkpoint is of a training that an experiment describes.
     *
     * @throws IllegalArgumentException when a program put the training together, which alone can do so again
     */
    public static void requireExperiment(Checkpoint checkpoint) {
        if (checkpoint.getExperiment().hasProgram()) {
            throw new IllegalArgumentException(
                    "Expected a checkpoint of an experiment, found one of a training that a Java"
                            + " program put together (" + programEnvironment(checkpoint.getExperiment())
                            + "), whose policy that program alone can make again; use it there");
        }
    }

    /** Returns the id of the environment of a training that a program put together. */
    public static String programEnvironment(Experiment description) {
        return description.getProgram().getPartsList().stream()
                .filter(made -> made.getPart().equals("environment"))
                .map(ProgramPart::getMadeBy)
                .findFirst()
                .orElse("none");
    }

    /** Returns the policy's settings; those that are younger than the checkpoint have their defaults. */
    public static PolicyConfig configuration(Checkpoint checkpoint) {
        PolicyConfig.Builder config = checkpoint.getExperiment().getPolicy().toBuilder();
        FieldRules.resolve(config);
        return config.build();
    }
}
