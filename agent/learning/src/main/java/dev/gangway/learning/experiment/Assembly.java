package dev.gangway.learning.experiment;

import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Space;
import dev.gangway.environment.random.Streams;
import dev.gangway.learning.estimator.ActionProbabilities;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.estimator.Baseline;
import dev.gangway.learning.estimator.Critic;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.Gae;
import dev.gangway.learning.estimator.GradientEstimator;
import dev.gangway.learning.estimator.LeastSquares;
import dev.gangway.learning.estimator.LeaveOneOutMean;
import dev.gangway.learning.estimator.MinimumVariance;
import dev.gangway.learning.estimator.MinimumVariancePerParameter;
import dev.gangway.learning.estimator.NStep;
import dev.gangway.learning.estimator.QForm;
import dev.gangway.learning.estimator.RewardToGo;
import dev.gangway.learning.estimator.ScoreSum;
import dev.gangway.learning.estimator.SharedValue;
import dev.gangway.learning.estimator.StateValue;
import dev.gangway.learning.estimator.TimeStepMean;
import dev.gangway.learning.estimator.TotalReturn;
import dev.gangway.learning.estimator.ValueFunction;
import dev.gangway.learning.estimator.ValueNetwork;
import dev.gangway.learning.learner.KlAdaptive;
import dev.gangway.learning.learner.Learner;
import dev.gangway.learning.learner.NaturalGradient;
import dev.gangway.learning.learner.Objective;
import dev.gangway.learning.learner.PolicyGradient;
import dev.gangway.learning.learner.Ppo;
import dev.gangway.learning.learner.ScheduledLearner;
import dev.gangway.learning.network.Layers;
import dev.gangway.learning.network.Network;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.optimizer.KlAdaptiveRate;
import dev.gangway.learning.optimizer.Momentum;
import dev.gangway.learning.optimizer.Optimizer;
import dev.gangway.learning.optimizer.RmsProp;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.optimizer.Sgd;
import dev.gangway.learning.policy.ActorCritic;
import dev.gangway.learning.policy.Architecture;
import dev.gangway.learning.policy.GaussianOptions;
import dev.gangway.learning.policy.ObservationEncoder;
import dev.gangway.learning.policy.Policies;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.learning.rollout.ObservationBounds;
import dev.gangway.learning.rollout.RolloutLength;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.EstimatorConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.GaussianConfig;
import dev.gangway.v1.KlAdaptiveSchedule;
import dev.gangway.v1.LearnerConfig;
import dev.gangway.v1.NaturalGradientLearner;
import dev.gangway.v1.OptimizerConfig;
import dev.gangway.v1.PolicyConfig;
import dev.gangway.v1.PpoLearner;
import dev.gangway.v1.RmsPropEpsilon;
import dev.gangway.v1.RolloutConfig;
import dev.gangway.v1.ValueFunctionConfig;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;

/** Maps every choice of a resolved experiment to its object; nothing else knows both sides. */
final class Assembly {
    private static final DataType PRECISION = DataType.FLOAT;

    private Assembly() {}

    static RolloutLength rolloutLength(RolloutConfig config) {
        return config.hasSteps()
                ? new RolloutLength.Steps(config.getSteps())
                : new RolloutLength.Episodes(config.getEpisodes());
    }

    /**
     * Makes an untrained policy, with a value head where the experiment's value function shares its network.
     *
     * @throws IllegalArgumentException when the policy cannot act in this action space
     */
    static ActorCritic networks(Experiment experiment, EnvSpec spec, Streams streams) {
        PolicyConfig config = experiment.getPolicy();
        try {
            ActorCritic networks = unnamed(config, experiment.getEstimator(), spec, streams);
            checkGaussian(config.getGaussian(), networks.policy(), spec);
            return networks;
        } catch (IllegalArgumentException e) {
            String field = "policy." + config.getKindCase().name().toLowerCase(Locale.ROOT);
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    private static ActorCritic unnamed(PolicyConfig config, EstimatorConfig estimator, EnvSpec spec, Streams streams) {
        Space observations = spec.observationSpace();
        Space actions = spec.actionSpace();
        int features = new ObservationEncoder(observations).size();
        return switch (config.getKindCase()) {
            case LINEAR_LOGISTIC -> alone(Policies.linearLogistic(features, actions, PRECISION));
            case LINEAR_SOFTMAX -> alone(Policies.linearSoftmax(features, actions, PRECISION));
            case MLP, CNN, BRANCHED -> withHeads(config, estimator, spec, streams.stream("policy-initialisation", 0));
            case KIND_NOT_SET -> throw unresolved("policy");
        };
    }

    private static ActorCritic alone(Policy policy) {
        return new ActorCritic(policy, Optional.empty());
    }

    private static ActorCritic withHeads(
            PolicyConfig config, EstimatorConfig estimator, EnvSpec spec, RandomGenerator random) {
        Architecture architecture = Architectures.of(config, spec.observationSpace());
        GaussianOptions gaussian = gaussian(config.getGaussian());
        if (!estimator.hasSharedValueFunction()) {
            return alone(Policies.of(architecture, spec.actionSpace(), gaussian, random, PRECISION));
        }
        double policyGain = config.hasMlp()
                ? config.getMlp().getOutputGain()
                : config.hasCnn()
                        ? config.getCnn().getOutputGain()
                        : config.getBranched().getOutputGain();
        double factor = estimator.getSharedValueFunction().getOutputGain() / policyGain;
        return Policies.withValue(architecture, factor, spec.actionSpace(), gaussian, random, PRECISION);
    }

    /** Refuses settings that would have no effect. */
    private static void checkGaussian(GaussianConfig config, Policy policy, EnvSpec spec) {
        boolean used = policy.distribution().logStdOutputs().findAny().isPresent();
        if (!used && !gaussian(config).equals(GaussianOptions.defaults())) {
            throw new IllegalArgumentException("expected policy.gaussian to be left out, because no action is a Box,"
                    + " found it with the action space " + spec.actionSpace());
        }
    }

    /** Makes what looks whether observations lie within their space. */
    static ObservationBounds observationBounds(EnvironmentConfig config) {
        return ObservationBounds.logged(
                switch (config.getObservationCheck()) {
                    case OBSERVATION_CHECK_REFUSE -> ObservationBounds.Action.REFUSE;
                    case OBSERVATION_CHECK_OFF -> ObservationBounds.Action.OFF;
                    case OBSERVATION_CHECK_WARN, OBSERVATION_CHECK_UNSPECIFIED, UNRECOGNIZED ->
                        ObservationBounds.Action.WARN; // unspecified in checkpoints that are older than the setting
                });
    }

    private static GaussianOptions gaussian(GaussianConfig config) {
        boolean fromNetwork = switch (config.getLogStd()) {
            case LOG_STD_PARAMETER -> false;
            case LOG_STD_NETWORK -> true;
            case LOG_STD_UNSPECIFIED, UNRECOGNIZED -> throw unresolved("policy.gaussian.log_std");
        };
        boolean squashed = switch (config.getSquash()) {
            case SQUASH_NONE -> false;
            case SQUASH_TANH -> true;
            case SQUASH_UNSPECIFIED, UNRECOGNIZED -> throw unresolved("policy.gaussian.squash");
        };
        return new GaussianOptions(config.getInitialLogStd(), fromNetwork, squashed, Snapshots.minLogStd(config));
    }

    /** Makes what learns values: V, with a network of its own or the policy's, or Q; empty when nothing does. */
    static Optional<Critic> critic(
            EstimatorConfig config, ActorCritic networks, EnvSpec spec, Normalization normalization, Streams streams) {
        if (config.hasActionValue()) {
            ValueFunctionConfig function = config.getActionValue().getFunction();
            return Optional.of(valueFunction(function, actionCount(spec), spec, normalization, streams));
        }
        if (config.hasValueFunction()) {
            return Optional.of(valueFunction(config.getValueFunction(), 1, spec, normalization, streams));
        }
        return networks.value()
                .map(head -> new SharedValue(
                        new ValueNetwork(normalization.of(head), Double.POSITIVE_INFINITY),
                        config.getSharedValueFunction().getCoefficient()));
    }

    private static int actionCount(EnvSpec spec) {
        if (spec.actionSpace() instanceof Discrete discrete) {
            return Math.toIntExact(discrete.n());
        }
        throw new IllegalArgumentException("estimator.action_value: expected a Discrete action space, found "
                + spec.actionSpace() + "; use gae or another with value_function");
    }

    static ValueFunction valueFunction(
            ValueFunctionConfig value, int outputs, EnvSpec spec, Normalization normalization, Streams streams) {
        Network network = Layers.of(
                Architectures.of(value, spec.observationSpace()).plan(outputs),
                streams.stream("value-initialisation", 0),
                PRECISION);
        double clip = value.hasClip() ? value.getClip() : Double.POSITIVE_INFINITY;
        return new ValueFunction(
                new ValueNetwork(normalization.of(network), clip),
                scheduledOptimizer(value.getOptimizer()),
                value.getEpochs(),
                new Minibatches(value.getMinibatches()));
    }

    static GradientEstimator estimator(EstimatorConfig config, Policy policy, Optional<Critic> critic, EnvSpec spec) {
        Optional<StateValue> value = critic.map(c -> c::predict);
        double discount = config.getDiscount();
        Discounting discounting = switch (config.getDiscounting()) {
            case DISCOUNTING_FROM_ACTION -> Discounting.FROM_ACTION;
            case DISCOUNTING_FROM_START -> Discounting.FROM_START;
            case DISCOUNTING_UNSPECIFIED, UNRECOGNIZED -> throw unresolved("estimator.discounting");
        };
        Baseline baseline = switch (config.getBaselineCase()) {
            case NO_BASELINE -> new Baseline.None();
            case BATCH_MEAN -> new Baseline.BatchMean();
            case VALUE_FUNCTION, SHARED_VALUE_FUNCTION -> new Baseline.OfState(value.orElseThrow());
            case CONSTANT_BASELINE ->
                new Baseline.Constant(config.getConstantBaseline().getValue());
            case LEAVE_ONE_OUT_MEAN -> new LeaveOneOutMean();
            case TIME_STEP_MEAN -> new TimeStepMean();
            case MINIMUM_VARIANCE ->
                config.getMinimumVariance().getPerParameter()
                        ? new MinimumVariancePerParameter(ScoreSum.of(policy))
                        : new MinimumVariance(ScoreSum.of(policy));
            case LEAST_SQUARES -> new LeastSquares(config.getLeastSquares().getRidge());
            case BASELINE_NOT_SET -> throw unresolved("estimator.baseline");
        };
        return switch (config.getAdvantageCase()) {
            case TOTAL_RETURN -> new TotalReturn(discount, discounting, baseline);
            case REWARD_TO_GO -> new RewardToGo(discount, discounting, baseline);
            case GAE -> new Gae(discount, config.getGae().getLambda(), discounting, value.orElseThrow());
            case TD -> new Gae(discount, 0, discounting, value.orElseThrow());
            case N_STEP -> new NStep(discount, config.getNStep().getSteps(), discounting, value.orElseThrow());
            case MONTE_CARLO -> new Gae(discount, 1, discounting, value.orElseThrow());
            case ACTION_VALUE ->
                new QForm(
                        discount,
                        discounting,
                        critic.orElseThrow()::predict,
                        ActionProbabilities.of(policy, actionCount(spec)),
                        config.getActionValue().getAdvantage());
            case ADVANTAGE_NOT_SET -> throw unresolved("estimator.advantage");
        };
    }

    static Learner learner(
            Experiment experiment, Policy policy, Optional<Critic> critic, ScheduledOptimizer optimizer) {
        Learner learner = new ScheduledLearner(progress -> learner(experiment, policy, critic, optimizer, progress));
        return optimizer.schedule() instanceof KlAdaptiveRate rate ? new KlAdaptive(learner, policy, rate) : learner;
    }

    private static Learner learner(
            Experiment experiment,
            Policy policy,
            Optional<Critic> critic,
            ScheduledOptimizer optimizer,
            double progress) {
        EstimatorConfig estimator = experiment.getEstimator();
        Schedule entropyCoefficient = new Schedule.Linear(
                estimator.getEntropyCoefficient(),
                estimator.hasEntropySchedule() ? estimator.getEntropySchedule().getFinalFraction() : 1);
        Objective objective = new Objective(
                policy,
                estimator.getNormalizeAdvantages(),
                estimator.getNormalizationFloor(),
                averaging(estimator),
                entropyCoefficient.at(progress),
                critic.filter(SharedValue.class::isInstance).map(SharedValue.class::cast));
        LearnerConfig config = experiment.getLearner();
        return switch (config.getKindCase()) {
            case POLICY_GRADIENT -> new PolicyGradient(objective, optimizer);
            case PPO -> new Ppo(objective, optimizer, settings(config.getPpo(), progress));
            case NATURAL_GRADIENT ->
                new NaturalGradient(objective, optimizer.schedule(), settings(config.getNaturalGradient()));
            case KIND_NOT_SET -> throw unresolved("learner");
        };
    }

    private static Ppo.Settings settings(PpoLearner config, double progress) {
        Schedule clip = new Schedule.Linear(
                config.getClip(),
                config.hasClipSchedule() ? config.getClipSchedule().getFinalFraction() : 1);
        return new Ppo.Settings(
                clip.at(progress),
                config.getEpochs(),
                new Minibatches(config.getMinibatches()),
                config.getNormalizeMinibatches(),
                config.hasTargetKl() ? config.getTargetKl() : Double.POSITIVE_INFINITY);
    }

    private static NaturalGradient.Settings settings(NaturalGradientLearner config) {
        return new NaturalGradient.Settings(
                config.getDivergence(),
                config.getDamping(),
                config.getIterations(),
                config.hasLineSearch() ? config.getLineSearch().getHalvings() : -1);
    }

    private static Averaging averaging(EstimatorConfig config) {
        return switch (config.getAveraging()) {
            case AVERAGING_PER_STEP -> Averaging.PER_STEP;
            case AVERAGING_PER_TRAJECTORY -> Averaging.PER_TRAJECTORY;
            case AVERAGING_SUM -> Averaging.SUM;
            case AVERAGING_UNSPECIFIED, UNRECOGNIZED -> throw unresolved("estimator.averaging");
        };
    }

    static ScheduledOptimizer scheduledOptimizer(OptimizerConfig config) {
        return new ScheduledOptimizer(optimizer(config), schedule(config), maxGradientNorm(config));
    }

    private static Schedule schedule(OptimizerConfig config) {
        double initial = learningRate(config);
        return switch (config.getScheduleCase()) {
            case CONSTANT -> new Schedule.Constant(initial);
            case LINEAR -> new Schedule.Linear(initial, config.getLinear().getFinalFraction());
            case KL_ADAPTIVE -> new KlAdaptiveRate(initial, settings(config.getKlAdaptive()));
            case SCHEDULE_NOT_SET -> throw unresolved("optimizer.schedule");
        };
    }

    static double learningRate(OptimizerConfig config) {
        return switch (config.getKindCase()) {
            case SGD -> config.getSgd().getLearningRate();
            case MOMENTUM -> config.getMomentum().getLearningRate();
            case ADAM -> config.getAdam().getLearningRate();
            case RMS_PROP -> config.getRmsProp().getLearningRate();
            case KIND_NOT_SET -> throw unresolved("optimizer");
        };
    }

    private static KlAdaptiveRate.Settings settings(KlAdaptiveSchedule config) {
        return new KlAdaptiveRate.Settings(
                config.getTargetKl(), config.getFactor(), config.getMinLearningRate(), config.getMaxLearningRate());
    }

    private static Optimizer optimizer(OptimizerConfig config) {
        return switch (config.getKindCase()) {
            case SGD -> new Sgd();
            case MOMENTUM -> new Momentum(config.getMomentum().getMomentum());
            case RMS_PROP ->
                new RmsProp(
                        config.getRmsProp().getDecay(),
                        config.getRmsProp().getEpsilon(),
                        placement(config.getRmsProp().getEpsilonPlacement()));
            case ADAM ->
                new Adam(
                        config.getAdam().getBeta1(),
                        config.getAdam().getBeta2(),
                        config.getAdam().getEpsilon());
            case KIND_NOT_SET -> throw unresolved("optimizer");
        };
    }

    private static RmsProp.Epsilon placement(RmsPropEpsilon placement) {
        return switch (placement) {
            case RMS_PROP_EPSILON_OUTSIDE_ROOT -> RmsProp.Epsilon.OUTSIDE_ROOT;
            case RMS_PROP_EPSILON_INSIDE_ROOT -> RmsProp.Epsilon.INSIDE_ROOT;
            case RMS_PROP_EPSILON_UNSPECIFIED, UNRECOGNIZED -> throw unresolved("optimizer.rms_prop.epsilon_placement");
        };
    }

    private static double maxGradientNorm(OptimizerConfig config) {
        return config.hasMaxGradientNorm() ? config.getMaxGradientNorm() : Double.POSITIVE_INFINITY;
    }

    static IllegalArgumentException unresolved(String field) {
        return new IllegalArgumentException(field + ": expected a resolved experiment, found the field unset; "
                + "read experiments with ExperimentFile");
    }
}
