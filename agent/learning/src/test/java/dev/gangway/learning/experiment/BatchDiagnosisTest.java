package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.local.SingleEnvironment;
import dev.gangway.environment.local.SingleVectorEnv;
import dev.gangway.inference.policy.DivergedException;
import dev.gangway.learning.rollout.Rollout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Trainings in which every number is valid and nothing can be learnt all the same, and how they fail. */
class BatchDiagnosisTest {
    /** Gives a reward for action 1, and raises in a step if that is wanted. */
    private static final class Bandit implements SingleEnvironment {
        private final double reward;
        private final boolean fails;

        Bandit(double reward, boolean fails) {
            this.reward = reward;
            this.fails = fails;
        }

        @Override
        public Space observationSpace() {
            return Box.of(Tensor.ofFloats(new int[] {1}, 0f), Tensor.ofFloats(new int[] {1}, 1f));
        }

        @Override
        public Space actionSpace() {
            return Discrete.of(2);
        }

        @Override
        public Start reset(RandomGenerator random, Map<String, Object> options) {
            return new Start(Tensor.ofFloats(new int[] {1}, 1f), Map.of());
        }

        @Override
        public Step step(Value action) {
            if (fails) {
                throw new EnvironmentException("The bandit is broken");
            }
            double earned = action.asTensor().getLong(0) == 1 ? reward : -reward;
            return new Step(Tensor.ofFloats(new int[] {1}, 1f), earned, false, false, Map.of());
        }
    }

    private static SingleVectorEnv bandit(int copies, double reward, int steps, boolean fails) {
        return SingleVectorEnv.of(
                "Bandit-v0", () -> new Bandit(reward, fails), copies, AutoresetMode.SAME_STEP, OptionalLong.of(steps));
    }

    private static List<String> train(int copies, double reward, int steps, String... overrides) {
        List<String> notes = new ArrayList<>();
        GymnasiumOpener broken = (environment, n, mode, render) -> bandit(n, reward, steps, true);
        try (Lanes lanes = new Lanes(List.of(bandit(copies, reward, steps, false)), broken)) {
            Training training = ExperimentTraining.of(Experiments.cartPole(overrides), lanes);
            Progress unused = training.run(
                    new TrainingObserver() {
                        @Override
                        public void started(Progress progress) {}

                        @Override
                        public void rolledOut(Rollout rollout, Progress progress) {}

                        @Override
                        public void updated(Update update, Progress progress) {}

                        @Override
                        public void noted(String note) {
                            notes.add(note);
                        }
                    },
                    () -> training.progress().updates() >= 50);
        }
        return notes;
    }

    @Test
    void rewardsWhoseReturnsAreTooLargeForNetworksAreNamedAsTheCause() {
        String message = assertThrows(
                        DivergedException.class, () -> train(8, 1e38, 10, "estimator.normalize_advantages=false"))
                .getMessage();
        assertTrue(message.contains("diverged with rewards as large as 1.0E+38"), message);
        assertTrue(message.contains("estimator.normalize_rewards"), message);
    }

    @Test
    void aBatchOfOneStepWhoseAdvantageIsNormalizedIsToldOnce() {
        List<String> notes = train(1, 1, 1, "environment.copies=1", "rollout={episodes: 1}");
        assertEquals(1, notes.size(), notes::toString);
        assertTrue(notes.get(0).startsWith("A batch held one step alone"), notes.get(0));
        assertEquals(
                List.of(),
                train(
                        1,
                        1,
                        1,
                        "environment.copies=1",
                        "rollout={episodes: 1}",
                        "estimator.normalize_advantages=false"));
        assertEquals(List.of(), train(1, 1, 1, "environment.copies=1", "rollout={episodes: 2}"));
    }

    @Test
    void aFailureInAnEvaluationSaysThatItWasOne() {
        String message = assertThrows(
                        EnvironmentException.class,
                        () -> train(
                                8,
                                1,
                                1,
                                "environment={gymnasium {id: 'Bandit-v0'} copies: 8}",
                                "evaluation={every_env_steps: 512 episodes: 2}"))
                .getMessage();
        assertTrue(message.startsWith("The evaluation of the policy after 0 environment steps failed: "), message);
        assertTrue(message.contains("The bandit is broken"), message);
    }
}
