package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.environment.Box;
import dev.gangway.environment.Dict;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Space;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.configuration.Architectures;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.ObservationMoments;
import dev.gangway.inference.network.Activation;
import dev.gangway.inference.network.Filters;
import dev.gangway.inference.network.Gains;
import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.provider.Providers;
import dev.gangway.learning.estimator.CriticParts;
import dev.gangway.learning.estimator.ValueFunction;
import dev.gangway.learning.learner.Learner;
import dev.gangway.learning.learner.LearnerParts;
import dev.gangway.learning.learner.NaturalGradient;
import dev.gangway.learning.learner.Ppo;
import dev.gangway.learning.learner.ScheduledLearner;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.optimizer.KlAdaptiveRate;
import dev.gangway.learning.optimizer.Optimizer;
import dev.gangway.learning.optimizer.RmsProp;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.Minibatches;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.Experiment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Numbers that stand side by side in one block reach their own places: two that changed places would each still have an
 * effect, so that {@link FieldEffectsTest} cannot tell.
 */
class AssemblyTest {
    private static final Space NUMBERS = Box.of(-9, 9, 2);
    private static final Space IMAGE = Box.of(0, 1, 6, 6, 1);

    @Test
    void anOptimizersCoefficients() {
        Experiment adam =
                Experiments.cartPole("optimizer={adam {learning_rate: 1 beta1: 0.5 beta2: 0.25 epsilon: 0.1}}");
        assertSameSteps(new Adam(0.5, 0.25, 0.1), adam);
        Experiment rmsProp = Experiments.cartPole("optimizer={rms_prop {learning_rate: 1 decay: 0.25 epsilon: 0.1"
                + " epsilon_placement: RMS_PROP_EPSILON_INSIDE_ROOT}}");
        assertSameSteps(new RmsProp(0.25, 0.1, RmsProp.Epsilon.INSIDE_ROOT), rmsProp);
    }

    private static void assertSameSteps(Optimizer expected, Experiment experiment) {
        ScheduledOptimizer assembled =
                OptimizerChoices.of(experiment.getOptimizer(), "optimizer", CustomParts.of(Providers.onClassPath()));
        ParameterVector one = policy().parameters();
        ParameterVector other = policy().parameters();
        for (int step = 1; step <= 3; step++) {
            double[] gradient = new double[one.size()];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = Math.sin(7.0 * i + step);
            }
            expected.ascend(one, gradient.clone(), 1);
            assembled.ascend(other, gradient.clone(), 0);
        }
        assertArrayEquals(one.toDoubles(), other.toDoubles());
    }

    @Test
    void limitsOfARateThatAdapts() {
        Experiment experiment = Experiments.cartPole("optimizer={sgd {learning_rate: 0.005} kl_adaptive {target_kl: 0.1"
                + " factor: 2 min_learning_rate: 0.004 max_learning_rate: 0.009}}");
        KlAdaptiveRate rate = (KlAdaptiveRate)
                OptimizerChoices.of(experiment.getOptimizer(), "optimizer", CustomParts.of(Providers.onClassPath()))
                        .schedule();
        double[] divergences = {1, 0.01, 0.01, 0.19, 0.06};
        double[] rates = {0.004, 0.008, 0.009, 0.009, 0.009};
        for (int i = 0; i < rates.length; i++) {
            rate.adapt(divergences[i]);
            assertEquals(rates[i], rate.at(0), 1e-15, "after " + divergences[i]);
        }
    }

    @Test
    void boundAndEpsilonOfNormalisedObservations() {
        Experiment experiment = Experiments.cartPole("policy.normalize_observations={clip: 0.75 epsilon: 3}");
        InputNormalizer normalizer =
                ObservationMoments.of(experiment.getPolicy(), NUMBERS).orElseThrow();
        normalizer.observe(new float[] {-1, 5, 1, 7}, new int[] {0, 1}); // of variance 1
        assertArrayEquals(new double[] {0.5, 0.5}, normalizer.current().factor(), 1e-15);
        assertArrayEquals(new double[] {0.75, 0.75}, normalizer.current().limit());
    }

    @Test
    void boundAndEpsilonOfNormalisedRewards() {
        Experiment experiment =
                Experiments.cartPole("estimator.normalize_rewards={clip: 0.75 epsilon: 3}", "estimator.discount=0");
        TrajectoryBatch batch =
                Experiments.train(experiment, 1).updates.get(0).rollout().batch();
        double[] rewards = new double[batch.rows()];
        for (int row = 0; row < rewards.length; row++) {
            rewards[row] = row % 2 == 0 ? 1 : -1; // of variance 1, for γ is 0
        }
        rewards[0] = 1;
        Normalization normalization = Normalization.Settings.of(experiment.getPolicy(), experiment.getEstimator())
                .make(NUMBERS);
        double[] scaled = normalization.scaled(batch.withRewards(rewards)).rewards();
        assertEquals(0.5, scaled[0], 1e-15);
        rewards[0] = 100;
        assertEquals(0.75, normalization.scaled(batch.withRewards(rewards)).rewards()[0]);
    }

    @Test
    void aLearnersSettings() {
        Experiment ppo = Experiments.cartPole(
                "learner.ppo={clip: 0.1 epochs: 3 minibatches: 5 normalize_minibatches: true target_kl: 0.7}",
                "estimator.normalize_advantages=false");
        assertEquals(new Ppo.Settings(0.1, 3, new Minibatches(5), true, 0.7), ((Ppo) learner(ppo)).settings());
        Experiment natural = Experiments.cartPole(
                "learner.natural_gradient={divergence: 0.1 damping: 0.2 iterations: 3 line_search {halvings: 4}}",
                "optimizer={sgd {learning_rate: 1}}");
        assertEquals(new NaturalGradient.Settings(0.1, 0.2, 3, 4), ((NaturalGradient) learner(natural)).settings());
    }

    private static Learner learner(Experiment experiment) {
        ScheduledOptimizer optimizer =
                OptimizerChoices.of(experiment.getOptimizer(), "optimizer", CustomParts.of(Providers.onClassPath()));
        Policy policy = policy();
        Learner scheduled = LearnerChoices.of(experiment.getLearner(), CustomParts.of(Providers.onClassPath()))
                .make(new LearnerParts(
                        policy,
                        progress ->
                                ObjectiveChoices.of(experiment.getEstimator()).at(policy, Optional.empty(), progress),
                        optimizer));
        return ((ScheduledLearner) scheduled).at().apply(0);
    }

    @Test
    void passesAndPartsOfAValueFunctionsFit() {
        Experiment experiment =
                Experiments.cartPole("estimator.value_function.epochs=3", "estimator.value_function.minibatches=5");
        ValueFunction value = CriticChoices.valueFunction(
                experiment.getEstimator().getValueFunction(),
                "estimator.value_function",
                CustomParts.of(Providers.onClassPath()),
                1,
                new CriticParts(spec(NUMBERS), Optional.empty(), network -> network, Streams.of(0)));
        assertEquals(3, value.epochs());
        assertEquals(new Minibatches(5), value.minibatches());
    }

    @Test
    void gainsAndShapesOfNetworks() {
        Gains gains = new Gains(0.5, 0.25);
        NetworkPlan mlp = NetworkPlan.Dense.mlp(2, List.of(7, 6), 3, Activation.RELU, gains);
        String settings = "hidden: [7, 6] activation: ACTIVATION_RELU hidden_gain: 0.5";
        assertEquals(mlp, policyPlan("mlp={" + settings + " output_gain: 0.25}", NUMBERS));
        Experiment critic = Experiments.cartPole(
                "estimator.value_function={" + settings + " output_gain: 0.25 optimizer {sgd {learning_rate: 1}}}");
        assertEquals(
                mlp,
                Architectures.of(
                                critic.getEstimator().getValueFunction(),
                                "estimator.value_function",
                                CustomParts.of(Providers.onClassPath()))
                        .make(NUMBERS)
                        .plan(3));

        NetworkPlan convolutions =
                new NetworkPlan.Convolutions(6, 6, 1, List.of(new Filters(4, 3, 2)), Activation.RELU, 0.125, 0.5);
        NetworkPlan cnn = new NetworkPlan.Sequential(
                convolutions, NetworkPlan.Dense.mlp(convolutions.outputs(), List.of(5), 3, Activation.RELU, gains));
        String network =
                "{convolutions {filters: 4 kernel: 3 stride: 2} hidden: [5] hidden_gain: 0.5 input_scale: 0.125}";
        assertEquals(cnn, policyPlan("cnn={network " + network + " output_gain: 0.25}", IMAGE));

        NetworkPlan trunk = new NetworkPlan.Branched(List.of(new NetworkPlan.Branch(
                "numbers",
                2,
                Optional.of(new NetworkPlan.Dense(List.of(2, 4), Activation.RELU, true, new Gains(0.75, 0.75))))));
        NetworkPlan branched = new NetworkPlan.Sequential(
                trunk, NetworkPlan.Dense.mlp(trunk.outputs(), List.of(5), 3, Activation.TANH, gains));
        String branches = "{branches {part: 'numbers' mlp {hidden: [4] activation: ACTIVATION_RELU hidden_gain: 0.75}}"
                + " hidden: [5] hidden_gain: 0.5}";
        assertEquals(
                branched,
                policyPlan(
                        "branched={network " + branches + " output_gain: 0.25}", new Dict(Map.of("numbers", NUMBERS))));
    }

    private static NetworkPlan policyPlan(String policy, Space observations) {
        return Architectures.of(
                        Experiments.cartPole("policy." + policy).getPolicy(), CustomParts.of(Providers.onClassPath()))
                .make(observations)
                .plan(3);
    }

    private static Policy policy() {
        return PolicyChoices.of(Experiments.cartPole(), CustomParts.of(Providers.onClassPath()))
                .make(spec(NUMBERS), Streams.of(0).stream("policy-initialisation", 0))
                .policy();
    }

    private static EnvSpec spec(Space observations) {
        return Experiments.spec(observations, Discrete.of(2));
    }
}
