package dev.gangway.learning.experiment;

import static dev.gangway.learning.experiment.Consistency.name;

import dev.gangway.v1.ActionMask;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.LearnerConfig;
import dev.gangway.v1.RolloutConfig;
import java.util.ArrayList;
import java.util.List;

/** What must hold between an experiment's estimator, policy and learner. */
final class EstimatorConsistency {
    private EstimatorConsistency() {}

    /** Returns the problems, empty when there are none. */
    static List<String> problems(Experiment experiment) {
        List<String> problems = new ArrayList<>();
        EstimatorConfig estimator = experiment.getEstimator();
        LearnerConfig learner = experiment.getLearner();
        if (estimator.hasActionValue() && !estimator.hasNoBaseline()) {
            problems.add(("estimator.no_baseline: expected with estimator.action_value, whose own baseline is"
                            + " action_value.advantage, found estimator.%s")
                    .formatted(name(estimator.getBaselineCase())));
        }
        ActionMask mask = experiment.getPolicy().getActionMask();
        if (estimator.hasActionValue() && mask != ActionMask.ACTION_MASK_NONE) {
            problems.add(
                    "policy.action_mask: expected ACTION_MASK_NONE with estimator.action_value, whose targets would"
                            + " need the masks of final observations, found " + mask);
        }
        boolean layers = experiment.getPolicy().hasMlp()
                || experiment.getPolicy().hasCnn()
                || experiment.getPolicy().hasBranched();
        if (estimator.hasSharedValueFunction() && !layers) {
            problems.add(
                    "policy.mlp, policy.cnn or policy.branched: expected with estimator.shared_value_function, which shares their"
                            + " layers, found policy.%s"
                                    .formatted(name(experiment.getPolicy().getKindCase())));
        }
        if (estimator.hasSharedValueFunction() && learner.hasNaturalGradient()) {
            problems.add(
                    "learner.policy_gradient or learner.ppo: expected with estimator.shared_value_function, because"
                            + " Fisher's information knows no value function, found learner.natural_gradient");
        }
        if (experiment.getPolicy().hasCustomDistribution()
                && !layers
                && !experiment.getPolicy().hasCustom()) {
            problems.add("policy.mlp, policy.cnn, policy.branched or policy.custom: expected with"
                    + " policy.custom_distribution, found policy.%s"
                            .formatted(name(experiment.getPolicy().getKindCase())));
        }
        RolloutConfig rollout = experiment.getRollout();
        long rows = (long) rollout.getSteps() * experiment.getEnvironment().getCopies();
        if (learner.getPpo().getNormalizeMinibatches()
                && rollout.hasSteps()
                && rows < 2L * learner.getPpo().getMinibatches()) {
            problems.add(("learner.ppo.minibatches: expected at most half of the %d steps of a rollout with"
                            + " normalize_minibatches, because ψ of a minibatch of one step becomes 0 and teaches nothing,"
                            + " found %d")
                    .formatted(rows, learner.getPpo().getMinibatches()));
        }
        if (estimator.getNormalizeAdvantages() && rollout.hasSteps() && rows == 1) {
            problems.add(
                    "rollout.steps: expected 2 or more with estimator.normalize_advantages, because ψ of a batch of one"
                            + " step becomes 0 and teaches nothing, found 1");
        }
        boolean searches = learner.getNaturalGradient().hasLineSearch();
        if (estimator.getMinimumVariance().getPerParameter() && (learner.hasPpo() || searches)) {
            problems.add("learner.%s: expected a learner that follows the whole batch's gradient, policy_gradient or"
                            .formatted(searches ? "natural_gradient.line_search" : "ppo")
                    + " natural_gradient { full_step {} }, with estimator.minimum_variance.per_parameter, which no ψ"
                    + " can express, found it");
        }
        if (estimator.hasEntropySchedule() && estimator.getEntropyCoefficient() == 0) {
            problems.add("estimator.entropy_schedule: expected estimator.entropy_coefficient > 0 with it, found 0");
        }
        if (estimator.getNormalizationFloor() > 0
                && !estimator.getNormalizeAdvantages()
                && !learner.getPpo().getNormalizeMinibatches()) {
            problems.add("estimator.normalization_floor: expected estimator.normalize_advantages or"
                    + " learner.ppo.normalize_minibatches with it, found neither");
        }
        return problems;
    }
}
