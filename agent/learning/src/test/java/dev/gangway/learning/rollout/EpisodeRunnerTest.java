package dev.gangway.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.Categorical;
import dev.gangway.inference.policy.Distribution;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything is read off {@link ScriptedEnv}: x = 1000 copy + 100 episode + time, and the reward is x + action / 10. */
class EpisodeRunnerTest {
    private static final int[][] LENGTHS = {{2, 3}, {5}, {1, 4}};
    private static final Distribution CHOICE = new Categorical(3);

    private static final Actor BY_TIME = (features, masks, batch, random, actions) -> {
        for (int i = 0; i < batch; i++) {
            actions[i] = features[2 * i] % 100 % 3;
        }
    };

    private static ScriptedEnv env(AutoresetMode mode, int[]... lengths) {
        return new ScriptedEnv(0, mode, new ArrayList<>(), lengths);
    }

    private static EpisodeRunner runner(VectorEnv env, ActionMasks masks) {
        return new EpisodeRunner(
                env,
                ScriptedEnv.OBSERVATIONS,
                ObservationBounds.logged(ObservationBounds.Action.REFUSE),
                CHOICE,
                masks,
                Streams.of(0).stream("evaluation-action", 0));
    }

    private static List<Episode> sorted(List<Episode> episodes) {
        return episodes.stream()
                .sorted(java.util.Comparator.comparingInt(Episode::copy).thenComparingDouble(Episode::episodeReturn))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(AutoresetMode.class)
    void everyCopyPlaysItsShareWhicheverEpisodesAreShortAndInWhicheverMode(AutoresetMode mode) {
        ScriptedEnv env = env(mode, LENGTHS);
        List<Episode> episodes = runner(env, ActionMasks.none(CHOICE)).play(BY_TIME, 7, 7);
        assertEquals(
                List.of(
                        // 0 + 1.1, 100 + 101.1 + 102.2, 200 + 201.1: copy 0 has the one of the remainder.
                        List.of(0, 1.1, 2, true),
                        List.of(0, 303.3, 3, false),
                        List.of(0, 401.1, 2, true),
                        List.of(1, 5010.4, 5, true),
                        List.of(1, 5510.4, 5, false),
                        List.of(2, 2000.0, 1, true),
                        List.of(2, 8406.3, 4, false)),
                sorted(episodes).stream()
                        .map(episode -> List.<Object>of(
                                episode.copy(),
                                Math.rint(episode.episodeReturn() * 1e6) / 1e6,
                                episode.length(),
                                episode.terminated()))
                        .toList());
        List<Optional<BigInteger>> seeds = List.of(
                Optional.of(BigInteger.valueOf(7)),
                Optional.of(BigInteger.valueOf(8)),
                Optional.of(BigInteger.valueOf(9)));
        assertEquals(seeds, env.resets.get(0));
        assertTrue(
                env.resets.stream().skip(1).allMatch(List::isEmpty),
                "later episodes go on with a copy's own generator");
    }

    @ParameterizedTest
    @EnumSource(AutoresetMode.class)
    void everyActionIsChosenUnderTheMaskOfItsObservation(AutoresetMode mode) {
        ScriptedEnv env = env(mode, LENGTHS);
        List<String> wrong = new ArrayList<>();
        Actor checking = (features, masks, batch, random, actions) -> {
            for (int i = 0; i < batch; i++) {
                float x = features[2 * i];
                for (int a = 0; a < 3; a++) {
                    boolean forbidden = masks[3 * i + a] == Float.NEGATIVE_INFINITY;
                    if (forbidden != (!env.isOver(i) && a == ScriptedEnv.forbidden(x))) {
                        wrong.add("x = " + x + ", action " + a);
                    }
                }
                actions[i] = (ScriptedEnv.forbidden(x) + 1) % 3;
            }
        };
        runner(env, ActionMasks.inInfos(ScriptedEnv.ACTIONS, CHOICE)).play(checking, 7, 12);
        assertEquals(List.of(), wrong);
    }

    @ParameterizedTest
    @EnumSource(AutoresetMode.class)
    void anObserverHearsOfTheStartOfEveryStepAndOfTheEndOfCopyZero(AutoresetMode mode) {
        List<Boolean> heard = new ArrayList<>();
        runner(env(mode, new int[] {2, 3}), ActionMasks.none(CHOICE)).play(BY_TIME, 7, 2, heard::add);
        List<Boolean> expected = new ArrayList<>(List.of(false, false, true, false, false, true));
        if (mode == AutoresetMode.NEXT_STEP) {
            expected.add(3, false); // the reset is a step
        }
        assertEquals(expected, heard);
    }

    @ParameterizedTest
    @EnumSource(AutoresetMode.class)
    void whatACopyGivesBeyondItsShareEndsNothing(AutoresetMode mode) {
        for (SpoiledEnv.What what : SpoiledEnv.What.values()) {
            for (int place : new int[] {2100, 2102, 2104}) { // an episode's first, amid it, its final one
                if (what == SpoiledEnv.What.REWARD && place == 2100) {
                    continue; // with SAME_STEP, the reward of the step before counts
                }
                SpoiledEnv env = new SpoiledEnv(env(mode, LENGTHS), what, place, Double.NaN);
                assertEquals(
                        3,
                        runner(env, ActionMasks.inInfos(ScriptedEnv.ACTIONS, CHOICE))
                                .play(BY_TIME, 7, 3)
                                .size());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AutoresetMode.class)
    void aFinalObservationThatCountsIsLookedAt(AutoresetMode mode) {
        SpoiledEnv env = new SpoiledEnv(env(mode, LENGTHS), SpoiledEnv.What.OBSERVATION, 1005, Double.NaN);
        String message = assertThrows(
                        EnvironmentException.class,
                        () -> runner(env, ActionMasks.none(CHOICE)).play(BY_TIME, 7, 3))
                .getMessage();
        assertTrue(message.contains("copy 1 gave an observation with NaN at element [1] at step 5 of its"), message);
    }

    @Test
    void fewerEpisodesThanCopiesAreTheFirstCopies() {
        List<Episode> episodes = runner(env(AutoresetMode.SAME_STEP, LENGTHS), ActionMasks.none(CHOICE))
                .play(BY_TIME, 7, 2);
        assertEquals(List.of(0, 1), sorted(episodes).stream().map(Episode::copy).toList());
        assertThrows(
                IllegalArgumentException.class,
                () -> runner(env(AutoresetMode.SAME_STEP, LENGTHS), ActionMasks.none(CHOICE))
                        .play(BY_TIME, 7, 0));
    }

    @Test
    void statisticsAreThoseOfReturnsAndLengths() {
        EpisodeStatistics statistics = EpisodeStatistics.of(List.of(
                new Episode(5, 0, 1, 2, true, false),
                new Episode(6, 1, 4, 3, true, false),
                new Episode(9, 0, 4, 7, false, true)));
        assertEquals(new EpisodeStatistics(3, 3, Math.sqrt(2), 1, 4, 4), statistics);
        assertThrows(IllegalArgumentException.class, () -> EpisodeStatistics.of(List.of()));
    }
}
