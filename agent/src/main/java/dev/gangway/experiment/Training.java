package dev.gangway.experiment;

import dev.gangway.env.EnvSpec;
import dev.gangway.estimator.GradientEstimator;
import dev.gangway.estimator.ValueFit;
import dev.gangway.estimator.ValueFunction;
import dev.gangway.estimator.Weights;
import dev.gangway.learner.Learner;
import dev.gangway.learner.PolicyStep;
import dev.gangway.optim.ScheduledOptimizer;
import dev.gangway.policy.ActionEncoder;
import dev.gangway.policy.ObservationEncoder;
import dev.gangway.policy.Policy;
import dev.gangway.random.Streams;
import dev.gangway.rollout.Collector;
import dev.gangway.rollout.Rollout;
import dev.gangway.rollout.RolloutLength;
import dev.gangway.rollout.TrajectoryBatch;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Trains a policy by policy gradients, as an experiment says. {@link #run} is the whole algorithm.
 *
 * <p>The lanes are the caller's to close. Not thread-safe.
 */
public final class Training {
    private final Experiment experiment;
    private final EnvSpec spec;
    private final Streams streams;
    private final Collector collector;
    private final RolloutLength length;
    private final Policy policy;
    private final Optional<ValueFunction> value;
    private final GradientEstimator estimator;
    private final ScheduledOptimizer optimizer;
    private final Learner learner;

    /**
     * Assembles everything.
     *
     * @param experiment resolved, see {@link ExperimentFile}
     * @param lanes fresh environments as the experiment asks for, see {@link Lanes}
     * @throws IllegalArgumentException when the policy does not fit the environment's action space
     */
    public Training(Experiment experiment, Lanes lanes) {
        this.experiment = experiment;
        spec = lanes.spec();
        streams = Streams.of(experiment.getSeed());
        List<? extends RandomGenerator> actionStreams = IntStream.range(
                        0, lanes.envs().size())
                .mapToObj(lane -> streams.stream("action", lane))
                .toList();
        length = Assembly.rolloutLength(experiment.getRollout());
        policy = Assembly.policy(experiment.getPolicy(), spec, streams);
        value = Assembly.valueFunction(experiment.getEstimator(), spec, streams);
        estimator = Assembly.estimator(experiment.getEstimator(), policy, value);
        optimizer = Assembly.scheduledOptimizer(experiment.getOptimizer());
        learner = Assembly.learner(experiment, policy, optimizer);
        collector = new Collector(
                lanes.envs(),
                new ObservationEncoder(spec.observationSpace()),
                new ActionEncoder(spec.actionSpace()),
                actionStreams);
    }

    /**
     * Trains until the experiment's stop condition holds or {@code interrupted} says so, between two updates.
     *
     * @param observer hears of the start, every rollout and every update
     */
    public Progress run(TrainingObserver observer, BooleanSupplier interrupted) {
        RandomGenerator valueMinibatches = streams.stream("value-minibatch", 0);
        RandomGenerator policyMinibatches = streams.stream("policy-minibatch", 0);
        Progress progress = new Progress(experiment.getStop(), System::nanoTime);
        observer.started(progress);
        collector.reset(streams.envSeed("environment", 0));

        while (!progress.isDone() && !interrupted.getAsBoolean()) {
            Rollout rollout = collector.collect(policy.snapshot()::act, length);
            TrajectoryBatch batch = rollout.batch();
            progress.add(rollout);
            observer.rolledOut(rollout, progress);

            Weights weights = estimator.weights(batch);
            Optional<ValueFit> fit = value.map(v -> v.fit(batch, weights, progress.fraction(), valueMinibatches));
            PolicyStep step = learner.improve(batch, weights, progress.fraction(), policyMinibatches);

            progress.addUpdate();
            observer.updated(new Update(rollout, weights, step, fit), progress);
        }
        return progress;
    }

    /** Returns what is needed to use the policy as it is now. */
    public Checkpoint checkpoint(Progress progress) {
        return Checkpoints.of(experiment, spec, policy, optimizer.optimizer(), value, progress);
    }

    /** Returns what each copy of the environment is. */
    public EnvSpec spec() {
        return spec;
    }

    /** Returns the policy, live: it changes while training runs. */
    public Policy policy() {
        return policy;
    }
}
