package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.gangway.environment.Space;
import dev.gangway.learning.network.AppendedSnapshot;
import dev.gangway.learning.network.InputNormalizer;
import dev.gangway.learning.network.NetworkPlan;
import dev.gangway.learning.network.NetworkSnapshot;
import dev.gangway.learning.network.NetworkSnapshots;
import dev.gangway.learning.network.NormalizedSnapshot;
import dev.gangway.learning.policy.BernoulliLogit;
import dev.gangway.learning.policy.DiagonalGaussian;
import dev.gangway.learning.policy.Distribution;
import dev.gangway.learning.policy.Distributions;
import dev.gangway.learning.policy.PolicySnapshot;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.GaussianConfig;
import dev.gangway.v1.NamedTensor;
import dev.gangway.v1.PolicyConfig;
import dev.gangway.v1.Squash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Makes snapshots of trained policies straight from checkpoints, without ND4J. */
final class Snapshots {
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

    private Snapshots() {}

    /**
     * Returns the policy of a checkpoint; equal to {@code Checkpoints.policy(checkpoint, spec).snapshot()}.
     *
     * @param observations what its networks see, see {@link MaskedActions#seen(PolicyConfig, Space)}
     * @param actions its space of actions
     * @throws IllegalArgumentException when the checkpoint holds a network that is not known here
     */
    static PolicySnapshot of(Checkpoint checkpoint, Space observations, Space actions, CustomParts custom) {
        PolicyConfig config = checkpoint.getExperiment().getPolicy();
        for (FieldDescriptor field : config.getAllFields().keySet()) {
            if (!KNOWN.contains(field.getName())) {
                throw new IllegalArgumentException(
                        "Expected a policy of linear_logistic, linear_softmax, mlp, cnn, branched or custom in the checkpoint, found policy."
                                + field.getName() + ", which is not known here yet");
            }
        }
        List<NamedTensor> arrays = new ArrayList<>(checkpoint.getPolicyList());
        float[] appended = {};
        if (!arrays.isEmpty() && arrays.get(arrays.size() - 1).getName().equals("log_std")) {
            appended = floats(arrays.remove(arrays.size() - 1));
        }
        if (checkpoint.getExperiment().getEstimator().hasSharedValueFunction()) {
            arrays.addAll(withoutValue(arrays.remove(arrays.size() - 2), arrays.remove(arrays.size() - 1)));
        }
        double[] parameters = arrays.stream()
                .flatMapToDouble(array -> DoubleStream.of(Checkpoints.doubles(array.getTensor())))
                .toArray();
        Distribution distribution = distribution(config, actions, custom);
        NetworkPlan plan =
                Architectures.of(config, custom).make(observations).plan(distribution.outputSize() - appended.length);
        NetworkSnapshot network = NetworkSnapshots.of(plan, parameters);
        if (appended.length > 0) {
            network = new AppendedSnapshot(network, distribution.logStdOutputs().toArray(), appended);
        }
        Optional<InputNormalizer> moments = Normalization.observations(config, observations);
        if (moments.isPresent()) {
            moments.get().importState(Checkpoints.state(checkpoint.getObservationNormalizationList()));
            network = new NormalizedSnapshot(network, moments.get().current());
        }
        return new PolicySnapshot(network, distribution);
    }

    /** Returns the last layer without the last of its outputs, which is V(s). */
    private static List<NamedTensor> withoutValue(NamedTensor weights, NamedTensor bias) {
        int outputs = (int) bias.getTensor().getShape(0);
        List<NamedTensor> kept = new ArrayList<>();
        for (NamedTensor tensor : List.of(weights, bias)) {
            double[] all = Checkpoints.doubles(tensor.getTensor());
            double[] own = IntStream.range(0, all.length)
                    .filter(i -> i % outputs < outputs - 1)
                    .mapToDouble(i -> all[i])
                    .toArray();
            List<Long> shape = new ArrayList<>(tensor.getTensor().getShapeList());
            shape.set(shape.size() - 1, outputs - 1L);
            kept.add(Checkpoints.named(tensor.getName(), shape, own));
        }
        return kept;
    }

    private static Distribution distribution(PolicyConfig config, Space actions, CustomParts custom) {
        if (config.hasCustomDistribution()) {
            return PolicyChoices.distribution(config, custom).make(actions);
        }
        return config.hasLinearLogistic() ? new BernoulliLogit() : gaussian(config.getGaussian(), actions);
    }

    private static Distribution gaussian(GaussianConfig config, Space actions) {
        return Distributions.of(actions, config.getSquash() == Squash.SQUASH_TANH, minLogStd(config));
    }

    /** Returns the floor of log σ, which checkpoints from before there was one do not name. */
    static double minLogStd(GaussianConfig config) {
        return config.hasMinLogStd() ? config.getMinLogStd() : DiagonalGaussian.MIN_LOG_STD;
    }

    private static float[] floats(NamedTensor tensor) {
        double[] values = Checkpoints.doubles(tensor.getTensor());
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
