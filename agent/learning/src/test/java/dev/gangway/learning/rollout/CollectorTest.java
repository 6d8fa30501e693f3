package dev.gangway.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.Categorical;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.ObservationEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything is read off {@link ScriptedEnv}: x = 1000 copy + 100 episode + time. */
class CollectorTest {
    /** Episode lengths of copies 0, 1 and 2. */
    private static final int[][] LENGTHS = {{2, 3}, {5}, {1, 4}};

    /** Chooses 0, 1, 2, 0, … as an episode goes on. */
    private static final Actor BY_TIME = (features, masks, batch, random, actions) -> {
        for (int i = 0; i < batch; i++) {
            actions[i] = features[2 * i] % 100 % 3;
        }
    };

    private static final Distribution CHOICE = new Categorical(3);

    private static Collector collector(List<? extends VectorEnv> envs) {
        return collector(envs, ActionMasks.none(CHOICE));
    }

    private static Collector collector(List<? extends VectorEnv> envs, ActionMasks masks) {
        return collector(envs, masks, ObservationBounds.logged(ObservationBounds.Action.REFUSE));
    }

    private static Collector collector(List<? extends VectorEnv> envs, ActionMasks masks, ObservationBounds bounds) {
        Collector collector = new Collector(
                envs,
                new ObservationEncoder(envs.get(0).spec().observationSpace()),
                bounds,
                new ActionEncoder(ScriptedEnv.ACTIONS, CHOICE),
                masks,
                IntStream.range(0, envs.size())
                        .mapToObj(lane -> Streams.of(0).stream("action", lane))
                        .toList());
        collector.reset(7);
        return collector;
    }

    private static Collector twoLanes() {
        return collector(List.of(new ScriptedEnv(0, LENGTHS[0], LENGTHS[1]), new ScriptedEnv(2, LENGTHS[2])));
    }

    private static Collector oneLane() {
        return collector(List.of(new ScriptedEnv(0, LENGTHS)));
    }

    /** Returns x of each row, after checking that its partner is −x. */
    private static int[] places(float[] features) {
        int[] places = new int[features.length / 2];
        for (int i = 0; i < places.length; i++) {
            places[i] = (int) features[2 * i];
            assertEquals(0f, features[2 * i] + features[2 * i + 1], "sum of the features of row " + i);
        }
        return places;
    }

    private static int[] rowsWhere(boolean[] flags) {
        return IntStream.range(0, flags.length).filter(row -> flags[row]).toArray();
    }

    private static void assertSame(TrajectoryBatch expected, TrajectoryBatch actual) {
        assertEquals(expected.steps(), actual.steps());
        assertEquals(expected.copies(), actual.copies());
        assertArrayEquals(expected.features(), actual.features());
        assertArrayEquals(expected.actions(), actual.actions());
        assertArrayEquals(expected.decisions().masks(), actual.decisions().masks());
        assertArrayEquals(expected.rewards(), actual.rewards());
        assertArrayEquals(expected.terminated(), actual.terminated());
        assertArrayEquals(expected.truncated(), actual.truncated());
        assertArrayEquals(expected.valid(), actual.valid());
        assertArrayEquals(expected.timeInEpisode(), actual.timeInEpisode());
        assertArrayEquals(expected.finals().rows(), actual.finals().rows());
        assertArrayEquals(expected.finals().features(), actual.finals().features());
        assertArrayEquals(expected.nextFeatures(), actual.nextFeatures());
    }

    @Test
    void seedsCopyNumberIOverAllLanesWithSeedPlusI() {
        ScriptedEnv left = new ScriptedEnv(0, LENGTHS[0], LENGTHS[1]);
        ScriptedEnv right = new ScriptedEnv(2, LENGTHS[2]);
        collector(List.of(left, right));
        assertEquals(List.of(ResetRequest.seeded(7, 2).seeds()), left.resets);
        assertEquals(List.of(ResetRequest.seeded(9, 1).seeds()), right.resets);
    }

    @Test
    void aRowHoldsTheObservationThatWasActedOnTheActionAndItsReward() {
        TrajectoryBatch batch =
                twoLanes().collect(BY_TIME, new RolloutLength.Steps(4)).batch();
        assertEquals(4, batch.steps());
        assertEquals(3, batch.copies());
        assertArrayEquals(
                new int[] {0, 1000, 2000, 1, 1001, 2100, 100, 1002, 2101, 101, 1003, 2102}, places(batch.features()));
        assertArrayEquals(new float[] {0, 0, 0, 1, 1, 0, 0, 2, 1, 1, 0, 2}, batch.actions());
        assertArrayEquals(
                new double[] {0, 1000, 2000, 1.1, 1001.1, 2100, 100, 1002.2, 2101.1, 101.1, 1003, 2102.2},
                batch.rewards(),
                1e-9);
        assertArrayEquals(new int[] {0, 0, 0, 1, 1, 0, 0, 2, 1, 1, 3, 2}, batch.timeInEpisode());
        assertEquals(12, batch.validRows());
    }

    @Test
    void anEndedRowKeepsItsFinalObservationApartFromTheNextEpisodesFirst() {
        TrajectoryBatch batch =
                twoLanes().collect(BY_TIME, new RolloutLength.Steps(4)).batch();
        assertArrayEquals(new int[] {2, 3}, batch.finals().rows());
        assertArrayEquals(new int[] {2001, 2}, places(batch.finals().features()));
        assertArrayEquals(new int[] {2, 3}, rowsWhere(batch.terminated()));
        assertArrayEquals(new int[] {}, rowsWhere(batch.truncated()));
    }

    @Test
    void theNextRolloutGoesOnWhereTheOneBeforeWasCut() {
        Collector collector = twoLanes();
        TrajectoryBatch before =
                collector.collect(BY_TIME, new RolloutLength.Steps(4)).batch();
        Rollout after = collector.collect(BY_TIME, new RolloutLength.Steps(2));
        assertArrayEquals(new int[] {102, 1004, 2103}, places(before.nextFeatures()));
        assertArrayEquals(
                new int[] {102, 1004, 2103, 200, 1100, 2200},
                places(after.batch().features()));
        assertArrayEquals(new int[] {2, 4, 3, 0, 0, 0}, after.batch().timeInEpisode());
        assertArrayEquals(new int[] {1, 5}, rowsWhere(after.batch().terminated()));
        assertArrayEquals(new int[] {0, 2}, rowsWhere(after.batch().truncated()));
        assertArrayEquals(new int[] {0, 1, 2, 5}, after.batch().finals().rows());
        assertArrayEquals(
                new int[] {103, 1005, 2104, 2201}, places(after.batch().finals().features()));
    }

    @Test
    void episodesAreReportedByTimeAndCopyWithWhatTheyEarnedOverRollouts() {
        Collector collector = oneLane();
        Rollout before = collector.collect(BY_TIME, new RolloutLength.Steps(4));
        Rollout after = collector.collect(BY_TIME, new RolloutLength.Steps(1));
        assertEquals(
                List.of(new Episode(3, 2, 2000, 1, true, false), new Episode(6, 0, 0 + 1.1, 2, true, false)),
                before.episodes());
        assertEquals(12, before.envSteps());
        assertEquals(
                List.of(
                        new Episode(15, 0, 100 + 101.1 + 102.2, 3, false, true),
                        new Episode(15, 1, 1000 + 1001.1 + 1002.2 + 1003 + 1004.1, 5, true, false),
                        new Episode(15, 2, 2100 + 2101.1 + 2102.2 + 2103, 4, false, true)),
                after.episodes());
        assertEquals(3, after.envSteps());
    }

    @Test
    void everyCopyPlaysItsShareOfNewEpisodesAndThenRestsOnZeros() {
        Collector collector = twoLanes();
        collector.collect(BY_TIME, new RolloutLength.Steps(1));
        // The first lane is amid its episodes and begins anew; copy 2 ended one in that step and goes on with its next.
        Rollout rollout = collector.collect(BY_TIME, new RolloutLength.Episodes(5));
        TrajectoryBatch batch = rollout.batch();

        assertEquals(
                List.of(2L, 2L, 1L),
                IntStream.range(0, 3)
                        .mapToObj(copy -> rollout.episodes().stream()
                                .filter(episode -> episode.copy() == copy)
                                .count())
                        .toList());
        int[] valid = {3 + 2, 5 + 5, 4};
        assertEquals(10, batch.steps());
        for (int t = 0; t < batch.steps(); t++) {
            for (int n = 0; n < 3; n++) {
                int row = 3 * t + n;
                assertEquals(t < valid[n], batch.valid()[row], "row " + row);
                if (!batch.valid()[row]) {
                    assertEquals(0, batch.features()[2 * row], "feature of row " + row);
                    assertEquals(0, batch.actions()[row], "action of row " + row);
                    assertEquals(0, batch.rewards()[row], "reward of row " + row);
                    assertEquals(0, batch.timeInEpisode()[row], "time of row " + row);
                }
            }
        }
        assertArrayEquals(new int[] {100, 1100, 2100}, places(java.util.Arrays.copyOf(batch.features(), 6)));
        // Copy 0 ends at t = 2 and 4, copy 1 at 4 and 9, copy 2 at 3; what copy 0 does after its share leaves no trace.
        assertArrayEquals(new int[] {6, 11, 12, 13, 28}, batch.finals().rows());
        assertArrayEquals(
                new int[] {103, 2104, 202, 1105, 1205}, places(batch.finals().features()));
        assertArrayEquals(new int[] {12, 28}, rowsWhere(batch.terminated()));
        assertArrayEquals(new int[] {6, 11, 13}, rowsWhere(batch.truncated()));
        assertEquals(19, batch.validRows());
    }

    @Test
    void stepsThatNobodyWantedAreCountedAsEnvironmentSteps() {
        Collector collector = twoLanes();
        // Episode 0 of each copy: copies 0 and 1 share a lane of 5 steps, copy 2 plays 1 in its own.
        assertEquals(
                2 * 5 + 1,
                collector.collect(BY_TIME, new RolloutLength.Episodes(3)).envSteps());
    }

    @Test
    void copiesThatStandAtStartsAreNotResetAgain() {
        ScriptedEnv env = new ScriptedEnv(0, new int[] {3});
        Collector collector = collector(List.of(env));
        collector.collect(BY_TIME, new RolloutLength.Episodes(1));
        collector.collect(BY_TIME, new RolloutLength.Episodes(2));
        assertEquals(1, env.resets.size());
        collector.collect(BY_TIME, new RolloutLength.Steps(1));
        assertEquals(
                3,
                collector
                        .collect(BY_TIME, new RolloutLength.Episodes(1))
                        .batch()
                        .validRows());
        assertEquals(2, env.resets.size());
    }

    @Test
    void fewerEpisodesThanCopiesLeaveTheLastCopiesAtRest() {
        Rollout rollout = twoLanes().collect(BY_TIME, new RolloutLength.Episodes(1));
        assertEquals(2, rollout.batch().validRows());
        assertEquals(List.of(0), rollout.episodes().stream().map(Episode::copy).toList());
        assertEquals(4, rollout.envSteps());
    }

    @Test
    void stepsCollectedAfterEpisodesGoOnAndCountEveryCopy() {
        Collector collector = twoLanes();
        collector.collect(BY_TIME, new RolloutLength.Episodes(1));
        assertEquals(
                6,
                collector.collect(BY_TIME, new RolloutLength.Steps(2)).batch().validRows());
    }

    @Test
    void twoLanesBringHomeWhatOneLaneOfAllCopiesDoes() {
        for (RolloutLength length : List.of(new RolloutLength.Steps(7), new RolloutLength.Episodes(4))) {
            Rollout expected = oneLane().collect(BY_TIME, length);
            Rollout actual = twoLanes().collect(BY_TIME, length);
            assertSame(expected.batch(), actual.batch());
            assertEquals(
                    expected.episodes().stream().map(Episode::episodeReturn).toList(),
                    actual.episodes().stream().map(Episode::episodeReturn).toList());
        }
    }

    @Test
    void whileOneLaneIsReceivedTheOtherIsInFlight() {
        List<String> events = new ArrayList<>();
        collector(List.of(
                        new ScriptedEnv(0, AutoresetMode.SAME_STEP, events, LENGTHS[0], LENGTHS[1]),
                        new ScriptedEnv(2, AutoresetMode.SAME_STEP, events, LENGTHS[2])))
                .collect(BY_TIME, new RolloutLength.Steps(2));
        assertEquals(
                List.of("send 0", "send 2", "receive 0", "send 0", "receive 2", "send 2", "receive 0", "receive 2"),
                events);
    }

    @Test
    void anEpisodeLongerThanExpectedFitsToo() {
        Collector collector = collector(List.of(new ScriptedEnv(0, new int[] {300}, new int[] {90})));
        TrajectoryBatch batch =
                collector.collect(BY_TIME, new RolloutLength.Episodes(2)).batch();
        assertEquals(300, batch.steps());
        assertEquals(390, batch.validRows());
        for (int t = 0; t < 300; t++) {
            assertEquals(t, batch.features()[4 * t], "step " + t);
            assertEquals(t, batch.timeInEpisode()[2 * t], "step " + t);
        }
        assertArrayEquals(new int[] {1000 + 90, 300}, places(batch.finals().features()));
        assertArrayEquals(new int[] {2 * 89 + 1, 2 * 299}, batch.finals().rows());
    }

    @Test
    void everyLaneSamplesFromItsOwnStream() {
        Actor draws = (features, masks, batch, random, actions) -> {
            for (int i = 0; i < batch; i++) {
                actions[i] = random.nextInt(3);
            }
        };
        Rollout both = collector(List.of(new ScriptedEnv(0, LENGTHS[1]), new ScriptedEnv(1, LENGTHS[1])))
                .collect(draws, new RolloutLength.Steps(40));
        Rollout alone = collector(List.of(new ScriptedEnv(0, LENGTHS[1]))).collect(draws, new RolloutLength.Steps(40));
        int same = 0;
        for (int t = 0; t < 40; t++) {
            assertEquals(alone.batch().actions()[t], both.batch().actions()[2 * t], "what a lane draws is its own");
            same += both.batch().actions()[2 * t] == both.batch().actions()[2 * t + 1] ? 1 : 0;
        }
        assertTrue(same < 30, "lanes drew the same action in " + same + " of 40 steps");
    }

    @Test
    void lanesThatAreResetByMaskBringHomeWhatTheOthersDo() {
        List<ScriptedEnv> envs = List.of(
                new ScriptedEnv(0, AutoresetMode.DISABLED, new ArrayList<>(), LENGTHS[0], LENGTHS[1]),
                new ScriptedEnv(2, AutoresetMode.DISABLED, new ArrayList<>(), LENGTHS[2]));
        Collector actual = collector(envs, ActionMasks.inInfos(ScriptedEnv.ACTIONS, CHOICE));
        Collector expected = collector(
                List.of(new ScriptedEnv(0, LENGTHS[0], LENGTHS[1]), new ScriptedEnv(2, LENGTHS[2])),
                ActionMasks.inInfos(ScriptedEnv.ACTIONS, CHOICE));
        for (RolloutLength length : List.of(new RolloutLength.Steps(4), new RolloutLength.Episodes(7))) {
            Rollout rollout = expected.collect(BY_TIME, length);
            Rollout found = actual.collect(BY_TIME, length);
            assertSame(rollout.batch(), found.batch());
            assertEquals(rollout.episodes(), found.episodes());
            assertEquals(rollout.envSteps(), found.envSteps());
        }
    }

    @Test
    void theNativeCartPoleGivesTheSameBatchInTwoLanesAsInOne() {
        Actor byAngle = (features, masks, batch, random, actions) -> {
            for (int i = 0; i < batch; i++) {
                actions[i] = features[4 * i + 2] > 0 ? 1 : 0;
            }
        };
        for (RolloutLength length : List.of(new RolloutLength.Steps(150), new RolloutLength.Episodes(10))) {
            Rollout expected = collector(List.of(cartPoles(4))).collect(byAngle, length);
            Rollout actual = collector(List.of(cartPoles(3), cartPoles(1))).collect(byAngle, length);
            assertSame(expected.batch(), actual.batch());
            assertTrue(expected.episodes().size() > 4, "episodes: " + expected.episodes());
        }
    }

    @Test
    void everyRowHasTheMaskOfTheObservationThatItWasChosenOn() {
        for (RolloutLength length : List.of(new RolloutLength.Steps(9), new RolloutLength.Episodes(5))) {
            List<Float> given = new ArrayList<>();
            Actor noting = (features, masks, batch, random, actions) -> {
                BY_TIME.act(features, masks, batch, random, actions);
                for (float mask : masks) {
                    given.add(mask);
                }
            };
            TrajectoryBatch batch = collector(
                            List.of(new ScriptedEnv(0, LENGTHS)), ActionMasks.inInfos(ScriptedEnv.ACTIONS, CHOICE))
                    .collect(noting, length)
                    .batch();
            assertEquals(3 * batch.rows(), batch.decisions().masks().length);
            for (int i = 0; i < batch.decisions().masks().length; i++) {
                int row = i / 3;
                boolean forbidden = i % 3 == ScriptedEnv.forbidden(batch.features()[2 * row]);
                float expected = batch.valid()[row] && forbidden ? Float.NEGATIVE_INFINITY : 0;
                assertEquals(expected, batch.decisions().masks()[i], "row " + row);
                if (batch.valid()[row]) {
                    assertEquals(expected, given.get(i), "what the actor was given in row " + row);
                }
            }
        }
        assertEquals(
                0,
                oneLane()
                        .collect(BY_TIME, new RolloutLength.Steps(2))
                        .batch()
                        .decisions()
                        .masks()
                        .length);
    }

    private static VectorEnv cartPoles(int copies) {
        return new NativeCartPole(copies, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD);
    }

    /** Two lanes whose copy 2 gives another number at step 3 of its second episode, where x is 2103. */
    private static List<VectorEnv> spoiled(double number, SpoiledEnv.What what) {
        return List.of(
                new ScriptedEnv(0, LENGTHS[0], LENGTHS[1]),
                new SpoiledEnv(new ScriptedEnv(2, LENGTHS[2]), what, 2103, number));
    }

    private static String ending(List<VectorEnv> envs) {
        return assertThrows(
                        EnvironmentException.class, () -> collector(envs).collect(BY_TIME, new RolloutLength.Steps(6)))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e308, -3.5e38})
    void aRewardThatIsNoNumberToLearnFromEndsTheCollectionWithCopyAndStep(double reward) {
        String message = ending(spoiled(reward, SpoiledEnv.What.REWARD));
        assertTrue(
                message.startsWith("Scripted-v0: copy 2 gave reward " + reward
                        + " at step 3 of its episode: expected a finite number within ±3.4E38"),
                message);
    }

    @Test
    void theLargestFloatIsARewardLikeAnother() {
        TrajectoryBatch batch = collector(spoiled(-Float.MAX_VALUE, SpoiledEnv.What.REWARD))
                .collect(BY_TIME, new RolloutLength.Steps(6))
                .batch();
        assertEquals(
                1,
                Arrays.stream(batch.rewards())
                        .filter(r -> r == -Float.MAX_VALUE)
                        .count());
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void anObservationThatNoNetworkCanTakeEndsTheCollectionWithCopyStepAndElement(float number) {
        for (ObservationBounds.Action action : ObservationBounds.Action.values()) {
            Collector collector = collector(
                    spoiled(number, SpoiledEnv.What.OBSERVATION),
                    ActionMasks.none(CHOICE),
                    new ObservationBounds(action, warning -> {}));
            String message = assertThrows(
                            EnvironmentException.class, () -> collector.collect(BY_TIME, new RolloutLength.Steps(6)))
                    .getMessage();
            assertTrue(
                    message.startsWith("Scripted-v0: copy 2 gave an observation with " + (double) number
                            + " at element [1] at step 3 of its episode: expected a finite number within ±3.4E38"),
                    message);
        }
    }

    @Test
    void anObservationOutsideOfItsSpaceIsToldOnceAndTrainingGoesOn() {
        List<String> told = new ArrayList<>();
        List<VectorEnv> envs = List.of(
                new SpoiledEnv(new ScriptedEnv(0, LENGTHS[0], LENGTHS[1]), SpoiledEnv.What.OBSERVATION, 1001, -2e6),
                new SpoiledEnv(new ScriptedEnv(2, LENGTHS[2]), SpoiledEnv.What.OBSERVATION, 2103, 2e6));
        TrajectoryBatch batch = collector(
                        envs, ActionMasks.none(CHOICE), new ObservationBounds(ObservationBounds.Action.WARN, told::add))
                .collect(BY_TIME, new RolloutLength.Steps(6))
                .batch();
        assertEquals(18, batch.validRows());
        assertEquals(1, told.size(), told::toString);
        assertTrue(
                told.get(0)
                        .startsWith("Scripted-v0: copy 1 gave an observation with -2000000.0 at element [1] at step 1"
                                + " of its episode, outside of its space: expected -1000000.0 to 1000000.0 there"),
                told.get(0));
    }

    @Test
    void anObservationOutsideOfItsSpaceIsRefusedOnRequest() {
        String message = ending(spoiled(2e6, SpoiledEnv.What.OBSERVATION));
        assertTrue(message.contains("copy 2 gave an observation with 2000000.0 at element [1] at step 3"), message);
        assertTrue(message.contains("set environment.observation_check to OBSERVATION_CHECK_WARN"), message);
    }

    @Test
    void aFinalObservationAndAResetsAreLookedAtToo() {
        String finals = ending(
                List.of(new SpoiledEnv(new ScriptedEnv(0, LENGTHS), SpoiledEnv.What.OBSERVATION, 1005, Double.NaN)));
        assertTrue(finals.contains("copy 1 gave an observation with NaN at element [1] at step 5 of its"), finals);
        String reset = ending(
                List.of(new SpoiledEnv(new ScriptedEnv(0, LENGTHS), SpoiledEnv.What.OBSERVATION, 1100, Double.NaN)));
        assertTrue(reset.contains("copy 1 gave an observation with NaN at element [1] at its reset: "), reset);
    }

    @Test
    void whatACopyGivesBeyondItsShareEndsNothing() {
        for (SpoiledEnv.What what : SpoiledEnv.What.values()) {
            for (int place : new int[] {2100, 2103, 2104}) { // an episode's first, amid it, its final one
                if (what == SpoiledEnv.What.REWARD && place == 2100) {
                    continue; // with SAME_STEP, the reward of the step before counts
                }
                Collector collector = collector(
                        List.of(new SpoiledEnv(new ScriptedEnv(0, LENGTHS), what, place, Double.NaN)),
                        ActionMasks.inInfos(ScriptedEnv.ACTIONS, CHOICE));
                Rollout rollout = collector.collect(BY_TIME, new RolloutLength.Episodes(3));
                assertEquals(2 + 5 + 1, rollout.batch().validRows());
            }
        }
    }

    @Test
    void aMaskThatAllowsNothingIsNamedByCopyAndStep() {
        List<VectorEnv> envs = List.of(
                new ScriptedEnv(0, LENGTHS[0], LENGTHS[1]),
                new SpoiledEnv(new ScriptedEnv(2, LENGTHS[2]), SpoiledEnv.What.MASK, 2102, 0));
        Collector collector = collector(envs, ActionMasks.inInfos(ScriptedEnv.ACTIONS, CHOICE));
        assertEquals(
                "Scripted-v0: copy 2 gave none of 3 for element 0 in info[\"action_mask\"], a mask of Discrete(3), at step 2"
                        + " of its episode: expected an allowed action",
                assertThrows(EnvironmentException.class, () -> collector.collect(BY_TIME, new RolloutLength.Steps(6)))
                        .getMessage());
    }
}
