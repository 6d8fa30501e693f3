package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.checkpoint.CheckpointTensors;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.MaskedActions;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.MaskSource;
import dev.gangway.inference.policy.ObservationEncoder;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.BaselineFactory;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.EstimatorFactory;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.estimator.LearningParts;
import dev.gangway.learning.estimator.RewardToGo;
import dev.gangway.learning.estimator.ScoreSum;
import dev.gangway.learning.lab.EstimatorStatistics;
import dev.gangway.learning.lab.GradientTable;
import dev.gangway.learning.lab.LabEstimators;
import dev.gangway.learning.lab.Reference;
import dev.gangway.learning.learner.Objective;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.Collector;
import dev.gangway.learning.rollout.RolloutLength;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.Experiment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Freezes a policy and lets every estimator of {@link LabEstimators} judge the same batches of whole episodes, for both
 * discount conventions, per trajectory: how much do causality, a baseline, a critic buy?
 *
 * <p>Episodes, actions and the critics' fits have random streams of their own, by the experiment's seed. The lanes are the
 * caller's to close. Not thread-safe.
 */
public final class GradientLab {
    private final Experiment experiment;
    private final Policy policy;
    private final Objective objective;
    private final Collector collector;
    private final RolloutLength length;
    private final LabCritics critics;
    private final EnvSpec spec;
    private final Map<String, EstimatorFactory> further;

    /**
     * Freezes a policy, and takes or fits its critics.
     *
     * @param experiment resolved; its environment, policy, discount and value function or action value are used
     * @param lanes fresh environments
     * @param trained whose policy and critic are used; empty for the policy that a training begins with
     * @param custom the same that has opened the lanes
     * @param episodes in a batch; at least 4, since some baselines need other episodes
     */
    public GradientLab(
            Experiment experiment, Lanes lanes, Optional<Checkpoint> trained, int episodes, CustomParts custom) {
        if (episodes < 4) {
            throw new IllegalArgumentException("Expected at least 4 episodes in a batch, found " + episodes);
        }
        this.experiment = experiment;
        Streams streams = Streams.of(experiment.getSeed());
        spec = lanes.spec();
        MaskSource masks = MaskedActions.source(experiment.getPolicy());
        EnvSpec seen = MaskedActions.seen(masks, spec);
        Normalization normalization = Normalization.Settings.of(experiment.getPolicy(), experiment.getEstimator())
                .make(seen.observationSpace());
        policy = trained.isPresent()
                ? Checkpoints.policy(trained.get(), spec, custom.providers())
                : normalization.of(PolicyChoices.of(experiment, custom)
                        .make(seen, streams.stream("policy-initialisation", 0))
                        .policy());
        trained.ifPresent(from -> normalization
                .observations()
                .ifPresent(moments ->
                        moments.importState(CheckpointTensors.state(from.getObservationNormalizationList()))));
        objective = new Objective(policy, false, Averaging.PER_TRAJECTORY, 0, Optional.empty());
        length = new RolloutLength.Episodes(episodes);
        List<? extends RandomGenerator> actions = IntStream.range(
                        0, lanes.envs().size())
                .mapToObj(lane -> streams.stream("lab-action", lane))
                .toList();
        collector = new Collector(
                lanes.envs(),
                new ObservationEncoder(seen.observationSpace()),
                RolloutChoices.bounds(experiment.getEnvironment()),
                new ActionEncoder(spec.actionSpace(), policy.distribution()),
                MaskedActions.reader(masks, spec, policy.distribution()),
                actions);
        collector.reset(streams.envSeed("lab", 0));
        critics = LabCritics.of(experiment, seen, normalization, policy, trained, custom, this::batch);
        further = further(experiment, custom);
    }

    /** The estimators that the experiment's providers add to the table, by their names in it. */
    private static Map<String, EstimatorFactory> further(Experiment experiment, CustomParts custom) {
        EstimatorConfig config = experiment.getEstimator();
        Map<String, EstimatorFactory> further = new LinkedHashMap<>();
        if (config.hasCustom()) {
            BaselineFactory baseline = BaselineChoices.of(config, custom);
            EstimatorFactory estimator = EstimatorChoices.of(config, custom);
            further.put(config.getCustom().getProvider(), parts -> estimator.make(parts.with(baseline)));
        }
        if (config.hasCustomBaseline()) {
            BaselineFactory baseline = BaselineChoices.of(config, custom);
            further.put(
                    "reward-to-go − " + config.getCustomBaseline().getProvider(),
                    parts -> new RewardToGo(
                            parts.discount(),
                            parts.discounting(),
                            parts.with(baseline).baseline()));
        }
        return further;
    }

    private TrajectoryBatch batch() {
        return collector.collect(policy.snapshot()::act, length).batch();
    }

    /**
     * Judges.
     *
     * @param referenceBatches for the reference gradient; at least 2
     * @param batches for the estimators; at least 2
     */
    public GradientTable run(int referenceBatches, int batches) {
        Map<Discounting, Reference.Builder> references = new LinkedHashMap<>();
        for (Discounting discounting : Discounting.values()) {
            references.put(
                    discounting, new Reference.Builder(policy.parameters().size()));
        }
        for (int i = 0; i < referenceBatches; i++) {
            TrajectoryBatch batch = batch();
            references.forEach((discounting, reference) -> reference.add(unbiased(discounting, batch)));
        }
        List<Bench> benches = new ArrayList<>();
        references.forEach((discounting, reference) -> benches.add(new Bench(discounting, reference.build())));
        for (int i = 0; i < batches; i++) {
            TrajectoryBatch batch = batch();
            benches.forEach(bench -> bench.judge(batch));
        }
        return new GradientTable(
                benches.stream().flatMap(bench -> bench.rows().stream()).toList());
    }

    private double[] unbiased(Discounting discounting, TrajectoryBatch batch) {
        double discount = experiment.getEstimator().getDiscount();
        return gradient(LabEstimators.unbiased(discount, discounting, critics.value()), batch);
    }

    private double[] gradient(GradientEstimator estimator, TrajectoryBatch batch) {
        return objective.gradient(batch, estimator.weights(batch)).gradient();
    }

    /** All estimators of one discount convention. */
    private final class Bench {
        private final Discounting discounting;
        private final Map<String, GradientEstimator> estimators;
        private final Map<String, EstimatorStatistics> statistics = new LinkedHashMap<>();

        Bench(Discounting discounting, Reference reference) {
            this.discounting = discounting;
            double discount = experiment.getEstimator().getDiscount();
            estimators = LabEstimators.all(
                    discount, discounting, critics.value(), critics.actionValue(), ScoreSum.of(policy));
            LearningParts parts = new LearningParts(spec, policy, Optional.of(critics.critic()), discount, discounting);
            further.forEach((name, factory) -> estimators.put(name, factory.make(parts)));
            estimators.keySet().forEach(name -> statistics.put(name, new EstimatorStatistics(reference)));
        }

        void judge(TrajectoryBatch batch) {
            double[] unbiased = unbiased(discounting, batch);
            estimators.forEach((name, estimator) ->
                    statistics.get(name).add(gradient(estimator, batch), unbiased, batch.validRows()));
        }

        List<GradientTable.Row> rows() {
            return statistics.entrySet().stream()
                    .map(entry -> new GradientTable.Row(
                            discounting, entry.getKey(), entry.getValue().figures()))
                    .toList();
        }
    }
}
