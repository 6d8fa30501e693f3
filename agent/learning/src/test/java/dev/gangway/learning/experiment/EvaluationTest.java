package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.random.Streams;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.record.BestPolicy;
import dev.gangway.learning.record.Evaluation;
import dev.gangway.learning.rollout.EpisodeRunner;
import dev.gangway.learning.rollout.EpisodeStatistics;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Evaluations during training: when, what they leave alone, which policy is the best, and what is reported of it. */
class EvaluationTest {
    /** Of a rollout: 8 copies × 64 steps. */
    private static final long STEPS = 512;

    private static final int MANY = 1000;

    private static String[] with(String evaluation, String... more) {
        List<String> overrides = new ArrayList<>(List.of(more));
        overrides.add("evaluation={" + evaluation + "}");
        return overrides.toArray(String[]::new);
    }

    private static Experiments.Log train(String evaluation, String... more) {
        return Experiments.train(Experiments.cartPole(with(evaluation, more)), MANY);
    }

    private static List<Long> steps(Experiments.Log log) {
        return log.evaluations.stream().map(Evaluation::envSteps).toList();
    }

    @ParameterizedTest
    @CsvSource({
        // Multiples of 1,000 are passed by the rollouts that end at 1,024, 2,048 and 3,072; one of 512 is met exactly.
        "1000, '[0, 1024, 2048, 2560]'",
        "512, '[0, 512, 1024, 1536, 2048, 2560]'",
        "700, '[0, 1024, 1536, 2560]'",
        "100, '[0, 512, 1024, 1536, 2048, 2560]'",
        "1000000, '[0, 2560]'"
    })
    void itTakesPlaceBeforeTheFirstUpdateAtOrPastEachMultipleAndAtTheEnd(long every, String expected) {
        Experiments.Log log = train("every_env_steps: " + every + " episodes: 2", "stop={max_env_steps: 2100}");
        assertEquals(expected, steps(log).toString());
        for (Evaluation evaluation : log.evaluations) {
            assertEquals(evaluation.envSteps(), evaluation.updates() * STEPS, "it saw the policy of another update");
            assertEquals(2, evaluation.returns().episodes());
        }
        assertTrue(log.training.isComplete());
    }

    @Test
    void itSeesThePolicyBeforeTheUpdate() {
        Experiments.Log log = train("every_env_steps: 512 episodes: 20", "stop={max_env_steps: 512}");
        assertEquals(List.of(0L, 512L), steps(log));
        Experiment experiment = Experiments.cartPole("stop={max_env_steps: 512}");
        EpisodeStatistics untrained =
                Experiments.use(experiment, training -> played(training.policy(), "selection", 20));
        assertEquals(untrained, log.evaluations.get(0).returns());
        assertEquals(
                played(log.training.policy(), "selection", 20),
                log.evaluations.get(1).returns());
        assertNotEquals(untrained, log.evaluations.get(1).returns());
    }

    /** Plays greedily in ten fresh cart-poles, seeded by a stream of seed 0. */
    private static EpisodeStatistics played(Policy policy, String stream, int episodes) {
        Experiment ten = Experiments.cartPole("environment.copies=10");
        try (Lanes lanes = Lanes.open(ten.getEnvironment(), GymnasiumOpener.none())) {
            EpisodeRunner runner = new EpisodeRunner(
                    lanes.envs().get(0),
                    lanes.spec().observationSpace(),
                    RolloutChoices.bounds(ten.getEnvironment()),
                    policy.distribution(),
                    dev.gangway.inference.policy.ActionMasks.none(policy.distribution()),
                    Streams.of(0).stream("unused", 0));
            return EpisodeStatistics.of(runner.play(
                    (features, masks, rows, random, actions) ->
                            policy.snapshot().actGreedy(features, masks, rows, actions),
                    Streams.of(0).envSeed(stream, 0),
                    episodes));
        }
    }

    @ParameterizedTest
    @CsvSource({"policy.mlp.hidden=[16]", "policy.normalize_observations={}", "estimator.normalize_rewards={}"})
    void trainingIsTheSameWithAndWithoutIt(String setting) {
        String[] training = {setting, "stop={max_env_steps: 5000}", "environment.lanes=2"};
        Experiments.Log without = Experiments.train(Experiments.cartPole(training), MANY);
        Experiments.Log with = train("every_env_steps: 1000 episodes: 3", training);
        assertEquals(without.episodes, with.episodes);
        assertArrayEquals(
                without.training.policy().parameters().toDoubles(),
                with.training.policy().parameters().toDoubles());
        assertEquals(
                without.updates.stream().map(update -> update.step().toString()).toList(),
                with.updates.stream().map(update -> update.step().toString()).toList());
        assertEquals(
                without.training.checkpoint().getRandomStreamsList(),
                with.training.checkpoint().getRandomStreamsList());
    }

    @Test
    void theBestHasTheHighestMeanAndTheEarliestOfEqualsIsIt() {
        // Five steps are too few to fall: every evaluation returns 5.
        Experiments.Log log = train(
                "every_env_steps: 512 episodes: 4",
                "environment.native={cart_pole {max_episode_steps: 5}}",
                "stop={max_env_steps: 2048}");
        assertEquals(List.of(5.0, 5.0, 5.0, 5.0, 5.0), means(log));
        assertEquals(0, best(log).getCounters().getUpdates());
        assertEquals(
                List.of(true, false, false, false, false),
                log.evaluations.stream().map(Evaluation::best).toList());

        Experiments.Log learning = train("every_env_steps: 1024 episodes: 5", "stop={max_env_steps: 12000}");
        double highest =
                means(learning).stream().mapToDouble(mean -> mean).max().orElseThrow();
        Evaluation first = learning.evaluations.get(means(learning).indexOf(highest));
        assertTrue(first.envSteps() > 0, "it has learned");
        assertEquals(first.updates(), best(learning).getCounters().getUpdates());
        assertEquals(first.envSteps(), report(learning).envSteps());
        assertEquals(highest, report(learning).selectionMeanReturn());
    }

    private static List<Double> means(Experiments.Log log) {
        return log.evaluations.stream()
                .map(evaluation -> evaluation.returns().meanReturn())
                .toList();
    }

    private static Checkpoint best(Experiments.Log log) {
        return log.training.best().orElseThrow();
    }

    private static BestPolicy report(Experiments.Log log) {
        return log.training.bestPolicy().orElseThrow();
    }

    @Test
    void theReportedScoreIsOfEpisodesThatHadNoPartInTheChoice() {
        Experiments.Log log = train("every_env_steps: 1024 episodes: 20", "stop={max_env_steps: 4000}");
        EpisodeStatistics score = report(log).score().orElseThrow();
        Policy policy = Checkpoints.policy(best(log), log.training.spec());
        assertEquals(played(policy, "selection", 20).meanReturn(), report(log).selectionMeanReturn());
        assertEquals(played(policy, "evaluation", 20), score);
        assertNotEquals(report(log).selectionMeanReturn(), score.meanReturn());
    }

    @Test
    void aResumedRunRepeatsTheEvaluationsAndTheBestPolicy() {
        String[] setting =
                with("every_env_steps: 700 episodes: 5", "stop={max_env_steps: 8192}", "checkpoint.every_updates=8");
        Experiments.Log whole = Experiments.train(Experiments.cartPole(setting), MANY);
        Experiments.Log begun = Experiments.train(Experiments.cartPole(setting), 8);
        Experiments.Log resumed = Experiments.resume(Experiments.cartPole(setting), begun.training.checkpoint(), MANY);
        List<Evaluation> pieces = new ArrayList<>(begun.evaluations);
        pieces.addAll(resumed.evaluations);
        assertEquals(whole.evaluations, pieces);
        assertTrue(begun.evaluations.size() > 3 && resumed.evaluations.size() > 3, pieces::toString);
        assertEquals(best(whole), best(resumed));
        assertEquals(report(whole), report(resumed));
    }

    @Test
    void aBestPolicyOfBeforeTheResumptionStaysTheBest() {
        String[] setting = with(
                "every_env_steps: 512 episodes: 2",
                "environment.native={cart_pole {max_episode_steps: 5}}",
                "checkpoint.every_updates=2",
                "stop={max_env_steps: 2048}");
        Experiments.Log begun = Experiments.train(Experiments.cartPole(setting), 2);
        Experiments.Log resumed = Experiments.resume(Experiments.cartPole(setting), begun.training.checkpoint(), MANY);
        assertEquals(best(begun), best(resumed));
        assertEquals(0, report(resumed).envSteps());
        assertTrue(resumed.evaluations.stream().noneMatch(Evaluation::best));
    }

    @Test
    void theBestPolicyHasNoStateToGoOnFrom() {
        Experiments.Log log = train("every_env_steps: 1024 episodes: 2", "stop={max_env_steps: 1024}");
        assertTrue(best(log).getPolicyOnly());
        assertFalse(log.training.checkpoint().getPolicyOnly());
        Experiment experiment = Experiments.cartPole();
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Experiments.resume(experiment, best(log), MANY))
                .getMessage();
        assertEquals(
                "Expected the state of a training in the checkpoint, found a policy alone, as best.pb holds it, which can be"
                        + " used but not trained further; go on from the run's checkpoint.pb",
                message);
    }

    @Test
    void aStopInTheMidstOfAnEvaluationLeavesItOut() {
        Experiment experiment = Experiments.cartPole(with("every_env_steps: 512 episodes: 5"));
        int[] asked = {0};
        Experiments.Log log = Experiments.train(experiment, () -> ++asked[0] > 5);
        assertEquals(List.of(), log.evaluations);
        assertEquals(0, log.progress.updates());
        assertFalse(log.training.isComplete());
        assertTrue(log.training.bestPolicy().isEmpty());
    }

    @Test
    void aStopInTheMidstOfARolloutLeavesTheLastUpdate() {
        int[] asked = {0};
        Experiments.Log log = Experiments.train(Experiments.cartPole(), () -> ++asked[0] > 100);
        assertEquals(1, log.progress.updates());
        assertEquals(STEPS, log.progress.envSteps());
    }
}
