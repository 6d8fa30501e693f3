package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.MaskedActions;
import dev.gangway.inference.provider.Providers;
import dev.gangway.learning.provider.RecorderProvider;
import dev.gangway.learning.record.Recorder;
import dev.gangway.learning.record.RecorderFactory;
import dev.gangway.v1.Custom;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.EvaluationConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.StopConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

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
        return of(experiment, lanes, CustomParts.of(Providers.onClassPath()));
    }

    /**
     * As {@link #of(Experiment, Lanes)}, with the providers of further jars.
     *
     * @param custom the same that has opened the lanes
     * @throws dev.gangway.inference.provider.SettingsException when a provider is missing, or a setting of it is not allowed
     */
    public static Training of(Experiment experiment, Lanes lanes, CustomParts custom) {
        TrainingBuilder builder =
                builder(experiment, custom).environments(lanes.envs().size(), lanes.factory());
        if (experiment.hasEvaluation()) {
            EvaluationConfig evaluation = experiment.getEvaluation();
            builder.evaluation(
                    new EvaluationRule(evaluation.getEveryEnvSteps(), evaluation.getEpisodes(), evaluation.getSeed()),
                    evaluationLanes(experiment, lanes));
        }
        return builder.on(lanes.envs());
    }

    /**
     * Checks what can be checked of an experiment's providers before there are environments: that they are there, and their
     * settings.
     *
     * @throws dev.gangway.inference.provider.SettingsException when one is missing, or a setting is not allowed
     */
    public static void check(Experiment experiment, CustomParts custom) {
        TrainingBuilder unused = builder(experiment, custom);
        Lanes.check(experiment.getEnvironment(), custom);
        List<RecorderFactory> made = recorderFactories(experiment, custom);
        assert made.size() == experiment.getRecord().getRecordersCount();
    }

    /**
     * Makes the recorders that an experiment asks for, which the caller closes.
     *
     * @param run the run directory
     */
    public static List<Recorder> recorders(Experiment experiment, Path run, CustomParts custom) {
        List<Recorder> recorders = new ArrayList<>();
        try {
            recorderFactories(experiment, custom).forEach(factory -> recorders.add(factory.make(run)));
            return recorders;
        } catch (RuntimeException | Error failed) {
            recorders.forEach(Recorder::close);
            throw failed;
        }
    }

    private static List<RecorderFactory> recorderFactories(Experiment experiment, CustomParts custom) {
        List<Custom> recorders = experiment.getRecord().getRecordersList();
        return IntStream.range(0, recorders.size())
                .mapToObj(i -> custom.make(RecorderProvider.class, recorders.get(i), "record.recorders[" + i + "]"))
                .toList();
    }

    private static TrainingBuilder builder(Experiment experiment, CustomParts custom) {
        EstimatorConfig estimator = experiment.getEstimator();
        TrainingBuilder builder = new TrainingBuilder()
                .rollout(RolloutChoices.length(experiment.getRollout()))
                .policy(PolicyChoices.of(experiment, custom))
                .actionMasks(MaskedActions.source(experiment.getPolicy()))
                .observationCheck(RolloutChoices.check(experiment.getEnvironment()))
                .discount(estimator.getDiscount(), EstimatorChoices.discounting(estimator))
                .baseline(BaselineChoices.of(estimator, custom))
                .estimator(EstimatorChoices.of(estimator, custom))
                .objective(ObjectiveChoices.of(estimator))
                .learner(LearnerChoices.of(experiment.getLearner(), custom))
                .optimizer(OptimizerChoices.of(experiment.getOptimizer(), "optimizer", custom))
                .stop(stop(experiment.getStop()))
                .checkpoints(new CheckpointRule(
                        experiment.getCheckpoint().getEveryUpdates(),
                        experiment.getCheckpoint().getResetEnvironments()))
                .seed(experiment.getSeed())
                .describedBy(experiment, custom);
        builder.normalization = Normalization.Settings.of(experiment.getPolicy(), estimator);
        builder.critic = CriticChoices.of(estimator, custom);
        return builder;
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
