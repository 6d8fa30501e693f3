package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.random.OpenStreams;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.configuration.MaskedActions;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.DivergedException;
import dev.gangway.inference.policy.ObservationEncoder;
import dev.gangway.learning.estimator.Critic;
import dev.gangway.learning.estimator.CriticParts;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.estimator.LearningParts;
import dev.gangway.learning.estimator.ValueFit;
import dev.gangway.learning.estimator.Weights;
import dev.gangway.learning.learner.KlAdaptive;
import dev.gangway.learning.learner.Learner;
import dev.gangway.learning.learner.LearnerParts;
import dev.gangway.learning.learner.PolicyStep;
import dev.gangway.learning.optimizer.DivergenceSchedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.ActorCritic;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.record.BestPolicy;
import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.rollout.Actor;
import dev.gangway.learning.rollout.Collector;
import dev.gangway.learning.rollout.EpisodeRunner;
import dev.gangway.learning.rollout.ObservationBounds;
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
 * Trains a policy by policy gradients. {@link #run} is the whole algorithm; {@link #builder} puts the parts of a training
 * together, {@link ExperimentTraining} reads them from an experiment file.
 *
 * <p>Not thread-safe.
 */
public final class Training implements AutoCloseable {
    private final TrainingBuilder settings;
    private final List<VectorEnv> lanes;
    private final Experiment description;
    private final EnvSpec spec;
    private final EnvSpec seen;
    private final Streams streams;
    private final OpenStreams openStreams;
    private final Progress progress;
    private final Collector collector;
    private final RolloutLength length;
    private final CheckpointRule checkpoints;
    private final Normalization normalization;
    private final Policy policy;
    private final Optional<Critic> value;
    private final BackgroundTask criticTask;
    private final GradientEstimator estimator;
    private final RandomGenerator valueMinibatches;
    private final RandomGenerator policyMinibatches;
    private final ScheduledOptimizer optimizer;
    private final Learner learner;
    private final TrainingParts parts = new TrainingParts();
    private final Optional<Evaluations> evaluations;
    private Optional<Recording> recording = Optional.empty();
    private final BatchDiagnosis diagnosis;
    private TrainingObserver observer = TrainingObserver.none();

    /** Ends a training that was asked to stop in the midst of a rollout or an evaluation. */
    private static final class StopRequest extends RuntimeException {
        private static final long serialVersionUID = 1;

        private StopRequest() {
            super("Training was asked to stop", null, false, false);
        }
    }

    /** Returns what puts a training together from its parts. */
    public static TrainingBuilder builder() {
        return new TrainingBuilder();
    }

    /**
     * Assembles everything.
     *
     * @param envs open environments, one for each lane; closed by {@link #close}
     * @throws IllegalArgumentException when the parts do not fit each other or the environment
     * @throws ExperimentException when no whole episode fits between two checkpoints that reset the environments
     */
    Training(TrainingBuilder settings, List<? extends VectorEnv> envs) {
        this.settings = settings;
        lanes = List.copyOf(envs);
        spec = lanes.get(0).spec();
        length = settings.rollout;
        checkpoints = settings.checkpoints;
        Consistency.requireRoomForEpisodes(checkpoints, length, spec);
        streams = Streams.of(settings.seed);
        openStreams = new OpenStreams(streams);
        List<? extends RandomGenerator> actionStreams = IntStream.range(0, lanes.size())
                .mapToObj(lane -> openStreams.open("action", lane))
                .toList();
        valueMinibatches = openStreams.open("value-minibatch", 0);
        policyMinibatches = openStreams.open("policy-minibatch", 0);
        progress = new Progress(settings.stop, System::nanoTime);
        seen = MaskedActions.seen(settings.masks, spec);
        normalization = settings.normalization.make(seen.observationSpace());
        ActorCritic networks = settings.policy.make(seen, streams.stream("policy-initialisation", 0));
        policy = normalization.of(networks.policy());
        CriticParts criticParts = new CriticParts(seen, networks.value(), normalization::of, streams);
        value = settings.critic.map(critic -> critic.make(criticParts));
        criticTask = value.filter(Critic::sharesParameters).isPresent()
                ? BackgroundTask.inCallersThread()
                : BackgroundTask.inOwnThread();
        LearningParts learning =
                new LearningParts(spec, policy, value, settings.discount, settings.discounting).with(settings.baseline);
        estimator = settings.estimator.make(learning);
        optimizer = settings.optimizer;
        Learner made = settings.learner.make(
                new LearnerParts(policy, progress -> settings.objective.at(policy, value, progress), optimizer));
        learner = optimizer.schedule() instanceof DivergenceSchedule rate ? new KlAdaptive(made, policy, rate) : made;
        collector = new Collector(
                lanes,
                new ObservationEncoder(seen.observationSpace()),
                ObservationBounds.logged(settings.observationCheck),
                new ActionEncoder(spec.actionSpace(), policy.distribution()),
                MaskedActions.reader(settings.masks, spec, policy.distribution()),
                actionStreams);
        evaluations = settings.evaluation.map(rule ->
                new Evaluations(rule, () -> settings.evaluationLanes.open(note -> observer.noted(note)), this::runner));
        parts.add("environment", spec.id());
        parts.add("policy", policy.distribution());
        value.ifPresent(critic -> parts.add("critic", critic));
        parts.add("estimator", estimator);
        parts.add("baseline", learning.baseline());
        parts.add("learner", made);
        settings.custom.ifPresent(parts::madeBy);
        description = settings.description(parts);
        diagnosis = BatchDiagnosis.of(settings.objective, made, note -> observer.noted(note));
    }

    private EpisodeRunner runner(VectorEnv env, RandomGenerator random) {
        return new EpisodeRunner(
                env,
                seen.observationSpace(),
                ObservationBounds.logged(settings.observationCheck),
                policy.distribution(),
                MaskedActions.reader(settings.masks, env.spec(), policy.distribution()),
                random);
    }

    /**
     * Goes on from a checkpoint of this training instead of from the start; to be called before {@link #run}.
     *
     * @throws IllegalArgumentException when the checkpoint does not hold the state of such a training
     */
    void restore(Checkpoint checkpoint) {
        Checkpoints.restore(checkpoint, policy, optimizer, value, normalization, openStreams, parts);
        progress.restore(checkpoint.getCounters());
        if (checkpoint.hasEvaluation()) {
            evaluations.ifPresent(e -> e.restore(checkpoint.getEvaluation()));
        }
        collector.countFrom(progress.envSteps());
    }

    /** Writes what this training does into a run directory, which {@link #close} closes. */
    void recordedBy(Recording directory) {
        recording = Optional.of(directory);
    }

    /** Trains until the stop rules hold; see {@link #run(TrainingObserver, BooleanSupplier)}. */
    public Progress run() {
        return run(TrainingObserver.none(), () -> false);
    }

    /**
     * Trains until the stop rules hold or {@code interrupted} says so, between two updates or in the midst of a rollout or an
     * evaluation, which is then dropped.
     *
     * @param further hears of the start, every rollout, every update and every evaluation, after the builder's observers
     * @param interrupted asked before each step
     */
    public Progress run(TrainingObserver further, BooleanSupplier interrupted) {
        if (recording.isPresent()) {
            return recording.get().run(this, recorder -> run(recorder, interrupted, further));
        }
        return run(TrainingObserver.none(), interrupted, further);
    }

    private Progress run(TrainingObserver recorder, BooleanSupplier interrupted, TrainingObserver further) {
        observer = TrainingObserver.all(List.of(recorder, TrainingObserver.all(settings.observers), further));
        if (progress.updates() > 0) {
            boolean unused = observer.rewoundTo(progress.updates());
        }
        observer.started(progress);
        try {
            train(interrupted);
        } catch (StopRequest asked) {
            // What has been done up to the last update stands.
        } catch (DivergedException diverged) {
            throw diagnosis.explained(diverged);
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
            diagnosis.saw(batch);
            progress.add(rollout);
            observer.rolledOut(rollout, progress);

            Weights weights = estimator.weights(batch);
            Supplier<Optional<ValueFit>> fit =
                    criticTask.start(() -> value.map(v -> v.fit(batch, weights, done, valueMinibatches)));
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
        Checkpoint current = Checkpoints.policyOnly(
                description, spec, policy, normalization, progress.counters(), parts.providers());
        Evaluation evaluation = due.evaluate(policy.snapshot(), actor -> stoppable(actor, interrupted), current);
        observer.evaluated(evaluation, progress);
    }

    private void evaluateTheEnd(Evaluations due, BooleanSupplier interrupted) {
        if (!due.isDone(progress.envSteps())) {
            evaluate(due, interrupted);
        }
        Policy best = Checkpoints.trained(
                due.best().orElseThrow(),
                settings.policy
                        .make(seen, streams.stream("policy-initialisation", 0))
                        .policy(),
                settings.normalization.make(seen.observationSpace()).observations());
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
        return checkpoints.resetEnvironments() && checkpoints.isDue(updates);
    }

    /** Returns when checkpoints are due. */
    CheckpointRule checkpoints() {
        return checkpoints;
    }

    /** Returns what checkpoints say of this training: the experiment that it was read from, or its parts. */
    Experiment description() {
        return description;
    }

    /** Returns what is needed to use the policy as it is now and, between two updates, to go on training it. */
    Checkpoint checkpoint() {
        return Checkpoints.of(
                description,
                spec,
                policy,
                optimizer,
                value,
                normalization,
                openStreams,
                progress.counters(),
                evaluations.flatMap(Evaluations::record),
                parts);
    }

    /** Returns the best policy of the evaluations so far as a checkpoint that cannot be resumed; empty before the first. */
    Optional<Checkpoint> best() {
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

    /** Returns whether the stop rules hold and the evaluations of the end, if there are to be any, have taken place. */
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

    /** Closes the environments and the run directory. */
    @Override
    public void close() {
        recording.ifPresent(Recording::close);
        lanes.forEach(VectorEnv::close);
    }
}
