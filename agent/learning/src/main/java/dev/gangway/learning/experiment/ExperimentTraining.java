package dev.gangway.learning.experiment;

import dev.gangway.v1.EvaluationConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.StopConfig;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Makes the training that an experiment file asks for: one caller of {@link TrainingBuilder}. */
public final class ExperimentTraining {
    private ExperimentTraining() {}

    /**
     * Assembles a training.
     *
     * @param experiment resolved, see {@link ExperimentFile}
     * @param lanes fresh environments as the experiment asks for, see {@link Lanes}, which remain the caller's to close;
     *     evaluations open others with the same opener
     * @throws IllegalArgumentException when the policy does not fit the environment's action space
     * @throws ExperimentException when no whole episode fits between two checkpoints that reset the environments
     */
    public static Training of(Experiment experiment, Lanes lanes) {
        TrainingBuilder builder = new TrainingBuilder()
                .environments(lanes.envs().size(), lanes.factory())
                .rollout(RolloutChoices.length(experiment.getRollout()))
                .policy(PolicyChoices.of(experiment))
                .actionMasks(MaskedActions.source(experiment.getPolicy()))
                .observationCheck(RolloutChoices.check(experiment.getEnvironment()))
                .estimator(EstimatorChoices.of(experiment.getEstimator()))
                .objective(ObjectiveChoices.of(experiment.getEstimator()))
                .learner(LearnerChoices.of(experiment.getLearner()))
                .optimizer(OptimizerChoices.of(experiment.getOptimizer()))
                .stop(stop(experiment.getStop()))
                .checkpoints(new CheckpointRule(
                        experiment.getCheckpoint().getEveryUpdates(),
                        experiment.getCheckpoint().getResetEnvironments()))
                .seed(experiment.getSeed())
                .describedBy(experiment);
        builder.normalization = Normalization.Settings.of(experiment.getPolicy(), experiment.getEstimator());
        builder.critic = CriticChoices.of(experiment.getEstimator());
        if (experiment.hasEvaluation()) {
            EvaluationConfig evaluation = experiment.getEvaluation();
            builder.evaluation(
                    new EvaluationRule(evaluation.getEveryEnvSteps(), evaluation.getEpisodes(), evaluation.getSeed()),
                    evaluationLanes(experiment, lanes));
        }
        return builder.on(lanes.envs());
    }

    private static TrainingBuilder.EvaluationLanes evaluationLanes(Experiment experiment, Lanes lanes) {
        return new TrainingBuilder.EvaluationLanes() {
            private EvaluationEnvironment environment;

            @Override
            public Lanes open(Consumer<String> note) {
                if (environment == null) {
                    environment = EvaluationEnvironment.of(
                            experiment.getEnvironment(),
                            experiment.getEvaluation().getEpisodes(),
                            lanes::openOthers,
                            note);
                }
                return environment.open();
            }
        };
    }

    private static StopRules stop(StopConfig config) {
        return new StopRules(
                config.getMaxEnvSteps(),
                config.hasSolved()
                        ? Optional.of(new StopRules.Solved(
                                config.getSolved().getMeanReturn(),
                                config.getSolved().getEpisodes()))
                        : Optional.empty(),
                config.hasMaxEpisodes() ? OptionalLong.of(config.getMaxEpisodes()) : OptionalLong.empty());
    }
}
