package dev.gangway.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.Distributions;
import dev.gangway.inference.policy.ObservationEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What NEXT_STEP lanes bring home is what SAME_STEP lanes do. Numbers are read off {@link ScriptedEnv}. */
class NextStepCollectorTest {
    private static final int[][] LENGTHS = {{2, 3}, {5}, {1, 4}};

    /** Chooses 0, 1, 2, 0, … as an episode goes on, and so another action at a reset than at a start. */
    private static final Actor BY_TIME = (features, masks, batch, random, actions) -> {
        for (int i = 0; i < batch; i++) {
            actions[i] = features[2 * i] % 100 % 3;
        }
    };

    private static final Actor BY_ANGLE = (features, masks, batch, random, actions) -> {
        for (int i = 0; i < batch; i++) {
            actions[i] = features[4 * i + 2] > 0 ? 1 : 0;
        }
    };

    private static Collector collector(List<? extends VectorEnv> envs, boolean masked) {
        Distribution choice = Distributions.of(envs.get(0).spec().actionSpace(), false);
        Collector collector = new Collector(
                envs,
                new ObservationEncoder(envs.get(0).spec().observationSpace()),
                ObservationBounds.logged(ObservationBounds.Action.REFUSE),
                new ActionEncoder(envs.get(0).spec().actionSpace(), choice),
                masked ? ActionMasks.inInfos(envs.get(0).spec().actionSpace(), choice) : ActionMasks.none(choice),
                IntStream.range(0, envs.size())
                        .mapToObj(lane -> Streams.of(0).stream("action", lane))
                        .toList());
        collector.reset(7);
        return collector;
    }

    private static Collector scripted(AutoresetMode mode) {
        return scripted(mode, false);
    }

    private static Collector scripted(AutoresetMode mode, boolean masked) {
        return collector(
                List.of(
                        new ScriptedEnv(0, mode, new ArrayList<>(), LENGTHS[0], LENGTHS[1]),
                        new ScriptedEnv(2, mode, new ArrayList<>(), LENGTHS[2])),
                masked);
    }

    private static Collector cartPoles(AutoresetMode mode) {
        return collector(
                List.of(
                        new NativeCartPole(3, mode, CartPoleOptions.STANDARD.withMaxEpisodeSteps(40)),
                        new NativeCartPole(1, mode, CartPoleOptions.STANDARD.withMaxEpisodeSteps(40))),
                false);
    }

    private static void assertSame(TrajectoryBatch expected, TrajectoryBatch actual) {
        assertEquals(expected.steps(), actual.steps());
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

    /** Episodes by copy, without the steps that other copies had taken when they ended. */
    private static List<Episode> byCopy(List<Episode> episodes) {
        return episodes.stream()
                .map(e -> new Episode(0, e.copy(), e.episodeReturn(), e.length(), e.terminated(), e.truncated()))
                .sorted(Comparator.comparingInt(Episode::copy))
                .toList();
    }

    private static int[] places(float[] features) {
        return IntStream.range(0, features.length / 2)
                .map(row -> (int) features[2 * row])
                .toArray();
    }

    private static List<List<Object>> column(TrajectoryBatch batch, int copy) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = copy; row < batch.rows() && batch.valid()[row]; row += batch.copies()) {
            int at = row;
            int size = batch.featureSize();
            rows.add(List.of(
                    Arrays.toString(Arrays.copyOfRange(batch.features(), at * size, at * size + size)),
                    batch.actions()[at],
                    batch.rewards()[at],
                    batch.terminated()[at],
                    batch.truncated()[at],
                    batch.timeInEpisode()[at],
                    IntStream.range(0, batch.finals().rows().length)
                            .filter(k -> batch.finals().rows()[k] == at)
                            .mapToObj(k -> Arrays.toString(
                                    Arrays.copyOfRange(batch.finals().features(), k * size, k * size + size)))
                            .toList()));
        }
        return rows;
    }

    @Test
    void episodesGiveTheVeryBatchThatTheyGiveInSameStepMode() {
        RolloutLength length = new RolloutLength.Episodes(7);
        Rollout expected = scripted(AutoresetMode.SAME_STEP).collect(BY_TIME, length);
        Rollout actual = scripted(AutoresetMode.NEXT_STEP).collect(BY_TIME, length);
        assertSame(expected.batch(), actual.batch());
        assertEquals(byCopy(expected.episodes()), byCopy(actual.episodes()));
    }

    @Test
    void underMasksEveryRowHasThatOfItsOwnObservationAndResetsHaveNone() {
        RolloutLength length = new RolloutLength.Episodes(7);
        TrajectoryBatch batch =
                scripted(AutoresetMode.NEXT_STEP, true).collect(BY_TIME, length).batch();
        assertSame(
                scripted(AutoresetMode.SAME_STEP, true).collect(BY_TIME, length).batch(), batch);
        assertEquals(3 * batch.rows(), batch.decisions().masks().length);
        for (int i = 0; i < batch.decisions().masks().length; i++) {
            int row = i / 3;
            boolean forbidden = batch.valid()[row] && i % 3 == ScriptedEnv.forbidden(batch.features()[2 * row]);
            assertEquals(
                    forbidden ? Float.NEGATIVE_INFINITY : 0, batch.decisions().masks()[i], "row " + row);
        }
    }

    @Test
    void episodesOfTheCartPoleGiveTheVeryBatchThatTheyGiveInSameStepMode() {
        RolloutLength length = new RolloutLength.Episodes(16);
        Rollout expected = cartPoles(AutoresetMode.SAME_STEP).collect(BY_ANGLE, length);
        Rollout actual = cartPoles(AutoresetMode.NEXT_STEP).collect(BY_ANGLE, length);
        assertSame(expected.batch(), actual.batch());
        assertEquals(byCopy(expected.episodes()), byCopy(actual.episodes()));
    }

    @Test
    void stepsLeaveTheResetsOutAndCloseTheGaps() {
        Rollout rollout = scripted(AutoresetMode.NEXT_STEP).collect(BY_TIME, new RolloutLength.Steps(4));
        TrajectoryBatch batch = rollout.batch();
        assertEquals(4, batch.steps());
        // Copy 0: 0, 1, reset, 100. Copy 1: no end. Copy 2: 2000, reset, 2100, 2101.
        assertArrayEquals(
                new int[] {0, 1000, 2000, 1, 1001, 2100, 100, 1002, 2101, 0, 1003, 0}, places(batch.features()));
        assertArrayEquals(new float[] {0, 0, 0, 1, 1, 0, 0, 2, 1, 0, 0, 0}, batch.actions());
        assertArrayEquals(
                new double[] {0, 1000, 2000, 1.1, 1001.1, 2100, 100, 1002.2, 2101.1, 0, 1003, 0},
                batch.rewards(),
                1e-9);
        assertArrayEquals(new int[] {0, 0, 0, 1, 1, 0, 0, 2, 1, 0, 3, 0}, batch.timeInEpisode());
        assertEquals(10, batch.validRows());
        assertArrayEquals(new int[] {2, 3}, batch.finals().rows());
        assertArrayEquals(new int[] {2001, 2}, places(batch.finals().features()));
        assertArrayEquals(new int[] {101, 1004, 2102}, places(batch.nextFeatures()));
        assertEquals(10, rollout.envSteps());
        assertEquals(
                List.of(new Episode(3, 2, 2000, 1, true, false), new Episode(5, 0, 1.1, 2, true, false)),
                rollout.episodes());
    }

    @Test
    void aResetThatFallsOnTheFirstStepOfTheNextRolloutIsLeftOutThere() {
        Collector collector = scripted(AutoresetMode.NEXT_STEP);
        TrajectoryBatch before =
                collector.collect(BY_TIME, new RolloutLength.Steps(2)).batch();
        assertArrayEquals(new boolean[] {true, true, true, true, true, false}, before.valid());
        Rollout after = collector.collect(BY_TIME, new RolloutLength.Steps(2));
        assertArrayEquals(
                new int[] {100, 1002, 2100, 0, 1003, 2101}, places(after.batch().features()));
        assertEquals(5, after.envSteps());
    }

    @Test
    void aResetOfAllForgetsThatACopyHadEnded() {
        Collector collector = scripted(AutoresetMode.NEXT_STEP);
        Rollout before = collector.collect(BY_TIME, new RolloutLength.Steps(2));
        assertArrayEquals(new int[] {2, 3}, before.batch().finals().rows()); // copy 0 ended in its last step
        collector.reset(8);
        Rollout after = collector.collect(BY_TIME, new RolloutLength.Steps(2));
        // Both steps of copy 0 are steps; the episode of copy 2 is of one step, and its second one a reset.
        assertArrayEquals(
                new boolean[] {true, true, true, true, true, false},
                after.batch().valid());
        assertArrayEquals(new int[] {0, 0, 0, 1, 1, 0}, after.batch().timeInEpisode());
        assertEquals(5, after.envSteps());
    }

    @Test
    void stepsGiveTheSameEpisodesRowByRowAsFarAsTheyGo() {
        for (int t : new int[] {2, 7, 64}) {
            RolloutLength length = new RolloutLength.Steps(t);
            Collector sameStep = cartPoles(AutoresetMode.SAME_STEP);
            Collector nextStep = cartPoles(AutoresetMode.NEXT_STEP);
            List<List<List<Object>>> expected = new ArrayList<>();
            List<List<List<Object>>> actual = new ArrayList<>();
            for (int copy = 0; copy < 4; copy++) {
                expected.add(new ArrayList<>());
                actual.add(new ArrayList<>());
            }
            long valid = 0;
            long counted = 0;
            int resets = 0;
            for (int rollout = 0; rollout < 6; rollout++) {
                TrajectoryBatch same = sameStep.collect(BY_ANGLE, length).batch();
                Rollout next = nextStep.collect(BY_ANGLE, length);
                valid += next.batch().validRows();
                counted += next.envSteps();
                resets += 4 * t - next.batch().validRows();
                for (int copy = 0; copy < 4; copy++) {
                    expected.get(copy).addAll(column(same, copy));
                    actual.get(copy).addAll(column(next.batch(), copy));
                }
            }
            assertEquals(valid, counted);
            assertTrue(t < 64 || resets > 20, "resets: " + resets);
            for (int copy = 0; copy < 4; copy++) {
                List<List<Object>> rows = actual.get(copy);
                assertEquals(expected.get(copy).subList(0, rows.size()), rows);
            }
        }
    }

    @Test
    void rolloutsOfOneStepAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> scripted(AutoresetMode.NEXT_STEP).collect(BY_TIME, new RolloutLength.Steps(1)));
    }
}
