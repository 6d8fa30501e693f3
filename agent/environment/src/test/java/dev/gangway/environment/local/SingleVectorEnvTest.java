package dev.gangway.environment.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Box;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What {@link SingleVectorEnv} does beyond the contract of all environments, which the test kit runs on a grid world. */
class SingleVectorEnvTest {
    private static final int[] SCALAR = {};

    /** Counts its steps; shares one info list and one observation buffer between them, and can be made to fail. */
    private static final class Counter implements SingleEnvironment {
        private final List<Object> history = new ArrayList<>();
        private Space observations = new Dict(Map.of("steps", Discrete.of(1000)));
        private RandomGenerator generator;
        private boolean closed;
        private boolean closesBadly;
        private long steps;
        private long failsAt = -1;

        @Override
        public Space observationSpace() {
            return observations;
        }

        @Override
        public Space actionSpace() {
            return Box.of(-1, 1, 1);
        }

        @Override
        public Start reset(RandomGenerator random, Map<String, Object> options) {
            generator = random;
            steps = 0;
            history.clear();
            return new Start(observation(), Map.of("options", options));
        }

        @Override
        public Step step(Value action) {
            if (++steps == failsAt) {
                throw new IllegalStateException("the counter is stuck");
            }
            history.add(steps);
            return new Step(observation(), generator.nextDouble(), false, false, Map.of("history", history));
        }

        @Override
        public String renderText() {
            return "step " + steps;
        }

        @Override
        public void close() {
            closed = true;
            if (closesBadly) {
                throw new IllegalStateException("the counter stays");
            }
        }

        private Value observation() {
            return new DictValue(Map.of("steps", Tensor.ofLongs(SCALAR, steps)));
        }
    }

    private final List<Counter> made = new ArrayList<>();

    private Counter next() {
        Counter counter = new Counter();
        made.add(counter);
        return counter;
    }

    private SingleVectorEnv env(AutoresetMode mode, Supplier<? extends SingleEnvironment> maker) {
        return SingleVectorEnv.of("Counter-v0", maker, 2, mode, OptionalLong.of(3));
    }

    private static Tensor actions(float... values) {
        return Tensor.ofFloats(new int[] {values.length, 1}, values);
    }

    private static long steps(Value batch, int copy) {
        return ((DictValue) batch).get("steps").asTensor().getLong(copy);
    }

    @Test
    void aDictionaryOfObservationsIsBatchedPartByPart() {
        SingleVectorEnv env = env(AutoresetMode.SAME_STEP, this::next);
        env.reset(ResetRequest.seeded(0, 2));
        StepResult result = env.step(actions(0, 5)); // beyond a Box's bounds: the environment's to judge
        assertEquals(1, steps(result.observations(), 1));
    }

    @Test
    void infosStayAsTheyWereWhenTheEnvironmentChangesWhatItGave() {
        SingleVectorEnv env = env(AutoresetMode.SAME_STEP, this::next);
        env.reset(ResetRequest.seeded(0, 2));
        env.step(actions(0, 0));
        env.step(actions(0, 0));
        StepResult last = env.step(actions(0, 0)); // the reset clears the history
        assertEquals(
                List.of(1L, 2L, 3L),
                last.finals().orElseThrow().infos().rows().get(1).get("history"));
        assertEquals(Map.of("options", Map.of()), last.infos().rows().get(1));
        assertEquals(3, steps(last.finals().orElseThrow().observations(), 0));
        assertEquals(0, steps(last.observations(), 0));
        assertArrayEquals(new boolean[] {true, true}, last.truncated());
        assertArrayEquals(new boolean[] {false, false}, last.terminated());
    }

    @Test
    void optionsReachTheCopiesThatAMaskChooses() {
        SingleVectorEnv env = env(AutoresetMode.DISABLED, this::next);
        env.reset(ResetRequest.seeded(0, 2));
        env.step(actions(0, 0));
        Map<String, Object> options = Map.of("level", 4L);
        ResetResult result = env.reset(new ResetRequest(List.of(), options, List.of(false, true)));
        assertEquals(
                List.of(Map.of(), Map.of("options", options)), result.infos().rows());
        assertEquals(1, steps(result.observations(), 0));
        assertEquals(0, steps(result.observations(), 1));
    }

    @Test
    void whatACopyThrowsNamesTheCopyAndAsksForAReset() {
        SingleVectorEnv env = env(AutoresetMode.SAME_STEP, this::next);
        env.reset(ResetRequest.seeded(0, 2));
        made.get(1).failsAt = 1;
        String said = assertThrows(EnvironmentException.class, () -> env.step(actions(0, 0)))
                .getMessage();
        assertTrue(said.startsWith("Copy 1 of Counter-v0 failed in step: "), said);
        assertTrue(said.contains("the counter is stuck"), said);
        assertThrows(EnvironmentException.class, () -> env.step(actions(0, 0)));
        made.get(1).failsAt = -1;
        env.reset(ResetRequest.unseeded());
        assertEquals(1, steps(env.step(actions(0, 0)).observations(), 0));
    }

    @Test
    void anObservationOfAnotherTypeNamesTheCopyAndTheSpace() {
        SingleVectorEnv env = SingleVectorEnv.of(
                "Counter-v0",
                () -> {
                    Counter counter = next();
                    counter.observations = Discrete.of(1000);
                    return counter;
                },
                1,
                AutoresetMode.SAME_STEP,
                OptionalLong.empty());
        String said = assertThrows(EnvironmentException.class, () -> env.reset(ResetRequest.seeded(0, 1)))
                .getMessage();
        assertTrue(said.startsWith("Copy 0 of Counter-v0 failed in reset: "), said);
        assertTrue(said.contains("Expected a Tensor for Discrete(1000), found a DictValue"), said);
    }

    @Test
    void aCopyThatIsMadeTwiceIsRefusedAndWhatWasMadeIsClosed() {
        Counter one = new Counter();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> env(AutoresetMode.SAME_STEP, () -> one))
                .getMessage()
                .contains("found one twice"));
        assertTrue(one.closed);
    }

    @Test
    void copiesWithOtherSpacesAreRefusedByNumber() {
        String said = assertThrows(
                        IllegalArgumentException.class,
                        () -> env(AutoresetMode.SAME_STEP, () -> {
                            Counter counter = next();
                            counter.observations = Discrete.of(made.size());
                            return counter;
                        }))
                .getMessage();
        assertTrue(said.contains("found copy 1 with Discrete(2)"), said);
        assertTrue(made.stream().allMatch(each -> each.closed));
    }

    @Test
    void rendersTheCopyThatIsAskedForAndClosesEach() {
        SingleVectorEnv env = env(AutoresetMode.DISABLED, this::next);
        env.reset(ResetRequest.seeded(0, 2));
        env.step(actions(0, 0));
        env.reset(new ResetRequest(List.of(), Map.of(), List.of(true, false)));
        assertEquals("step 0", env.renderText(0));
        assertEquals("step 1", env.renderText(1));
        assertThrows(EnvironmentException.class, () -> env.render(0));
        env.close();
        assertTrue(made.stream().allMatch(each -> each.closed));
    }

    @Test
    void aCopyThatThrowsInCloseLeavesNoOtherOpen() {
        SingleVectorEnv env = env(AutoresetMode.DISABLED, this::next);
        made.get(0).closesBadly = true;
        made.get(1).closesBadly = true;
        RuntimeException error = assertThrows(IllegalStateException.class, env::close);
        assertEquals(1, error.getSuppressed().length);
        assertTrue(made.stream().allMatch(each -> each.closed));
        env.close();
    }
}
