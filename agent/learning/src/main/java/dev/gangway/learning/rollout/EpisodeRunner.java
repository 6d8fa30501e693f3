package dev.gangway.learning.rollout;

import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.VectorEnv;
import dev.gangway.learning.policy.ActionEncoder;
import dev.gangway.learning.policy.ActionMasks;
import dev.gangway.learning.policy.Distribution;
import dev.gangway.learning.policy.ObservationEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Plays whole episodes in an environment of any autoreset mode. Only the episodes' returns and lengths are kept, so memory
 * does not grow with their steps.
 *
 * <p>How many episodes each copy plays is settled before the first step: all play the same number, but for a remainder, of
 * which the first copies play one more each. Taking the first episodes that end instead would prefer short ones.
 *
 * <p>The environment belongs to the caller, who closes it. Not thread-safe.
 */
public final class EpisodeRunner {
    private final Lane lane;

    /** Hears of every state that the environment stands in while episodes are played. */
    @FunctionalInterface
    public interface Observer {
        /**
         * The environment was reset or stepped, and may be rendered.
         *
         * @param ended whether copy 0 ended its episode in this step. In SAME_STEP mode it has been reset since, in the
         *     other modes it stands in its final state
         */
        void observe(boolean ended);
    }

    /**
     * Makes a runner for one policy's kind of observations and actions.
     *
     * @param seen the space of what the policy sees of the environment's observations
     * @param bounds what happens at observations outside of their space; no other runner's
     * @param masks reads the masks that the policy acts under
     * @param random what actions are sampled from; not drawn from by an actor that does not sample
     */
    public EpisodeRunner(
            VectorEnv env,
            Space seen,
            ObservationBounds bounds,
            Distribution distribution,
            ActionMasks masks,
            RandomGenerator random) {
        ObservationEncoder observations = new ObservationEncoder(seen);
        bounds.begin(observations, env.copies());
        lane = new Lane(
                env, 0, observations, bounds, new ActionEncoder(env.spec().actionSpace(), distribution), masks, random);
    }

    /** As {@link #play(Actor, long, int, Observer)} unobserved. */
    public List<Episode> play(Actor actor, long seed, int episodes) {
        return play(actor, seed, episodes, ended -> {});
    }

    /**
     * Resets every copy and plays episodes until each copy has finished its own.
     *
     * @param seed copy i is seeded with {@code seed + i}; later episodes of a copy go on with its generator
     * @param episodes over all copies, ≥ 1
     * @return the episodes in the order of their ends, those that end in one step by copy; environment steps are counted
     *     from 0
     */
    public List<Episode> play(Actor actor, long seed, int episodes, Observer observer) {
        if (episodes < 1) {
            throw new IllegalArgumentException("Expected at least 1 episode, found " + episodes);
        }
        lane.reset(ResetRequest.seeded(seed, lane.copies));
        for (int i = 0; i < lane.copies; i++) {
            lane.wanted[i] = episodes / lane.copies + (i < episodes % lane.copies ? 1 : 0);
        }
        observer.observe(false);
        List<Episode> finished = new ArrayList<>();
        long envSteps = 0;
        while (lane.wantsMore()) {
            lane.act(actor);
            StepResult result = lane.receive();
            envSteps += lane.copiesStepped();
            boolean firstEnded = !lane.resets(0) && (result.terminated()[0] || result.truncated()[0]);
            for (int i = 0; i < lane.copies; i++) {
                if (!lane.resets(i)) {
                    step(i, result, envSteps, finished);
                }
            }
            lane.noteEnds(result);
            observer.observe(firstEnded);
            if (lane.wantsMore()) {
                lane.resetEnded(result);
            }
        }
        return finished;
    }

    private void step(int copy, StepResult result, long envSteps, List<Episode> finished) {
        if (lane.wanted[copy] > 0) {
            lane.checkReward(copy, result.rewards()[copy]);
        }
        lane.time[copy]++;
        lane.episodeReturn[copy] += result.rewards()[copy];
        boolean terminated = result.terminated()[copy];
        boolean truncated = result.truncated()[copy];
        if (terminated || truncated) {
            if (lane.wanted[copy] > 0) {
                lane.wanted[copy]--;
                finished.add(
                        new Episode(envSteps, copy, lane.episodeReturn[copy], lane.time[copy], terminated, truncated));
            }
            lane.startEpisode(copy);
        }
    }
}
