package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.random.OpenStreams;
import dev.gangway.environment.random.Streams;
import dev.gangway.learning.estimator.Critic;
import dev.gangway.learning.estimator.CriticParts;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.estimator.LearningParts;
import dev.gangway.learning.estimator.ValueFit;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.learner.KlAdaptive;
import dev.gangway.learning.learner.Learner;
import dev.gangway.learning.learner.LearnerParts;
import dev.gangway.learning.learner.ObjectiveSettings;
import dev.gangway.learning.learner.PolicyStep;
import dev.gangway.learning.optimizer.DivergenceSchedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.ActionEncoder;
import dev.gangway.learning.policy.ActorCritic;
import dev.gangway.learning.policy.ObservationEncoder;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.record.BestPolicy;
import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.rollout.Actor;
import dev.gangway.learning.rollout.Collector;
import dev.gangway.learning.rollout.Rollout;
import dev.gangway.learning.rollout.RolloutLength;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
    private final OpenStreams openStreams;
    private final Progress progress;
    private final Collector collector;
    private final RolloutLength length;
    private final Normalization normalization;
    private final Policy policy;
    private final Optional<Critic> value;
    private final Beside beside;
    private final GradientEstimator estimator;
    private final RandomGenerator valueMinibatches;
    private final RandomGenerator policyMinibatches;
    private final ScheduledOptimizer optimizer;
    private final Learner learner;
    private final Optional<Evaluations> evaluations;
    private TrainingObserver observer = TrainingObserver.none();

    /** Ends a training that was asked to stop in the midst of a rollout or an evaluation. */
    private static final class StopRequest extends RuntimeException {
        private static final long serialVersionUID = 1;

        private StopRequest() {
            super("Training was asked to stop", null, false, false);
        }
    }

    /**
     * Assembles everything.
     *
     * @param experiment resolved, see {@link ExperimentFile}
     * @param lanes fresh environments as the experiment asks for, see {@link Lanes}; evaluations open others with the same
     *     clients
     * @throws IllegalArgumentException when the policy does not fit the environment's action space
     * @throws ExperimentException when no whole episode fits between two checkpoints that reset the environments
     */
    public Training(Experiment experiment, Lanes lanes) {
        this.experiment = experiment;
        spec = lanes.spec();
        Consistency.requireRoomForEpisodes(experiment, spec);
        streams = Streams.of(experiment.getSeed());
        openStreams = new OpenStreams(streams);
        List<? extends RandomGenerator> actionStreams = IntStream.range(
                        0, lanes.envs().size())
                .mapToObj(lane -> openStreams.open("action", lane))
                .toList();
        valueMinibatches = openStreams.open("value-minibatch", 0);
        policyMinibatches = openStreams.open("policy-minibatch", 0);
        progress = new Progress(experiment.getStop(), System::nanoTime);
        length = RolloutChoices.length(experiment.getRollout());
        EnvSpec seen = MaskedActions.seen(experiment.getPolicy(), spec);
        normalization = Normalization.of(experiment.getPolicy(), experiment.getEstimator(), seen);
        ActorCritic networks = PolicyChoices.of(experiment).make(seen, streams.stream("policy-initialisation", 0));
        policy = normalization.of(networks.policy());
        CriticParts criticParts = new CriticParts(seen, networks.value(), normalization::of, streams);
        value = CriticChoices.of(experiment.getEstimator()).map(critic -> critic.make(criticParts));
        beside = value.filter(Critic::sharesParameters).isPresent() ? Beside.nothing() : Beside.thread();
        estimator = EstimatorChoices.of(experiment.getEstimator()).make(new LearningParts(spec, policy, value));
        optimizer = OptimizerChoices.of(experiment.getOptimizer());
        learner = learner(experiment);
        collector = new Collector(
                lanes.envs(),
                new ObservationEncoder(seen.observationSpace()),
                RolloutChoices.bounds(experiment.getEnvironment()),
                new ActionEncoder(spec.actionSpace(), policy.distribution()),
                MaskedActions.reader(experiment.getPolicy(), spec, policy.distribution()),
                actionStreams);
        evaluations = experiment.hasEvaluation() ? Optional.of(evaluations(experiment, lanes)) : Optional.empty();
    }

    private Learner learner(Experiment experiment) {
        ObjectiveSettings objective = ObjectiveChoices.of(experiment.getEstimator());
        Learner made = LearnerChoices.of(experiment.getLearner())
                .make(new LearnerParts(policy, progress -> objective.at(policy, value, progress), optimizer));
        return optimizer.schedule() instanceof DivergenceSchedule rate ? new KlAdaptive(made, policy, rate) : made;
    }

    private Evaluations evaluations(Experiment experiment, Lanes lanes) {
        return new Evaluations(
                experiment.getEvaluation(),
                EvaluationEnvironment.of(
                        experiment.getEnvironment(),
                        experiment.getEvaluation().getEpisodes(),
                        lanes::openOthers,
                        note -> observer.noted(note)));
    }

    /**
     * Goes on from a checkpoint of this experiment instead of from the start; to be called before {@link #run}.
     *
     * @throws IllegalArgumentException when the checkpoint does not hold the state of this experiment's training
     */
    public void restore(Checkpoint checkpoint) {
        Checkpoints.restore(checkpoint, policy, optimizer, value, normalization, openStreams);
        progress.restore(checkpoint.getCounters());
        if (checkpoint.hasEvaluation()) {
            evaluations.ifPresent(e -> e.restore(checkpoint.getEvaluation()));
        }
        collector.countFrom(progress.envSteps());
    }

    /**
     * Trains until the experiment's stop condition holds or {@code interrupted} says so, between two updates or in the midst
     * of a rollout or an evaluation, which is then dropped.
     *
     * @param observer hears of the start, every rollout, every update and every evaluation
     * @param interrupted asked before each step
     */
    public Progress run(TrainingObserver observer, BooleanSupplier interrupted) {
        this.observer = observer;
        observer.started(progress);
        try {
            train(interrupted);
        } catch (StopRequest asked) {
            // What has been done up to the last update stands.
        }
        return progress;
    }

    private void train(BooleanSupplier interrupted) {
        boolean started = false;

        while (!progress.isDone() && !interrupted.getAsBoolean()) {
            evaluateIfDue(interrupted);
            if (!started || checkpointResets(progress.updates())) {
                collector.reset(streams.envSeed("environment", Math.toIntExact(progress.updates())));
                started = true;
            }
            double done = progress.fraction(); // so that the first update has the schedules' first values
            Rollout rollout = collector.collect(stoppable(policy.snapshot()::act, interrupted), length);
            TrajectoryBatch batch = normalization.scaled(rollout.batch());
            progress.add(rollout);
            observer.rolledOut(rollout, progress);

            Weights weights = estimator.weights(batch);
            Supplier<Optional<ValueFit>> fit =
                    beside.start(() -> value.map(v -> v.fit(batch, weights, done, valueMinibatches)));
            PolicyStep step = learner.improve(batch, weights, done, policyMinibatches);
            Update update = new Update(rollout, weights, step, fit.get());
            normalization.observe(batch);

            progress.addUpdate();
            observer.updated(update, progress);
        }
        if (evaluations.isPresent() && progress.isDone()) {
            evaluateTheEnd(evaluations.get(), interrupted);
        }
    }

    private void evaluateIfDue(BooleanSupplier interrupted) {
        if (evaluations.isPresent() && evaluations.get().isDue(progress.envSteps())) {
            evaluate(evaluations.get(), interrupted);
        }
    }

    private void evaluate(Evaluations due, BooleanSupplier interrupted) {
        Checkpoint current = Checkpoints.policyOnly(experiment, spec, policy, normalization, progress.counters());
        Evaluation evaluation = due.evaluate(policy.snapshot(), actor -> stoppable(actor, interrupted), current);
        observer.evaluated(evaluation, progress);
    }

    private void evaluateTheEnd(Evaluations due, BooleanSupplier interrupted) {
        if (!due.isDone(progress.envSteps())) {
            evaluate(due, interrupted);
        }
        Policy best = Checkpoints.policy(due.best().orElseThrow(), spec);
        due.score(best.snapshot(), actor -> stoppable(actor, interrupted));
    }

    private static Actor stoppable(Actor actor, BooleanSupplier interrupted) {
        return (features, masks, batch, random, actions) -> {
            if (interrupted.getAsBoolean()) {
                throw new StopRequest();
            }
            actor.act(features, masks, batch, random, actions);
        };
    }

    private boolean checkpointResets(long updates) {
        return experiment.getCheckpoint().getResetEnvironments() && Checkpoints.isDue(experiment, updates);
    }

    /** Returns what is needed to use the policy as it is now and, between two updates, to go on training it. */
    public Checkpoint checkpoint() {
        return Checkpoints.of(
                experiment,
                spec,
                policy,
                optimizer,
                value,
                normalization,
                openStreams,
                progress.counters(),
                evaluations.flatMap(Evaluations::record));
    }

    /** Returns the best policy of the evaluations so far as a checkpoint that cannot be resumed; empty before the first. */
    public Optional<Checkpoint> best() {
        return evaluations.flatMap(Evaluations::best);
    }

    /** Returns what is to be reported of the best policy; empty before the first evaluation. */
    public Optional<BestPolicy> bestPolicy() {
        return evaluations.flatMap(Evaluations::report);
    }

    /** Returns what has been done so far; it changes while training runs. */
    public Progress progress() {
        return progress;
    }

    /** Returns whether the stop condition holds and the evaluations of the end, if there are to be any, have taken place. */
    public boolean isComplete() {
        return progress.isDone() && evaluations.map(Evaluations::isComplete).orElse(true);
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
