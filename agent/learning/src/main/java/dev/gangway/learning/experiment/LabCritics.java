package dev.gangway.learning.experiment;

import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.learning.estimator.ActionProbabilities;
import dev.gangway.learning.estimator.Critic;
import dev.gangway.learning.estimator.CriticParts;
import dev.gangway.learning.estimator.ExpectedActionValue;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.estimator.StateValue;
import dev.gangway.learning.estimator.ValueFunction;
import dev.gangway.learning.lab.LabEstimators;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.ActionMask;
import dev.gangway.v1.Adam;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.OptimizerConfig;
import dev.gangway.v1.ValueFunctionConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the gradient lab's estimators lean on: the critic of a training, if it had one; others are fitted to the frozen
 * policy's discounted returns, which V(s) and Q(s, a) both are the expectation of.
 *
 * @param critic V
 * @param actionValue Q and π; empty unless actions are Discrete without masks
 */
record LabCritics(Critic critic, Optional<ExpectedActionValue> actionValue) {
    private static final int FIT_BATCHES = 20;
    private static final int FIT_PASSES = 20;
    private static final double FIT_LEARNING_RATE = 1e-3;

    /**
     * Takes or fits them.
     *
     * @param experiment its value function or action value says what networks they are, its seed how they begin
     * @param policy π, frozen
     * @param trained where a critic may be taken from
     * @param batches of whole episodes under π that serve nothing else
     */
    static LabCritics of(
            Experiment experiment,
            EnvSpec spec,
            Normalization normalization,
            Policy policy,
            Optional<Checkpoint> trained,
            CustomParts custom,
            Supplier<TrajectoryBatch> batches) {
        Streams streams = Streams.of(experiment.getSeed());
        EstimatorConfig estimator = experiment.getEstimator();
        ValueFunctionConfig config = config(estimator);
        String path = estimator.hasActionValue() ? "estimator.action_value.function" : "estimator.value_function";
        // With normalize_rewards a training's critic has learnt the values of other rewards.
        Optional<EstimatorConfig> before = trained.filter(any -> !estimator.hasNormalizeRewards())
                .map(checkpoint -> checkpoint.getExperiment().getEstimator());
        Map<String, ValueFunction> unfitted = new LinkedHashMap<>();
        CriticParts parts = new CriticParts(spec, Optional.empty(), normalization::of, streams);

        ValueFunction value = CriticChoices.valueFunction(config, path, custom, 1, parts);
        if (before.filter(EstimatorConfig::hasValueFunction).isPresent()) {
            Checkpoints.restoreValue(trained.orElseThrow(), value);
        } else {
            unfitted.put("lab-value-minibatch", value);
        }
        Optional<ExpectedActionValue> actionValue = Optional.empty();
        if (spec.actionSpace() instanceof Discrete discrete
                && experiment.getPolicy().getActionMask() == ActionMask.ACTION_MASK_NONE) {
            int count = Math.toIntExact(discrete.n());
            ValueFunction q = CriticChoices.valueFunction(config, path, custom, count, parts);
            if (before.filter(EstimatorConfig::hasActionValue).isPresent()) {
                Checkpoints.restoreValue(trained.orElseThrow(), q);
            } else {
                unfitted.put("lab-action-value-minibatch", q);
            }
            actionValue = Optional.of(new ExpectedActionValue(q::predict, ActionProbabilities.of(policy, count)));
        }
        fit(unfitted, estimator.getDiscount(), streams, batches);
        return new LabCritics(value, actionValue);
    }

    /** Returns V. */
    StateValue value() {
        return critic::predict;
    }

    /** A value function as the experiment has it, or one with the defaults. */
    private static ValueFunctionConfig config(EstimatorConfig estimator) {
        if (estimator.hasValueFunction()) {
            return estimator.getValueFunction();
        }
        if (estimator.hasActionValue()) {
            return estimator.getActionValue().getFunction();
        }
        ValueFunctionConfig.Builder critic = ValueFunctionConfig.newBuilder()
                .setOptimizer(
                        OptimizerConfig.newBuilder().setAdam(Adam.newBuilder().setLearningRate(FIT_LEARNING_RATE)));
        FieldRules.resolve(critic);
        return critic.build();
    }

    /** Fits critics, by the names of the streams that shuffle their minibatches, to the same batches. */
    private static void fit(
            Map<String, ValueFunction> critics, double discount, Streams streams, Supplier<TrajectoryBatch> source) {
        if (critics.isEmpty()) {
            return;
        }
        GradientEstimator returns = LabEstimators.returns(discount);
        List<TrajectoryBatch> batches = new ArrayList<>();
        for (int i = 0; i < FIT_BATCHES; i++) {
            batches.add(source.get());
        }
        critics.forEach((name, critic) -> {
            RandomGenerator random = streams.stream(name, 0);
            for (int pass = 0; pass < FIT_PASSES; pass++) {
                for (TrajectoryBatch batch : batches) {
                    var unused = critic.fit(batch, returns.weights(batch), 0, random);
                }
            }
        });
    }
}
