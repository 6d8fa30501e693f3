package dev.gangway.learning.experiment;

import dev.gangway.learning.estimator.CriticFactory;
import dev.gangway.learning.estimator.CriticParts;
import dev.gangway.learning.estimator.LearningParts;
import dev.gangway.learning.estimator.ValueFunction;
import dev.gangway.learning.estimator.ValueNetwork;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.ValueFunctionConfig;
import java.util.Optional;

/** Maps what learns values in a resolved experiment: V, with a network of its own or the policy's, or Q. */
final class CriticChoices {
    private CriticChoices() {}

    /** Returns the critic of an experiment; empty when nothing learns values. */
    static Optional<CriticFactory> of(EstimatorConfig config) {
        if (config.hasActionValue()) {
            ValueFunctionConfig function = config.getActionValue().getFunction();
            return Optional.of(
                    parts -> valueFunction(function, LearningParts.discreteActions(parts.environment()), parts));
        }
        if (config.hasValueFunction()) {
            return Optional.of(parts -> valueFunction(config.getValueFunction(), 1, parts));
        }
        if (config.hasSharedValueFunction()) {
            return Optional.of(
                    CriticFactory.shared(config.getSharedValueFunction().getCoefficient()));
        }
        return Optional.empty();
    }

    static ValueFunction valueFunction(ValueFunctionConfig value, int outputs, CriticParts parts) {
        double clip = value.hasClip() ? value.getClip() : Double.POSITIVE_INFINITY;
        return new ValueFunction(
                new ValueNetwork(
                        parts.network(
                                Architectures.of(value, parts.environment().observationSpace()), outputs, 0),
                        clip),
                OptimizerChoices.of(value.getOptimizer()),
                value.getEpochs(),
                new Minibatches(value.getMinibatches()));
    }
}
