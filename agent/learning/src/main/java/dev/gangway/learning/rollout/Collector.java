package dev.gangway.learning.rollout;

import dev.gangway.environment.VectorEnv;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.ObservationEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Collects batches of experience from lanes of environments. All lanes are in flight: while one lane's environments step,
 * another lane's actions are chosen. The batch is ordered by lane, never by arrival, so a run is deterministic.
 *
 * <p>In NEXT_STEP mode the transition that resets a copy, which ignores its action, is no step of an episode: it is left
 * out of the batch and out of every count, the environment steps among them. What a copy's episodes bring is then what they
 * bring in the other modes; only a rollout of T steps brings T less the resets of each.
 *
 * <p>The environments belong to the caller, who closes them. Not thread-safe.
 */
public final class Collector {
    private static final int EXPECTED_EPISODE_STEPS = 64;

    private final LaneLoop loop;
    private final int featureSize;
    private final int actionSize;
    private final int maskSize;

    /**
     * Makes a collector over environments of equal spaces.
     *
     * @param envs one per lane
     * @param bounds what happens at observations outside of their space; no other collector's
     * @param randoms one per lane: the streams that actions are sampled from
     */
    public Collector(
            List<? extends VectorEnv> envs,
            ObservationEncoder observations,
            ObservationBounds bounds,
            ActionEncoder actionEncoder,
            ActionMasks actionMasks,
            List<? extends RandomGenerator> randoms) {
        loop = new LaneLoop(envs, observations, bounds, actionEncoder, actionMasks, randoms);
        featureSize = observations.size();
        actionSize = actionEncoder.actionSize();
        maskSize = actionMasks.size();
    }

    /** Returns N, the copies over all lanes. */
    public int copies() {
        return loop.copies();
    }

    /** Counts environment steps on from those of a training that is resumed; before the first rollout. */
    public void countFrom(long stepsBefore) {
        loop.countFrom(stepsBefore);
    }

    /**
     * Seeds copy i, counted over all lanes, with {@code seed + i}, and starts new episodes; those under way are dropped. Must
     * be called first, and may be called between rollouts.
     */
    public void reset(long seed) {
        loop.reset(seed);
    }

    /**
     * Collects one rollout. Counting steps, episodes go on from the last rollout; counting episodes, all are new.
     *
     * @throws dev.gangway.environment.EnvironmentException when a reward or an observation holds what a network cannot take, or an
     *     observation outside of its space is refused; names copy and step
     */
    public Rollout collect(Actor actor, RolloutLength length) {
        boolean countsSteps = length instanceof RolloutLength.Steps;
        if (countsSteps) {
            requireRoomForResets((RolloutLength.Steps) length);
        } else {
            loop.lanes().forEach(Lane::restart);
        }
        long before = loop.envSteps();
        int expected = countsSteps ? ((RolloutLength.Steps) length).steps() : EXPECTED_EPISODE_STEPS;
        RolloutBuffer buffer = new RolloutBuffer(loop.copies(), featureSize, actionSize, maskSize, expected);
        List<Episode> finished = new ArrayList<>();
        loop.play(actor, length, new LaneLoop.Listener() {
            @Override
            public void stepped(LaneStep step, int copy, int timeInEpisode) {
                buffer.append(step, copy, timeInEpisode);
            }

            @Override
            public void finished(Episode episode) {
                finished.add(episode);
            }
        });
        float[] next = new float[loop.copies() * featureSize];
        if (countsSteps) {
            loop.lanes().forEach(lane -> lane.copyNext(next));
        }
        return new Rollout(buffer.toBatch(next), finished, loop.envSteps() - before);
    }

    private void requireRoomForResets(RolloutLength.Steps length) {
        if (length.steps() < 2 && loop.lanes().stream().anyMatch(Lane::resetsInNextStep)) {
            throw new IllegalArgumentException("Expected rollouts of 2 steps or more with lanes in NEXT_STEP mode, "
                    + "where one step may be a reset and nothing else, found 1");
        }
    }
}
