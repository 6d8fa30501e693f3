package dev.gangway.learning.experiment;

import dev.gangway.environment.VectorEnv;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.policy.ArchitectureFactory;
import dev.gangway.inference.policy.MaskSource;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.Baseline;
import dev.gangway.learning.estimator.BaselineFactory;
import dev.gangway.learning.estimator.CriticFactory;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.EstimatorFactory;
import dev.gangway.learning.estimator.Gae;
import dev.gangway.learning.learner.LearnerFactory;
import dev.gangway.learning.learner.ObjectiveSettings;
import dev.gangway.learning.learner.Ppo;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.optimizer.Optimizer;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.PolicyFactory;
import dev.gangway.learning.rollout.LaneFactory;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.learning.rollout.ObservationBounds;
import dev.gangway.learning.rollout.RolloutLength;
import dev.gangway.v1.Experiment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Puts a training together from its parts. Only the environments have to be given; the rest defaults to PPO:
 *
 * <pre>
 * policy       a multilayer perceptron of 64 and 64 tanh units
 * rollout      128 steps of each copy
 * estimator    GAE, γ = 0.99, λ = 0.95, discounted from the action; ψ shifted and scaled in each minibatch
 * critic       V(s), 64 and 64 tanh units, Adam at 1e−3, 4 passes over each batch
 * learner      PPO, ε = 0.2, 10 passes of 4 minibatches
 * optimizer    Adam at 1e−3, gradients of at most 0.5
 * stop         after 100,000 environment steps
 * checkpoints  every 50 updates, which reset the environments
 * seed         0
 * </pre>
 *
 * <p>An estimator without a critic, or a learner without minibatches, is chosen by the method of its name; each choice stands
 * alone, so that {@code withoutCritic} belongs to an estimator that needs none.
 *
 * <p>The same environments, parts and seed give the same numbers. Objects with state, such as optimizers, must be new for
 * each training. Not thread-safe.
 */
public final class TrainingBuilder {
    private static final int[] HIDDEN = {64, 64};
    private static final double LEARNING_RATE = 1e-3;

    private int laneCount;
    private LaneFactory lanes;
    RolloutLength rollout = new RolloutLength.Steps(128);
    PolicyFactory policy = PolicyFactory.mlp(HIDDEN);
    MaskSource masks = MaskSource.NONE;
    ObservationBounds.Action observationCheck = ObservationBounds.Action.WARN;
    Normalization.Settings normalization = Normalization.Settings.none();
    double discount = 0.99;
    Discounting discounting = Discounting.FROM_ACTION;
    EstimatorFactory estimator = parts -> new Gae(parts.discount(), 0.95, parts.discounting(), parts.stateValue());
    BaselineFactory baseline = parts -> new Baseline.None();
    Optional<CriticFactory> critic = Optional.of(parts -> CriticFactory.stateValue(
                    ArchitectureFactory.mlp(1, HIDDEN),
                    new ScheduledOptimizer(
                            Adam.standard(), new Schedule.Constant(LEARNING_RATE), Double.POSITIVE_INFINITY),
                    4)
            .make(parts));
    ObjectiveSettings objective = ObjectiveSettings.plain();
    LearnerFactory learner =
            LearnerFactory.ppo(new Ppo.Settings(0.2, 10, new Minibatches(4), true, Double.POSITIVE_INFINITY));
    ScheduledOptimizer optimizer = new ScheduledOptimizer(Adam.standard(), new Schedule.Constant(LEARNING_RATE), 0.5);
    StopRules stop = StopRules.afterSteps(100_000);
    CheckpointRule checkpoints = new CheckpointRule(50, true);
    long seed;
    Optional<EvaluationRule> evaluation = Optional.empty();
    EvaluationLanes evaluationLanes;
    final List<TrainingObserver> observers = new ArrayList<>();
    private String name = "";
    private Optional<Path> directory = Optional.empty();
    private boolean resumes;
    private Optional<Experiment> experiment = Optional.empty();
    Optional<CustomParts> custom = Optional.empty();

    /** Opens environments for evaluations. */
    @FunctionalInterface
    interface EvaluationLanes {
        /** Opens one lane, which the caller closes; {@code note} hears what is not as in training. */
        Lanes open(Consumer<String> note);
    }

    TrainingBuilder() {}

    /**
     * Sets the environments.
     *
     * @param count lanes, ≥ 1; while the environments of one lane step, the actions of another are chosen
     * @param factory opens each of them; the training closes them
     */
    public TrainingBuilder environments(int count, LaneFactory factory) {
        if (count < 1) {
            throw new IllegalArgumentException("Expected 1 lane of environments or more, found " + count);
        }
        laneCount = count;
        lanes = factory;
        return this;
    }

    /** Sets the environments: one lane. */
    public TrainingBuilder environment(Supplier<? extends VectorEnv> factory) {
        return environments(1, lane -> factory.get());
    }

    /** Sets how much experience goes into one update. */
    public TrainingBuilder rollout(RolloutLength length) {
        rollout = length;
        return this;
    }

    /** Sets π(a|s). */
    public TrainingBuilder policy(PolicyFactory factory) {
        policy = factory;
        return this;
    }

    /** Sets where masks of actions come from. */
    public TrainingBuilder actionMasks(MaskSource source) {
        masks = source;
        return this;
    }

    /** Sets what happens when an observation lies outside of its space. */
    public TrainingBuilder observationCheck(ObservationBounds.Action action) {
        observationCheck = action;
        return this;
    }

    /**
     * Standardises observations by their running mean and variance, for π and V(s) alike.
     *
     * @param clip largest size of a standardised number, &gt; 0
     * @param epsilon added to the variances, &gt; 0
     */
    public TrainingBuilder normalizeObservations(double clip, double epsilon) {
        normalization = new Normalization.Settings(
                Optional.of(new Normalization.Limits(clip, epsilon)),
                normalization.rewards(),
                normalization.discount());
        return this;
    }

    /**
     * Learns from rewards in units of the discounted return's running standard deviation.
     *
     * @param discount γ of that return, in [0, 1]
     * @param clip largest size of a scaled reward, &gt; 0
     * @param epsilon added to the variance, &gt; 0
     */
    public TrainingBuilder normalizeRewards(double discount, double clip, double epsilon) {
        normalization = new Normalization.Settings(
                normalization.observations(), Optional.of(new Normalization.Limits(clip, epsilon)), discount);
        return this;
    }

    /**
     * Sets how rewards are discounted.
     *
     * @param gamma γ in [0, 1]
     * @param from where γ counts from
     */
    public TrainingBuilder discount(double gamma, Discounting from) {
        discount = gamma;
        discounting = from;
        return this;
    }

    /** Sets what the policy's scores are weighted with, and what is subtracted. */
    public TrainingBuilder estimator(EstimatorFactory factory) {
        estimator = factory;
        return this;
    }

    /** Sets what an estimator of returns subtracts, {@link dev.gangway.learning.estimator.LearningParts#baseline}. */
    public TrainingBuilder baseline(BaselineFactory factory) {
        baseline = factory;
        return this;
    }

    /** Sets what learns values beside the policy. */
    public TrainingBuilder critic(CriticFactory factory) {
        critic = Optional.of(factory);
        return this;
    }

    /** Trains without a critic, with an estimator that needs none. */
    public TrainingBuilder withoutCritic() {
        critic = Optional.empty();
        return this;
    }

    /**
     * Sets whether ψ is shifted and scaled to mean 0 and standard deviation 1 over each batch: a heuristic that makes the
     * estimate biased.
     */
    public TrainingBuilder normalizeAdvantages(boolean normalized) {
        objective = new ObjectiveSettings(
                normalized, objective.normalizationFloor(), objective.averaging(), objective.entropyCoefficient());
        return this;
    }

    /** Sets what the sum of weighted scores is divided by. */
    public TrainingBuilder averaging(Averaging averaging) {
        objective = new ObjectiveSettings(
                objective.normalized(), objective.normalizationFloor(), averaging, objective.entropyCoefficient());
        return this;
    }

    /** Sets c in the added objective c · mean entropy of π(·|s) in nats, over the run. */
    public TrainingBuilder entropyCoefficient(Schedule coefficient) {
        objective = new ObjectiveSettings(
                objective.normalized(), objective.normalizationFloor(), objective.averaging(), coefficient);
        return this;
    }

    TrainingBuilder objective(ObjectiveSettings settings) {
        objective = settings;
        return this;
    }

    /** Sets what one batch does to the policy. */
    public TrainingBuilder learner(LearnerFactory factory) {
        learner = factory;
        return this;
    }

    /** Sets the optimizer of the policy's parameters. */
    public TrainingBuilder optimizer(ScheduledOptimizer scheduled) {
        optimizer = scheduled;
        return this;
    }

    /** Sets the optimizer of the policy's parameters, with one learning rate throughout; gradients are not clipped. */
    public TrainingBuilder optimizer(Optimizer rule, double learningRate) {
        return optimizer(new ScheduledOptimizer(rule, new Schedule.Constant(learningRate), Double.POSITIVE_INFINITY));
    }

    /** Sets the learning rate over the run; the optimizer and the clipping of gradients stay. */
    public TrainingBuilder learningRate(Schedule schedule) {
        return optimizer(new ScheduledOptimizer(optimizer.optimizer(), schedule, optimizer.maxGradientNorm()));
    }

    /** Sets when training ends. */
    public TrainingBuilder stop(StopRules rules) {
        stop = rules;
        return this;
    }

    /** Sets what every random stream derives from. */
    public TrainingBuilder seed(long value) {
        seed = value;
        return this;
    }

    /** Sets what the run is called in its summary. */
    public TrainingBuilder name(String title) {
        name = title;
        return this;
    }

    /** Adds what hears of the training while it runs. */
    public TrainingBuilder observer(TrainingObserver further) {
        observers.add(further);
        return this;
    }

    /** Sets when checkpoints are written into the run directory. */
    public TrainingBuilder checkpoints(CheckpointRule rule) {
        checkpoints = rule;
        return this;
    }

    /**
     * Plays whole episodes with the policy now and then, and remembers the best one.
     *
     * @param environment opens an environment for one evaluation, which closes it; its episodes must end
     */
    public TrainingBuilder evaluation(EvaluationRule rule, Supplier<? extends VectorEnv> environment) {
        return evaluation(rule, note -> Lanes.of(List.of(environment.get())));
    }

    TrainingBuilder evaluation(EvaluationRule rule, EvaluationLanes environment) {
        evaluation = Optional.of(rule);
        evaluationLanes = environment;
        return this;
    }

    /**
     * Writes metrics, episodes, checkpoints and a summary into a new or empty directory.
     *
     * @param run see {@link dev.gangway.learning.record.RunDirectory}
     */
    public TrainingBuilder runDirectory(Path run) {
        directory = Optional.of(run);
        resumes = false;
        return this;
    }

    /**
     * Goes on with the run in a directory, from its last checkpoint, or from the start where it has none. The parts must be
     * those that the run was trained with.
     *
     * @param run what {@link #runDirectory} was given before
     */
    public TrainingBuilder resume(Path run) {
        directory = Optional.of(run);
        resumes = true;
        return this;
    }

    TrainingBuilder describedBy(Experiment resolved, CustomParts parts) {
        custom = Optional.of(parts);
        experiment = Optional.of(resolved);
        return this;
    }

    Experiment description(TrainingParts parts) {
        return experiment.orElseGet(() -> ProgramDescription.of(name, seed, stop, checkpoints, parts));
    }

    /** Makes a training on environments that are open. */
    Training on(List<? extends VectorEnv> open) {
        return new Training(this, open);
    }

    /**
     * Opens the environments and makes the training, which the caller closes.
     *
     * @throws IllegalArgumentException when the parts do not fit each other or the environment, when the run directory is not
     *     empty, or when the run that is to be resumed was trained with other parts
     */
    public Training build() {
        if (lanes == null) {
            throw new IllegalArgumentException("Expected environments to train in, found none; call environments(…)");
        }
        List<VectorEnv> open = new ArrayList<>();
        try {
            for (int lane = 0; lane < laneCount; lane++) {
                open.add(lanes.open(lane));
            }
            Training training = on(open);
            directory.ifPresent(run ->
                    training.recordedBy(resumes ? Recording.resume(run, training) : Recording.begin(run, training)));
            return training;
        } catch (RuntimeException | Error failed) {
            open.forEach(VectorEnv::close);
            throw failed;
        }
    }
}
