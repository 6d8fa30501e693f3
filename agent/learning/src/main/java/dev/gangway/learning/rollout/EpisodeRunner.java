package dev.gangway.learning.rollout;

import dev.gangway.environment.Space;
import dev.gangway.environment.VectorEnv;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.ObservationEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Plays whole episodes in an environment of any autoreset mode. Only the episodes' returns and lengths are kept, so memory
 * does not grow with their steps.
 *
 * <p>How many episodes each copy plays is settled before the first step, see {@link RolloutLength.Episodes}. What a copy
 * plays beyond its share, while others finish, is not even looked at.
 *
 * <p>The environment belongs to the caller, who closes it. Not thread-safe.
 */
public final class EpisodeRunner {
    private final LaneLoop loop;

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
        loop = new LaneLoop(
                List.of(env),
                new ObservationEncoder(seen),
                bounds,
                new ActionEncoder(env.spec().actionSpace(), distribution),
                masks,
                List.of(random));
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
        RolloutLength length = new RolloutLength.Episodes(episodes);
        loop.countFrom(0);
        loop.reset(seed);
        observer.observe(false);
        List<Episode> finished = new ArrayList<>();
        loop.play(actor, length, new LaneLoop.Listener() {
            @Override
            public void stepped(LaneStep step, int copy, int timeInEpisode) {}

            @Override
            public void finished(Episode episode) {
                finished.add(episode);
            }

            @Override
            public void toldAll(LaneStep step) {
                observer.observe(step.isStep(0) && step.ended(0));
            }
        });
        return finished;
    }
}
