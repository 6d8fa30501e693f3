package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.Architectures;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.learning.estimator.CriticFactory;
import dev.gangway.learning.estimator.CriticParts;
import dev.gangway.learning.estimator.LearningParts;
import dev.gangway.learning.estimator.ValueFunction;
import dev.gangway.learning.estimator.ValueNetwork;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.provider.CriticProvider;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.ValueFunctionConfig;
import java.util.Optional;

/** Maps what learns values in a resolved experiment: V, with a network of its own or the policy's, or Q. */
final class CriticChoices {
    private static final String STATE_VALUE = "estimator.value_function";
    private static final String ACTION_VALUE = "estimator.action_value.function";

    private CriticChoices() {}

    /** Returns the critic of an experiment; empty when nothing learns values. */
    static Optional<CriticFactory> of(EstimatorConfig config, CustomParts custom) {
        if (config.hasActionValue()) {
            ValueFunctionConfig function = config.getActionValue().getFunction();
            check(function, ACTION_VALUE, custom);
            return Optional.of(parts -> valueFunction(
                    function, ACTION_VALUE, custom, LearningParts.discreteActions(parts.environment()), parts));
        }
        if (config.hasValueFunction()) {
            check(config.getValueFunction(), STATE_VALUE, custom);
            return Optional.of(parts -> valueFunction(config.getValueFunction(), STATE_VALUE, custom, 1, parts));
        }
        if (config.hasSharedValueFunction()) {
            return Optional.of(
                    CriticFactory.shared(config.getSharedValueFunction().getCoefficient()));
        }
        if (config.hasCustomCritic()) {
            return Optional.of(custom.make(CriticProvider.class, config.getCustomCritic(), "estimator.custom_critic"));
        }
        return Optional.empty();
    }

    /** Makes what the settings of providers are refused by, before there is an environment. */
    private static void check(ValueFunctionConfig value, String path, CustomParts custom) {
        ArchitectureFactory network = Architectures.of(value, path, custom);
        ScheduledOptimizer optimizer = OptimizerChoices.of(value.getOptimizer(), path + ".optimizer", custom);
        assert network != null && optimizer != null;
    }

    /**
     * Makes a value function.
     *
     * @param path where it stands in the experiment
     * @param outputs 1 for V(s), the number of actions for Q(s, ·)
     */
    static ValueFunction valueFunction(
            ValueFunctionConfig value, String path, CustomParts custom, int outputs, CriticParts parts) {
        double clip = value.hasClip() ? value.getClip() : Double.POSITIVE_INFINITY;
        return new ValueFunction(
                new ValueNetwork(
                        parts.network(
                                Architectures.of(value, path, custom)
                                        .make(parts.environment().observationSpace()),
                                outputs,
                                0),
                        clip),
                OptimizerChoices.of(value.getOptimizer(), path + ".optimizer", custom),
                value.getEpochs(),
                new Minibatches(value.getMinibatches()));
    }
}
