package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvSpec;
import dev.gangway.inference.checkpoint.CheckpointPolicies;
import dev.gangway.inference.configuration.Architectures;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.Unresolved;
import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.inference.policy.DistributionFactory;
import dev.gangway.inference.policy.GaussianOptions;
import dev.gangway.learning.policy.ActorCritic;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.policy.PolicyFactory;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.GaussianConfig;
import dev.gangway.v1.PolicyConfig;
import java.util.Locale;

/** Maps the policy of a resolved experiment; {@link Architectures} maps its network. */
final class PolicyChoices {
    private PolicyChoices() {}

    /**
     * Returns the policy of an experiment, with a value head where the experiment's value function shares its network. Errors
     * name the field.
     */
    static PolicyFactory of(Experiment experiment, CustomParts custom) {
        PolicyConfig config = experiment.getPolicy();
        PolicyFactory policy = unnamed(experiment, custom);
        return (environment, random) -> {
            try {
                ActorCritic networks = policy.make(environment, random);
                checkGaussian(config.getGaussian(), networks.policy(), environment);
                return networks;
            } catch (IllegalArgumentException e) {
                String field = "policy." + config.getKindCase().name().toLowerCase(Locale.ROOT);
                throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
            }
        };
    }

    private static PolicyFactory unnamed(Experiment experiment, CustomParts custom) {
        PolicyConfig config = experiment.getPolicy();
        return switch (config.getKindCase()) {
            case LINEAR_LOGISTIC -> PolicyFactory.linearLogistic();
            case LINEAR_SOFTMAX -> PolicyFactory.linearSoftmax();
            case MLP -> withHeads(experiment, config.getMlp().getOutputGain(), custom);
            case CNN -> withHeads(experiment, config.getCnn().getOutputGain(), custom);
            case BRANCHED -> withHeads(experiment, config.getBranched().getOutputGain(), custom);
            case CUSTOM -> withHeads(experiment, 1, custom);
            case KIND_NOT_SET -> throw Unresolved.field("policy");
        };
    }

    private static PolicyFactory withHeads(Experiment experiment, double policyGain, CustomParts custom) {
        ArchitectureFactory architecture = Architectures.of(experiment.getPolicy(), custom);
        GaussianOptions gaussian = gaussian(experiment.getPolicy().getGaussian());
        DistributionFactory distribution = experiment.getPolicy().hasCustomDistribution()
                ? CheckpointPolicies.distribution(experiment.getPolicy(), custom)
                : gaussian::distribution;
        if (!experiment.getEstimator().hasSharedValueFunction()) {
            return PolicyFactory.of(architecture, gaussian, distribution);
        }
        double valueGain = experiment.getEstimator().getSharedValueFunction().getOutputGain();
        return PolicyFactory.withValueHead(architecture, gaussian, distribution, valueGain / policyGain);
    }

    /** Refuses settings that would have no effect. */
    private static void checkGaussian(GaussianConfig config, Policy policy, EnvSpec spec) {
        boolean used = policy.distribution().logStdOutputs().findAny().isPresent();
        if (!used && !gaussian(config).equals(GaussianOptions.defaults())) {
            throw new IllegalArgumentException("expected policy.gaussian to be left out, because no action is a Box,"
                    + " found it with the action space " + spec.actionSpace());
        }
    }

    private static GaussianOptions gaussian(GaussianConfig config) {
        boolean fromNetwork = switch (config.getLogStd()) {
            case LOG_STD_PARAMETER -> false;
            case LOG_STD_NETWORK -> true;
            case LOG_STD_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("policy.gaussian.log_std");
        };
        boolean squashed = switch (config.getSquash()) {
            case SQUASH_NONE -> false;
            case SQUASH_TANH -> true;
            case SQUASH_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("policy.gaussian.squash");
        };
        return new GaussianOptions(
                config.getInitialLogStd(), fromNetwork, squashed, CheckpointPolicies.minLogStd(config));
    }
}
