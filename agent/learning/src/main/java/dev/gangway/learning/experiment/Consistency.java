package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvSpec;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.learning.rollout.RolloutLength;
import dev.gangway.v1.AutoresetMode;
import dev.gangway.v1.Averaging;
import dev.gangway.v1.Discounting;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.RolloutConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What must hold between fields of a resolved experiment that do not stand in one message; {@link FieldRules} has the rest. */
final class Consistency {
    private Consistency() {}

    /** Returns the problems, empty when there are none. */
    static List<String> problems(Experiment experiment) {
        List<String> problems = new ArrayList<>();
        EnvironmentConfig environment = experiment.getEnvironment();
        if (environment.getCopies() % environment.getLanes() != 0) {
            problems.add("environment.copies: expected a multiple of environment.lanes (%d), found %d"
                    .formatted(environment.getLanes(), environment.getCopies()));
        }
        RolloutConfig rollout = experiment.getRollout();
        EstimatorConfig estimator = experiment.getEstimator();
        boolean episodes = rollout.getLengthCase() == RolloutConfig.LengthCase.EPISODES;
        if (environment.getAutoresetMode() == AutoresetMode.AUTORESET_MODE_NEXT_STEP && rollout.getSteps() == 1) {
            problems.add("rollout.steps: expected 2 or more with AUTORESET_MODE_NEXT_STEP, where one step may be a "
                    + "reset and nothing else, found 1");
        }
        if (environment.getAutoresetMode() == AutoresetMode.AUTORESET_MODE_NEXT_STEP
                && experiment.getRecord().hasVideo()) {
            problems.add("environment.autoreset_mode: expected AUTORESET_MODE_SAME_STEP with record.video, found "
                    + "AUTORESET_MODE_NEXT_STEP");
        }
        if (episodes && rollout.getEpisodes() % environment.getCopies() != 0) {
            problems.add("rollout.episodes: expected a multiple of environment.copies (%d), found %d"
                    .formatted(environment.getCopies(), rollout.getEpisodes()));
        }
        boolean returns = estimator.hasTotalReturn() || estimator.hasRewardToGo();
        if (returns && !episodes) {
            problems.add("rollout.episodes: expected because estimator.%s needs complete episodes, found rollout.steps"
                    .formatted(name(estimator.getAdvantageCase())));
        }
        boolean value =
                estimator.hasValueFunction() || estimator.hasSharedValueFunction() || estimator.hasCustomCritic();
        if (!returns && !estimator.hasActionValue() && !estimator.hasCustom() && !value) {
            problems.add("estimator.value_function: expected because estimator.%s needs V(s), found estimator.%s"
                    .formatted(name(estimator.getAdvantageCase()), name(estimator.getBaselineCase())));
        }
        if (estimator.hasTotalReturn()
                && estimator.getDiscounting() == Discounting.DISCOUNTING_FROM_ACTION
                && estimator.getDiscount() == 0) {
            problems.add(
                    "estimator.discount: expected a number > 0 with total_return and DISCOUNTING_FROM_ACTION, whose "
                            + "advantages are divided by its powers, found 0");
        }
        if (estimator.getAveraging() == Averaging.AVERAGING_PER_TRAJECTORY && !episodes) {
            problems.add("estimator.averaging: expected AVERAGING_PER_STEP or AVERAGING_SUM with rollout.steps, found "
                    + "AVERAGING_PER_TRAJECTORY, which needs rollout.episodes");
        }
        problems.addAll(EstimatorConsistency.problems(experiment));
        problems.addAll(ScheduleConsistency.problems(experiment));
        if (experiment.getLearner().getPpo().getNormalizeMinibatches() && estimator.getNormalizeAdvantages()) {
            problems.add(
                    "learner.ppo.normalize_minibatches: expected at most one of it and estimator.normalize_advantages, "
                            + "found both");
        }
        if (experiment.getLearner().hasNaturalGradient()
                && (!experiment.getOptimizer().hasSgd()
                        || experiment.getOptimizer().hasMaxGradientNorm())) {
            problems.add(
                    "optimizer: expected sgd without max_gradient_norm with learner.natural_gradient, whose steps have "
                            + "a length of their own, found %s%s"
                                    .formatted(
                                            name(experiment.getOptimizer().getKindCase()),
                                            experiment.getOptimizer().hasMaxGradientNorm()
                                                    ? " with max_gradient_norm"
                                                    : ""));
        }
        return problems;
    }

    /**
     * Checks that a whole episode can be played between two resets at checkpoints: otherwise none would ever count.
     *
     * @throws ExperimentException when it cannot
     */
    static void requireRoomForEpisodes(CheckpointRule checkpoints, RolloutLength length, EnvSpec spec) {
        if (!checkpoints.resetEnvironments()
                || !(length instanceof RolloutLength.Steps rollout)
                || spec.maxEpisodeSteps().isEmpty()) {
            return;
        }
        long limit = spec.maxEpisodeSteps().getAsLong();
        int steps = rollout.steps();
        int updates = checkpoints.everyUpdates();
        if ((long) updates * steps < limit) {
            throw new ExperimentException(
                    spec.id(),
                    List.of(("checkpoint.every_updates: expected at least %d, so that an episode of up to %d steps fits"
                                    + " between two checkpoints (with rollout.steps of %d), or"
                                    + " checkpoint.reset_environments: false, found %d")
                            .formatted((limit + steps - 1) / steps, limit, steps, updates)));
        }
    }

    /** Returns the name of a choice as files have it. */
    static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
