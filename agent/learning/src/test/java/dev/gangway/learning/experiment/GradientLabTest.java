package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Box;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.SingleEnvironment;
import dev.gangway.environment.local.SingleVectorEnv;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.provider.Providers;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.lab.EstimatorStatistics.Figures;
import dev.gangway.learning.lab.GradientTable;
import dev.gangway.v1.Experiment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The lab on cart-poles whose answer is known. */
@Tag("slow")
class GradientLabTest {
    private static GradientTable table(int batches, String... overrides) {
        Experiment experiment = Experiments.cartPole(overrides);
        try (Lanes lanes = Lanes.open(experiment.getEnvironment(), GymnasiumOpener.none())) {
            return new GradientLab(experiment, lanes, Optional.empty(), 8, CustomParts.of(Providers.onClassPath()))
                    .run(2 * batches, batches);
        }
    }

    private static Figures of(GradientTable table, Discounting discounting, String estimator) {
        return table.rows().stream()
                .filter(row ->
                        row.discounting() == discounting && row.estimator().equals(estimator))
                .findFirst()
                .orElseThrow()
                .figures();
    }

    /**
     * Episodes of one step earn 1, whatever is done. At θ = 0 the score is (a − ½) s with the initial state s uniform in
     * [−0.05, 0.05)⁴, so tr Cov of 8 total returns is ¼ · 4 · 0.05² / 3 / 8, and a leave-one-out mean takes all of it away.
     */
    @Test
    void aBanditWhoseActionsDoNotMatterHasTheVarianceOfItsScores() {
        GradientTable table =
                table(150, "environment.native={cart_pole: {max_episode_steps: 1}}", "policy.linear_logistic={}");
        double expected = 0.25 * 4 * 0.05 * 0.05 / 3 / 8;
        for (Discounting discounting : Discounting.values()) {
            assertEquals(expected, of(table, discounting, "total return").variance(), 0.2 * expected);
            assertEquals(
                    expected,
                    of(table, discounting, "total return").variancePerStep() / 8,
                    0.2 * expected,
                    "8 steps a batch");
            assertEquals(
                    0, of(table, discounting, "total return − leave-one-out").variance(), 1e-20);
            assertEquals(expected, of(table, discounting, "Q").variance(), 0.2 * expected);
            assertEquals(0, of(table, discounting, "Q − Σ π Q").variance(), 1e-3 * expected);
        }
    }

    @Test
    void causalityAndACriticTakeVarianceAwayAndShortHorizonsAddBias() {
        GradientTable table = table(40, "environment.native={cart_pole: {max_episode_steps: 100}}");
        Figures total = of(table, Discounting.FROM_START, "total return");
        Figures toGo = of(table, Discounting.FROM_START, "reward-to-go");
        Figures critic = of(table, Discounting.FROM_START, "reward-to-go − V");
        assertTrue(toGo.variance() < total.variance(), table.csv()::toString);
        assertTrue(critic.variance() < toGo.variance(), table.csv()::toString);
        assertEquals(0, critic.bias());
        assertTrue(Math.abs(toGo.bias()) < 2 * toGo.biasInterval(), table.csv()::toString);
        Figures oneStep = of(table, Discounting.FROM_ACTION, "one-step TD");
        assertTrue(oneStep.bias() < -oneStep.biasInterval(), table.csv()::toString);
        assertTrue(critic.cosine() > 0.8, table.csv()::toString);
        Figures q = of(table, Discounting.FROM_START, "Q");
        Figures advantage = of(table, Discounting.FROM_START, "Q − Σ π Q");
        assertTrue(advantage.variance() < q.variance(), table.csv()::toString);
        assertTrue(advantage.variance() < critic.variance(), "without later rewards' noise: " + table.csv());
        assertTrue(advantage.cosine() > 0.8, table.csv()::toString);
    }

    @Test
    void theSameSeedGivesTheSameTable() {
        String[] small = {"environment.native={cart_pole: {max_episode_steps: 20}}", "policy.linear_softmax={}"};
        assertEquals(table(3, small).csv(), table(3, small).csv());
    }

    /** Its observations hold the masks of the actions: at even times the second one is forbidden. */
    private static final class MaskedPlaces implements SingleEnvironment {
        private int time;

        @Override
        public Space observationSpace() {
            return new Dict(Map.of("action_mask", Box.of(0, 1, 2), "place", Box.of(-1, 1, 1)));
        }

        @Override
        public Space actionSpace() {
            return Discrete.of(2);
        }

        @Override
        public Start reset(RandomGenerator random, Map<String, Object> options) {
            time = 0;
            return Start.of(observation());
        }

        @Override
        public Step step(Value action) {
            time++;
            return Step.of(observation(), action.asTensor().getDouble(0), time == 3);
        }

        private Value observation() {
            Tensor mask = Tensor.ofFloats(new int[] {2}, 1, time % 2);
            return new DictValue(Map.of("action_mask", mask, "place", Tensor.ofFloats(new int[] {1}, time / 4f)));
        }
    }

    @Test
    void actionValuesAreLeftOutWhereObservationsHoldMasks() {
        Experiment experiment = Experiments.cartPole(
                "environment.copies=4",
                "environment.lanes=1",
                "policy.linear_softmax={}",
                "policy.action_mask=ACTION_MASK_OBSERVATION");
        VectorEnv env =
                SingleVectorEnv.of("Masked-v0", MaskedPlaces::new, 4, AutoresetMode.SAME_STEP, OptionalLong.of(10));
        try (Lanes lanes = new Lanes(List.of(env), GymnasiumOpener.none())) {
            GradientTable table = new GradientLab(
                            experiment, lanes, Optional.empty(), 4, CustomParts.of(Providers.onClassPath()))
                    .run(4, 2);
            List<String> names =
                    table.rows().stream().map(GradientTable.Row::estimator).toList();
            assertTrue(names.contains("reward-to-go − V"), names::toString);
            assertTrue(names.stream().noneMatch(name -> name.startsWith("Q")), names::toString);
        }
    }
}
