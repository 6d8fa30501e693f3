package dev.gangway.learning.rollout;

import dev.gangway.environment.VectorEnv;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.ObservationEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Plays lanes of environments until each has had its share of a rollout, and tells a listener of every step. All lanes are
 * in flight: while one lane's environments step, another lane's actions are chosen. Lanes are served in their order, never by
 * arrival, so a run is deterministic.
 *
 * <p>The environments belong to the caller, who closes them. Not thread-safe.
 */
final class LaneLoop {
    private final List<Lane> lanes = new ArrayList<>();
    private final int copies;
    private long envSteps;

    /** Hears of what happens in the lanes. */
    interface Listener {
        /**
         * A copy took a step of an episode that counts.
         *
         * @param timeInEpisode steps that the episode had taken before this one
         */
        void stepped(LaneStep step, int copy, int timeInEpisode);

        /** An episode that counts has ended, in the step that was told last. */
        void finished(Episode episode);

        /** A lane's step has been told copy by copy. */
        default void toldAll(LaneStep step) {}
    }

    /**
     * Makes a loop over environments of equal spaces.
     *
     * @param envs one per lane
     * @param bounds what happens at observations outside of their space; no other loop's
     * @param randoms one per lane: the streams that actions are sampled from
     */
    LaneLoop(
            List<? extends VectorEnv> envs,
            ObservationEncoder observations,
            ObservationBounds bounds,
            ActionEncoder actionEncoder,
            ActionMasks actionMasks,
            List<? extends RandomGenerator> randoms) {
        bounds.begin(
                observations, envs.stream().mapToInt(VectorEnv::copies).max().orElse(0));
        int first = 0;
        for (int i = 0; i < envs.size(); i++) {
            VectorEnv env = envs.get(i);
            LaneReader reader = new LaneReader(env.spec().id(), first, observations, bounds, actionMasks);
            lanes.add(new Lane(env, first, reader, actionEncoder, randoms.get(i)));
            first += env.copies();
        }
        copies = first;
    }

    /** Returns the lanes in their order. */
    List<Lane> lanes() {
        return lanes;
    }

    /** Returns N, the copies over all lanes. */
    int copies() {
        return copies;
    }

    /** Returns the environment steps over all copies so far, resets not counted. */
    long envSteps() {
        return envSteps;
    }

    /** Counts environment steps on from a number. */
    void countFrom(long stepsBefore) {
        envSteps = stepsBefore;
    }

    /** Seeds copy i, counted over all lanes, with {@code seed + i}, and starts new episodes; those under way are dropped. */
    void reset(long seed) {
        lanes.forEach(lane -> lane.reset(seed));
    }

    /** Plays until each lane has had its share. */
    void play(Actor actor, RolloutLength length, Listener listener) {
        for (Lane lane : lanes) {
            lane.share(length, copies);
            actIfWanted(lane, actor);
        }
        boolean going = true;
        while (going) {
            going = false;
            for (Lane lane : lanes) {
                if (lane.inFlight()) {
                    tell(lane, lane.receive(), listener);
                    actIfWanted(lane, actor);
                    going |= lane.inFlight();
                }
            }
        }
    }

    private static void actIfWanted(Lane lane, Actor actor) {
        if (lane.progress().wantsMore()) {
            lane.act(actor);
        }
    }

    private void tell(Lane lane, LaneStep step, Listener listener) {
        for (int i = 0; i < lane.copies(); i++) {
            envSteps += step.isStep(i) ? 1 : 0;
        }
        EpisodeProgress progress = lane.progress();
        double[] rewards = step.result().rewards();
        for (int i = 0; i < lane.copies(); i++) {
            if (!step.isStep(i)) {
                continue;
            }
            boolean counts = progress.episodesLeft(i) > 0;
            if (counts) {
                lane.checkReward(i, rewards[i]);
                listener.stepped(step, i, progress.steps(i));
            }
            progress.add(i, rewards[i]);
            if (step.ended(i)) {
                if (counts) {
                    listener.finished(new Episode(
                            envSteps,
                            step.first() + i,
                            progress.episodeReturn(i),
                            progress.steps(i),
                            step.result().terminated()[i],
                            step.result().truncated()[i]));
                }
                progress.end(i);
            }
        }
        listener.toldAll(step);
    }
}
