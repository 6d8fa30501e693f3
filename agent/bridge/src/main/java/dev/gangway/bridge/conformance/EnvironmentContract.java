package dev.gangway.bridge.conformance;

import static dev.gangway.bridge.conformance.Expect.equal;
import static dev.gangway.bridge.conformance.Expect.notEqual;
import static dev.gangway.bridge.conformance.Expect.that;

import dev.gangway.bridge.conformance.Trajectories.Event;
import dev.gangway.environment.ArraySpace;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.StepResult.FinalRows;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Checks what every {@link VectorEnv} promises about resets, steps, ends of episodes, seeds and final rows. */
final class EnvironmentContract extends Harness {
    private static final int STEPS = 120;
    private static final int MAX_EPISODE_STEPS = 7; // short, so that every copy is cut often

    EnvironmentContract(Subject subject) {
        super(subject);
    }

    List<Check> checks() {
        return List.of(
                check("tells what it is in SAME_STEP", () -> tellsWhatItIs(AutoresetMode.SAME_STEP)),
                check("tells what it is in NEXT_STEP", () -> tellsWhatItIs(AutoresetMode.NEXT_STEP)),
                check("tells what it is in DISABLED", () -> tellsWhatItIs(AutoresetMode.DISABLED)),
                check("reset gives one observation and info per copy", this::resetGivesOneObservationAndInfoPerCopy),
                check(
                        "the same seed and actions give the same trajectory bit for bit",
                        this::theSameSeedAndActionsGiveTheSameTrajectoryBitForBit),
                check("another seed gives another trajectory", this::anotherSeedGivesAnotherTrajectory),
                check(
                        "copy i of a seed is the single environment of the seed plus i",
                        this::copyIOfASeedIsTheSingleEnvironmentOfTheSeedPlusI),
                check("a seed wider than 64 bits is a seed of its own", this::aSeedWiderThan64BitsIsASeedOfItsOwn),
                check("a reset without seeds lets the generators go on", this::aResetWithoutSeedsLetsTheGeneratorsGoOn),
                check(
                        "a reset seeds only the copies that it names a seed for",
                        this::aResetSeedsOnlyTheCopiesThatItNamesASeedFor),
                check(
                        "a reset in the middle of an episode starts a new one",
                        this::aResetInTheMiddleOfAnEpisodeStartsANewOne),
                check(
                        "a reset forgets that an episode had ended in NEXT_STEP",
                        this::aResetForgetsThatAnEpisodeHadEnded),
                check(
                        "steps give one result per copy within the spaces in SAME_STEP",
                        () -> stepsGiveOneResultPerCopyWithinTheSpaces(AutoresetMode.SAME_STEP)),
                check(
                        "steps give one result per copy within the spaces in NEXT_STEP",
                        () -> stepsGiveOneResultPerCopyWithinTheSpaces(AutoresetMode.NEXT_STEP)),
                check(
                        "results stay as they are when the environment goes on",
                        this::resultsStayAsTheyAreWhenTheEnvironmentGoesOn),
                check(
                        "truncation comes exactly at the time limit and termination apart from it",
                        this::truncationComesExactlyAtTheTimeLimitAndTerminationApartFromIt),
                check("termination is not truncation", this::terminationIsNotTruncation),
                check(
                        "final rows are the copies that ended in this step",
                        this::finalRowsAreTheCopiesThatEndedInThisStep),
                check(
                        "other modes have no final rows in NEXT_STEP",
                        () -> otherModesHaveNoFinalRows(AutoresetMode.NEXT_STEP)),
                check(
                        "other modes have no final rows in DISABLED",
                        () -> otherModesHaveNoFinalRows(AutoresetMode.DISABLED)),
                check(
                        "SAME_STEP gives the episodes that resetting by hand gives",
                        this::sameStepGivesTheEpisodesThatResettingByHandGives),
                check(
                        "NEXT_STEP gives the episodes that resetting by hand gives",
                        this::nextStepGivesTheEpisodesThatResettingByHandGives),
                check(
                        "a mask resets its copies and leaves the others where they are",
                        this::aMaskResetsItsCopiesAndLeavesTheOthersWhereTheyAre));
    }

    private List<Tensor> actions(VectorEnv env) {
        return actions(env, STEPS);
    }

    private static void assertBatchOf(Space observations, int rows, Value value) {
        ArraySpace space = observations.asArraySpace();
        Tensor batch = value.asTensor();
        equal(space.dtype(), batch.dtype());
        int[] shape = IntStream.concat(IntStream.of(rows), Arrays.stream(space.shape()))
                .toArray();
        equal(shape, batch.shape());
        for (int i = 0; i < rows; i++) {
            Tensor row = batch.row(i);
            that(space.contains(row), () -> row + " in " + space);
        }
    }

    private void tellsWhatItIs(AutoresetMode mode) {
        VectorEnv env = open(mode, OptionalInt.of(MAX_EPISODE_STEPS));
        equal(id, env.spec().id());
        equal(OptionalLong.of(MAX_EPISODE_STEPS), env.spec().maxEpisodeSteps());
        equal(copies, env.copies());
        equal(mode, env.autoresetMode());
    }

    private void resetGivesOneObservationAndInfoPerCopy() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        ResetResult result = env.reset(seeded());
        assertBatchOf(env.spec().observationSpace(), copies, result.observations());
        equal(copies, result.infos().rows().size());
    }

    private void theSameSeedAndActionsGiveTheSameTrajectoryBitForBit() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        VectorEnv other = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        List<Object> expected = Trajectories.run(env, seeded(), actions(env));
        equal(expected, Trajectories.run(other, seeded(), actions(env)));
        equal(expected, Trajectories.run(env, seeded(), actions(env)), "in the same environment again");
    }

    private void anotherSeedGivesAnotherTrajectory() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        List<Object> first = Trajectories.run(env, seeded(), actions(env));
        notEqual(first, Trajectories.run(env, ResetRequest.seeded(SEED + 1, copies), actions(env)));
    }

    private void copyIOfASeedIsTheSingleEnvironmentOfTheSeedPlusI() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        VectorEnv single = open(1, AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        List<Tensor> actions = actions(env);
        List<List<Event>> all = Trajectories.events(env, SEED, actions);
        for (int i = 0; i < copies; i += Math.max(1, copies / 8)) {
            int copy = i;
            List<Tensor> own = actions.stream()
                    .map(batch -> Batches.stack(List.of(batch.row(copy))))
                    .toList();
            equal(all.get(i), Trajectories.events(single, SEED + i, own).get(0), "copy " + i);
        }
    }

    /** Checks that a wide seed is replaced neither by its low 64 bits nor by no seed at all. */
    private void aSeedWiderThan64BitsIsASeedOfItsOwn() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        BigInteger wide = BigInteger.ONE.shiftLeft(Long.SIZE).add(BigInteger.valueOf(SEED));
        List<Object> expected = Trajectories.run(env, ResetRequest.seeded(wide, copies), actions(env));
        equal(expected, Trajectories.run(env, ResetRequest.seeded(wide, copies), actions(env)));
        notEqual(expected, Trajectories.run(env, seeded(), actions(env)));
    }

    private void aResetWithoutSeedsLetsTheGeneratorsGoOn() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        List<Object> first = Trajectories.run(env, seeded(), actions(env));
        env.reset(seeded());
        List<Object> second = Trajectories.run(env, ResetRequest.unseeded(), actions(env));
        notEqual(first, second);
        env.reset(seeded());
        equal(second, Trajectories.run(env, ResetRequest.unseeded(), actions(env)));
    }

    private void aResetSeedsOnlyTheCopiesThatItNamesASeedFor() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, REGISTERED_LIMIT);
        env.reset(seeded());
        Tensor goesOn = env.reset(ResetRequest.unseeded()).observations().asTensor();
        Tensor seeded =
                env.reset(ResetRequest.seeded(99, copies)).observations().asTensor();
        List<Optional<BigInteger>> every2nd =
                new ArrayList<>(ResetRequest.seeded(99, copies).seeds());
        for (int i = 0; i < copies; i += 2) {
            every2nd.set(i, Optional.empty());
        }
        env.reset(seeded());
        Tensor mixed = env.reset(new ResetRequest(every2nd, Map.of(), List.of()))
                .observations()
                .asTensor();
        for (int i = 0; i < copies; i++) {
            equal((i % 2 == 0 ? goesOn : seeded).row(i), mixed.row(i), "copy " + i);
        }
    }

    private void aResetInTheMiddleOfAnEpisodeStartsANewOne() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(MAX_EPISODE_STEPS));
        List<Tensor> actions = actions(env).subList(0, MAX_EPISODE_STEPS + 2);
        List<Object> expected = Trajectories.run(env, seeded(), actions);
        Trajectories.run(env, seeded(), actions.subList(0, MAX_EPISODE_STEPS - 2));
        equal(expected, Trajectories.run(env, seeded(), actions), "the time limit counts from the reset");
    }

    /** Checks that the step after a reset is an ordinary step, and not the automatic reset that was due before. */
    private void aResetForgetsThatAnEpisodeHadEnded() {
        VectorEnv env = open(AutoresetMode.NEXT_STEP, OptionalInt.of(MAX_EPISODE_STEPS));
        List<Tensor> actions = actions(env).subList(0, MAX_EPISODE_STEPS);
        List<Object> expected = Trajectories.run(env, seeded(), actions);
        equal(expected, Trajectories.run(env, seeded(), actions), "after the last of these steps ended episodes");
    }

    private void stepsGiveOneResultPerCopyWithinTheSpaces(AutoresetMode mode) {
        VectorEnv env = open(mode, REGISTERED_LIMIT);
        env.reset(seeded());
        for (Tensor action : actions(env)) {
            StepResult result = env.step(action);
            assertBatchOf(env.spec().observationSpace(), copies, result.observations());
            equal(copies, result.rewards().length);
            that(Arrays.stream(result.rewards()).allMatch(Double::isFinite));
            equal(copies, result.terminated().length);
            equal(copies, result.truncated().length);
            equal(copies, result.infos().rows().size());
        }
    }

    private void resultsStayAsTheyAreWhenTheEnvironmentGoesOn() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(MAX_EPISODE_STEPS));
        env.reset(seeded());
        List<StepResult> results = new ArrayList<>();
        List<Object> copiesOfThem = new ArrayList<>();
        for (Tensor action : actions(env)) {
            StepResult result = env.step(action);
            results.add(result);
            copiesOfThem.add(Trajectories.comparable(result));
        }
        equal(copiesOfThem, results.stream().map(Trajectories::comparable).toList());
    }

    private void truncationComesExactlyAtTheTimeLimitAndTerminationApartFromIt() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(MAX_EPISODE_STEPS));
        env.reset(seeded());
        int[] elapsed = new int[copies];
        for (Tensor action : actions(env)) {
            StepResult result = env.step(action);
            for (int i = 0; i < copies; i++) {
                elapsed[i]++;
                equal(elapsed[i] == MAX_EPISODE_STEPS, result.truncated()[i], "after " + elapsed[i] + " steps");
                if (result.truncated()[i] || result.terminated()[i]) {
                    elapsed[i] = 0;
                }
            }
        }
    }

    private void terminationIsNotTruncation() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(100_000));
        boolean terminated = Trajectories.events(env, SEED, actions(env)).stream()
                .flatMap(List::stream)
                .peek(event -> that(!event.truncated()))
                .anyMatch(Event::terminated);
        subject.terminatesUnderRandomActions().ifPresent(expected -> equal(expected, terminated));
    }

    private void finalRowsAreTheCopiesThatEndedInThisStep() {
        VectorEnv env = open(AutoresetMode.SAME_STEP, OptionalInt.of(MAX_EPISODE_STEPS));
        env.reset(seeded());
        for (Tensor action : actions(env)) {
            StepResult result = env.step(action);
            int[] ended = IntStream.range(0, copies)
                    .filter(i -> result.terminated()[i] || result.truncated()[i])
                    .toArray();
            equal(ended.length > 0, result.finals().isPresent());
            result.finals().ifPresent(finals -> assertFinalRows(env, ended, finals));
        }
    }

    private static void assertFinalRows(VectorEnv env, int[] ended, FinalRows finals) {
        equal(ended, finals.copies());
        assertBatchOf(env.spec().observationSpace(), ended.length, finals.observations());
        equal(ended.length, finals.infos().rows().size());
    }

    private void otherModesHaveNoFinalRows(AutoresetMode mode) {
        VectorEnv env = open(mode, OptionalInt.of(1));
        env.reset(seeded());
        StepResult result = env.step(actions(env).get(0));
        that(result.truncated()[0]);
        that(result.finals().isEmpty());
    }

    private void sameStepGivesTheEpisodesThatResettingByHandGives() {
        assertSameEvents(AutoresetMode.SAME_STEP);
    }

    private void nextStepGivesTheEpisodesThatResettingByHandGives() {
        assertSameEvents(AutoresetMode.NEXT_STEP);
    }

    /**
     * Checks that every autoreset mode gives the same events, that final observations are the last of their episodes,
     * and that the rows beside them are the first of the next episodes.
     */
    private void assertSameEvents(AutoresetMode mode) {
        VectorEnv byHand = open(AutoresetMode.DISABLED, OptionalInt.of(MAX_EPISODE_STEPS));
        List<List<Event>> expected = Trajectories.events(byHand, SEED, actions(byHand));
        that(expected.stream().flatMap(List::stream).anyMatch(Event::truncated));
        equal(expected, Trajectories.events(open(mode, OptionalInt.of(MAX_EPISODE_STEPS)), SEED, actions(byHand)));
    }

    private void aMaskResetsItsCopiesAndLeavesTheOthersWhereTheyAre() {
        VectorEnv env = open(AutoresetMode.DISABLED, REGISTERED_LIMIT);
        VectorEnv undisturbed = open(AutoresetMode.DISABLED, REGISTERED_LIMIT);
        List<Tensor> actions = actions(env);
        env.reset(seeded());
        undisturbed.reset(seeded());
        env.step(actions.get(0));
        Tensor last = undisturbed.step(actions.get(0)).observations().asTensor();
        List<Boolean> mask = new ArrayList<>(Collections.nCopies(copies, false));
        mask.set(copies - 1, true);
        List<Optional<BigInteger>> seeds = Collections.nCopies(copies, Optional.of(BigInteger.valueOf(99)));
        Tensor observations = env.reset(new ResetRequest(seeds, Map.of(), mask))
                .observations()
                .asTensor();
        Tensor after = env.step(actions.get(1)).observations().asTensor();
        Tensor expected = undisturbed.step(actions.get(1)).observations().asTensor();
        for (int i = 0; i < copies - 1; i++) {
            equal(last.row(i), observations.row(i));
            equal(expected.row(i), after.row(i));
        }
        VectorEnv single = open(1, AutoresetMode.DISABLED, REGISTERED_LIMIT);
        Tensor first = single.reset(ResetRequest.seeded(99, 1)).observations().asTensor();
        equal(first.row(0), observations.row(copies - 1));
    }
}
