package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.provider.Providers;
import dev.gangway.learning.estimator.CriticParts;
import dev.gangway.learning.policy.Decisions;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.TrajectoryBatch;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Critics of a bandit of three arms, each of which was drawn once in every batch, and of trained policies. */
class LabCriticsTest {
    private static final double[] REWARDS = {1, -1, 3};
    private static final float[] STATE = {0.5f};

    private static EnvSpec spec(Space actions) {
        Space observations = Box.of(
                Tensor.ofFloats(new int[] {1}, new float[] {-5}), Tensor.ofFloats(new int[] {1}, new float[] {5}));
        return Experiments.spec(observations, actions);
    }

    private static TrajectoryBatch batch() {
        int arms = REWARDS.length;
        float[] states = new float[arms];
        Arrays.fill(states, STATE[0]);
        boolean[] all = new boolean[arms];
        Arrays.fill(all, true);
        return new TrajectoryBatch(
                1,
                arms,
                new Decisions(states, new float[0], new float[] {0, 1, 2}),
                new TrajectoryBatch.Outcomes(REWARDS, all, new boolean[arms], all, new int[arms]),
                new TrajectoryBatch.FinalStates(IntStream.range(0, arms).toArray(), states),
                new float[arms]);
    }

    private static LabCritics critics(Space actions, String... overrides) {
        Experiment experiment = Experiments.cartPole(overrides);
        EnvSpec spec = spec(actions);
        Normalization none = new Normalization(Optional.empty(), Optional.empty());
        Policy policy = PolicyChoices.of(experiment, CustomParts.of(Providers.onClassPath()))
                .make(spec, Streams.of(0).stream("policy-initialisation", 0))
                .policy();
        return LabCritics.of(
                experiment,
                spec,
                none,
                policy,
                Optional.empty(),
                CustomParts.of(Providers.onClassPath()),
                LabCriticsTest::batch);
    }

    @Test
    void theyAreFittedToWhatAStateAndAnActionEarnInTheMean() {
        LabCritics critics = critics(Discrete.of(3), "policy.linear_softmax={}");
        assertEquals(1, critics.value().predict(STATE, 1)[0], 0.05);
        var actionValue = critics.actionValue().orElseThrow();
        assertArrayEquals(REWARDS, actionValue.actionValue().predict(STATE, 1), 0.05);
        assertEquals(1, actionValue.predict(STATE, 1)[0], 0.05, "under a policy that knows nothing yet");
    }

    @Test
    void anActionHasAValueOfItsOwnWhereActionsAreDiscreteAndAllAllowed() {
        assertEquals(Optional.empty(), critics(MultiDiscrete.of(3, 2)).actionValue());
        assertEquals(
                Optional.empty(),
                critics(Discrete.of(3), "policy.action_mask=ACTION_MASK_INFO").actionValue());
    }

    @Test
    void theCriticOfATrainingIsTaken() {
        for (boolean ofActions : new boolean[] {false, true}) {
            Experiment experiment = ofActions
                    ? Experiments.cartPole(
                            "estimator.action_value={function {optimizer {adam {learning_rate: 5e-3}}}}",
                            "estimator.no_baseline={}")
                    : Experiments.cartPole();
            Experiments.Log log = Experiments.train(experiment, 2);
            Checkpoint trained = log.training.checkpoint();
            AtomicInteger fitted = new AtomicInteger();
            LabCritics critics = LabCritics.of(
                    experiment,
                    log.training.spec(),
                    new Normalization(Optional.empty(), Optional.empty()),
                    log.training.policy(),
                    Optional.of(trained),
                    CustomParts.of(Providers.onClassPath()),
                    () -> {
                        fitted.incrementAndGet();
                        return pole();
                    });
            int outputs = ofActions ? 2 : 1;
            var same = CriticChoices.valueFunction(
                    ofActions
                            ? experiment.getEstimator().getActionValue().getFunction()
                            : experiment.getEstimator().getValueFunction(),
                    "estimator.value_function",
                    CustomParts.of(Providers.onClassPath()),
                    outputs,
                    new CriticParts(log.training.spec(), Optional.empty(), network -> network, Streams.of(1)));
            Checkpoints.restoreValue(trained, same);
            float[] state = {0.1f, -0.2f, 0.03f, 0.4f};
            assertArrayEquals(
                    same.predict(state, 1),
                    ofActions
                            ? critics.actionValue().orElseThrow().actionValue().predict(state, 1)
                            : critics.value().predict(state, 1));
            assertEquals(20, fitted.get(), "batches for the other one");
        }
    }

    /** One step of a pole. */
    private static TrajectoryBatch pole() {
        boolean[] yes = {true};
        return new TrajectoryBatch(
                1,
                1,
                new Decisions(new float[4], new float[0], new float[1]),
                new TrajectoryBatch.Outcomes(new double[] {1}, yes, new boolean[1], yes, new int[1]),
                new TrajectoryBatch.FinalStates(new int[1], new float[4]),
                new float[4]);
    }
}
