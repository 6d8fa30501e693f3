package dev.gangway.env;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.env.StepResult.FinalRows;
import dev.gangway.testing.Batches;
import dev.gangway.testing.Trajectories;
import dev.gangway.testing.Trajectories.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every {@link VectorEnv} promises. A subclass names an environment and a number of copies, and opens environments.
 */
public abstract class VectorEnvContract extends VectorEnvErrorContract {
    private static final int STEPS = 120;
    private static final int LIMIT = 7; // short, so that every copy is cut often

    /** Names what the subclass opens. */
    protected VectorEnvContract(String id, int copies) {
        super(id, copies);
    }

    /** Returns whether 120 random actions terminate an episode of this environment. */
    protected boolean terminatesUnderRandomActions() {
        return true;
    }

    private List<Tensor> actions(VectorEnv env) {
        return actions(env, STEPS);
    }

    private static void assertBatchOf(Space observations, int rows, Value value) {
        ArraySpace space = observations.asArraySpace();
        Tensor batch = value.asTensor();
        assertEquals(space.dtype(), batch.dtype());
        int[] shape = IntStream.concat(IntStream.of(rows), Arrays.stream(space.shape()))
                .toArray();
        assertArrayEquals(shape, batch.shape());
        for (int i = 0; i < rows; i++) {
            Tensor row = batch.row(i);
            assertTrue(space.contains(row), () -> row + " in " + space);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tellsWhatItIs(AutoresetMode mode) {
        VectorEnv env = open(mode, OptionalInt.of(LIMIT));
        assertEquals(id, env.spec().id());
        assertEquals(OptionalLong.of(LIMIT), env.spec().maxEpisodeSteps());
        assertEquals(copies, env.copies());
        assertEquals(mode, env.autoresetMode());
    }

    @Test
    void resetGivesOneObservationAndInfoPerCopy() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        ResetResult result = env.reset(seeded());
        assertBatchOf(env.spec().observationSpace(), copies, result.observations());
        assertEquals(copies, result.infos().rows().size());
    }

    @Test
    void theSameSeedAndActionsGiveTheSameTrajectoryBitForBit() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        VectorEnv other = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        List<Object> expected = Trajectories.run(env, seeded(), actions(env));
        assertEquals(expected, Trajectories.run(other, seeded(), actions(env)));
        assertEquals(expected, Trajectories.run(env, seeded(), actions(env)), "in the same environment again");
    }

    @Test
    void anotherSeedGivesAnotherTrajectory() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        List<Object> first = Trajectories.run(env, seeded(), actions(env));
        assertNotEquals(first, Trajectories.run(env, ResetRequest.seeded(SEED + 1, copies), actions(env)));
    }

    @Test
    void copyIOfASeedIsTheSingleEnvironmentOfTheSeedPlusI() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        VectorEnv single = open(1, AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        List<Tensor> actions = actions(env);
        List<List<Event>> all = Trajectories.events(env, SEED, actions);
        for (int i = 0; i < copies; i += Math.max(1, copies / 8)) {
            int copy = i;
            List<Tensor> own = actions.stream()
                    .map(batch -> Batches.stack(List.of(batch.row(copy))))
                    .toList();
            assertEquals(all.get(i), Trajectories.events(single, SEED + i, own).get(0), "copy " + i);
        }
    }

    @Test
    void aResetWithoutSeedsLetsTheGeneratorsGoOn() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        List<Object> first = Trajectories.run(env, seeded(), actions(env));
        env.reset(seeded());
        List<Object> second = Trajectories.run(env, ResetRequest.unseeded(), actions(env));
        assertNotEquals(first, second);
        env.reset(seeded());
        assertEquals(second, Trajectories.run(env, ResetRequest.unseeded(), actions(env)));
    }

    @Test
    void aResetSeedsOnlyTheCopiesThatItNamesASeedFor() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        env.reset(seeded());
        Tensor goesOn = env.reset(ResetRequest.unseeded()).observations().asTensor();
        Tensor seeded =
                env.reset(ResetRequest.seeded(99, copies)).observations().asTensor();
        List<OptionalLong> every2nd = IntStream.range(0, copies)
                .mapToObj(i -> i % 2 == 0 ? OptionalLong.empty() : OptionalLong.of(99 + i))
                .toList();
        env.reset(seeded());
        Tensor mixed = env.reset(new ResetRequest(every2nd, Map.of(), List.of()))
                .observations()
                .asTensor();
        for (int i = 0; i < copies; i++) {
            assertEquals((i % 2 == 0 ? goesOn : seeded).row(i), mixed.row(i), "copy " + i);
        }
    }

    @Test
    void aResetInTheMiddleOfAnEpisodeStartsANewOne() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(LIMIT));
        List<Tensor> actions = actions(env).subList(0, LIMIT + 2);
        List<Object> expected = Trajectories.run(env, seeded(), actions);
        Trajectories.run(env, seeded(), actions.subList(0, LIMIT - 2));
        assertEquals(expected, Trajectories.run(env, seeded(), actions), "the time limit counts from the reset");
    }

    @ParameterizedTest
    @EnumSource(names = {"SAME_STEP", "NEXT_STEP"})
    void stepsGiveOneResultPerCopyWithinTheSpaces(AutoresetMode mode) {
        VectorEnv env = open(mode, REGISTERED_LIMIT);
        env.reset(seeded());
        for (Tensor action : actions(env)) {
            StepResult result = env.step(action);
            assertBatchOf(env.spec().observationSpace(), copies, result.observations());
            assertEquals(copies, result.rewards().length);
            assertTrue(Arrays.stream(result.rewards()).allMatch(Double::isFinite));
            assertEquals(copies, result.terminated().length);
            assertEquals(copies, result.truncated().length);
            assertEquals(copies, result.infos().rows().size());
        }
    }

    @Test
    void resultsStayAsTheyAreWhenTheEnvironmentGoesOn() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(LIMIT));
        env.reset(seeded());
        List<StepResult> results = new ArrayList<>();
        List<Object> copiesOfThem = new ArrayList<>();
        for (Tensor action : actions(env)) {
            StepResult result = env.step(action);
            results.add(result);
            copiesOfThem.add(Trajectories.comparable(result));
        }
        assertEquals(
                copiesOfThem, results.stream().map(Trajectories::comparable).toList());
    }

    @Test
    void truncationComesExactlyAtTheTimeLimitAndTerminationApartFromIt() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(LIMIT));
        env.reset(seeded());
        int[] elapsed = new int[copies];
        for (Tensor action : actions(env)) {
            StepResult result = env.step(action);
            for (int i = 0; i < copies; i++) {
                elapsed[i]++;
                assertEquals(elapsed[i] == LIMIT, result.truncated()[i], "after " + elapsed[i] + " steps");
                if (result.truncated()[i] || result.terminated()[i]) {
                    elapsed[i] = 0;
                }
            }
        }
    }

    @Test
    void terminationIsNotTruncation() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(100_000));
        boolean terminated = Trajectories.events(env, SEED, actions(env)).stream()
                .flatMap(List::stream)
                .peek(event -> assertFalse(event.truncated()))
                .anyMatch(Event::terminated);
        assertEquals(terminatesUnderRandomActions(), terminated);
    }

    @Test
    void finalRowsAreTheCopiesThatEndedInThisStep() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(LIMIT));
        env.reset(seeded());
        for (Tensor action : actions(env)) {
            StepResult result = env.step(action);
            int[] ended = IntStream.range(0, copies)
                    .filter(i -> result.terminated()[i] || result.truncated()[i])
                    .toArray();
            assertEquals(ended.length > 0, result.finals().isPresent());
            result.finals().ifPresent(finals -> assertFinalRows(env, ended, finals));
        }
    }

    private static void assertFinalRows(VectorEnv env, int[] ended, FinalRows finals) {
        assertArrayEquals(ended, finals.copies());
        assertBatchOf(env.spec().observationSpace(), ended.length, finals.observations());
        assertEquals(ended.length, finals.infos().rows().size());
    }

    @ParameterizedTest
    @EnumSource(names = {"NEXT_STEP", "DISABLED"})
    void otherModesHaveNoFinalRows(AutoresetMode mode) {
        VectorEnv env = open(mode, OptionalInt.of(1));
        env.reset(seeded());
        StepResult result = env.step(actions(env).get(0));
        assertTrue(result.truncated()[0]);
        assertTrue(result.finals().isEmpty());
    }

    @Test
    void sameStepGivesTheEpisodesThatResettingByHandGives() {
        assertSameEvents(AutoresetMode.SAME_STEP);
    }

    @Test
    void nextStepGivesTheEpisodesThatResettingByHandGives() {
        assertSameEvents(AutoresetMode.NEXT_STEP);
    }

    /** Also: final observations are the last of their episodes, and the rows beside them the first of the next. */
    private void assertSameEvents(AutoresetMode mode) {
        VectorEnv byHand = open(AutoresetMode.DISABLED, OptionalInt.of(LIMIT));
        List<List<Event>> expected = Trajectories.events(byHand, SEED, actions(byHand));
        assertTrue(expected.stream().flatMap(List::stream).anyMatch(Event::truncated));
        assertEquals(expected, Trajectories.events(open(mode, OptionalInt.of(LIMIT)), SEED, actions(byHand)));
    }

    @Test
    void aMaskResetsItsCopiesAndLeavesTheOthersWhereTheyAre() {
        VectorEnv env = open(AutoresetMode.DISABLED, REGISTERED_LIMIT);
        VectorEnv undisturbed = open(AutoresetMode.DISABLED, REGISTERED_LIMIT);
        List<Tensor> actions = actions(env);
        env.reset(seeded());
        undisturbed.reset(seeded());
        env.step(actions.get(0));
        Tensor last = undisturbed.step(actions.get(0)).observations().asTensor();
        List<Boolean> mask = new ArrayList<>(Collections.nCopies(copies, false));
        mask.set(copies - 1, true);
        List<OptionalLong> seeds = Collections.nCopies(copies, OptionalLong.of(99));
        Tensor observations = env.reset(new ResetRequest(seeds, Map.of(), mask))
                .observations()
                .asTensor();
        Tensor after = env.step(actions.get(1)).observations().asTensor();
        Tensor expected = undisturbed.step(actions.get(1)).observations().asTensor();
        for (int i = 0; i < copies - 1; i++) {
            assertEquals(last.row(i), observations.row(i));
            assertEquals(expected.row(i), after.row(i));
        }
        VectorEnv single = open(1, AutoresetMode.DISABLED, REGISTERED_LIMIT);
        Tensor first = single.reset(ResetRequest.seeded(99, 1)).observations().asTensor();
        assertEquals(first.row(0), observations.row(copies - 1));
    }
}
