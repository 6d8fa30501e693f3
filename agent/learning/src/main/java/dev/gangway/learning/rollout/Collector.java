package dev.gangway.learning.rollout;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.VectorEnv;
import dev.gangway.learning.policy.ActionEncoder;
import dev.gangway.learning.policy.ActionMasks;
import dev.gangway.learning.policy.ObservationEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Drives lanes of environments with a policy. All lanes are in flight: while one lane's environments step, another
 * lane's actions are chosen. The batch is ordered by lane, never by arrival, so a run is deterministic.
 *
 * <p>In NEXT_STEP mode the transition that resets a copy, which ignores its action, is no step of an episode: it is left
 * out of the batch, whose columns close up, and out of every count, the environment steps among them. What a copy's
 * episodes bring is then what they bring in SAME_STEP mode; only a rollout of T steps brings T less the resets of each.
 *
 * <p>The environments belong to the caller, who closes them. Not thread-safe.
 */
public final class Collector {
    private static final int EXPECTED_EPISODE_STEPS = 64;

    private final List<Lane> lanes = new ArrayList<>();
    private final ObservationEncoder observations;
    private final ActionEncoder actionEncoder;
    private final ActionMasks actionMasks;
    private final int copies;
    private long envSteps;

    /**
     * Makes one over environments of equal spaces.
     *
     * @param envs one per lane, in SAME_STEP or NEXT_STEP mode
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
        bounds.begin(
                observations, envs.stream().mapToInt(VectorEnv::copies).max().orElse(0));
        this.observations = observations;
        this.actionEncoder = actionEncoder;
        this.actionMasks = actionMasks;
        int first = 0;
        for (int i = 0; i < envs.size(); i++) {
            VectorEnv env = envs.get(i);
            if (env.autoresetMode() == AutoresetMode.DISABLED) {
                throw new IllegalArgumentException(
                        "Expected lanes in SAME_STEP or NEXT_STEP mode, found lane " + i + " in DISABLED");
            }
            lanes.add(new Lane(env, first, observations, bounds, actionEncoder, actionMasks, randoms.get(i)));
            first += env.copies();
        }
        copies = first;
    }

    /** Returns N, the copies over all lanes. */
    public int copies() {
        return copies;
    }

    /** Counts environment steps on from those of a training that is resumed; before the first rollout. */
    public void countFrom(long stepsBefore) {
        envSteps = stepsBefore;
    }

    /**
     * Seeds copy i, counted over all lanes, with {@code seed + i}, and starts new episodes; those under way are dropped. Must
     * be called first, and may be called between rollouts.
     */
    public void reset(long seed) {
        for (Lane lane : lanes) {
            lane.reset(ResetRequest.seeded(seed + lane.first, lane.copies));
        }
    }

    /**
     * Collects one rollout. Counting steps, episodes go on from the rollout before; counting episodes, all are new.
     *
     * @throws dev.gangway.environment.EnvironmentException when a reward or an observation holds what a network cannot take, or an
     *     observation outside of its space is refused; names copy and step
     */
    public Rollout collect(Actor actor, RolloutLength length) {
        int expected = EXPECTED_EPISODE_STEPS;
        if (length instanceof RolloutLength.Steps fixed) {
            if (fixed.steps() < 2 && lanes.stream().anyMatch(lane -> lane.nextStep)) {
                throw new IllegalArgumentException("Expected rollouts of 2 steps or more with lanes in NEXT_STEP mode, "
                        + "where one step may be a reset and nothing else, found 1");
            }
            expected = fixed.steps();
        } else if (length instanceof RolloutLength.Episodes episodes) {
            startEpisodes(episodes.total());
        }
        long before = envSteps;
        RolloutBuffer buffer = new RolloutBuffer(
                copies, observations.size(), actionEncoder.actionSize(), actionMasks.size(), expected);
        List<Episode> finished = new ArrayList<>();
        for (Lane lane : lanes) {
            actIfWanted(lane, 0, actor, length, buffer);
        }
        for (int t = 0; anyInFlight(); t++) {
            for (Lane lane : lanes) {
                if (lane.inFlight) {
                    note(t, lane, lane.receive(), buffer, length, finished);
                    actIfWanted(lane, t + 1, actor, length, buffer);
                }
            }
        }
        return new Rollout(buffer.toBatch(nextFeatures(length)), finished, envSteps - before);
    }

    private boolean anyInFlight() {
        for (Lane lane : lanes) {
            if (lane.inFlight) {
                return true;
            }
        }
        return false;
    }

    private float[] nextFeatures(RolloutLength length) {
        float[] next = new float[copies * observations.size()];
        if (length instanceof RolloutLength.Steps) {
            for (Lane lane : lanes) {
                System.arraycopy(lane.features, 0, next, lane.first * observations.size(), lane.features.length);
            }
        }
        return next;
    }

    private void startEpisodes(int total) {
        for (Lane lane : lanes) {
            if (!lane.isAtStarts()) {
                lane.reset(ResetRequest.unseeded());
            }
            for (int i = 0; i < lane.copies; i++) {
                lane.wanted[i] = total / copies + (lane.first + i < total % copies ? 1 : 0);
            }
        }
    }

    private static void actIfWanted(Lane lane, int t, Actor actor, RolloutLength length, RolloutBuffer buffer) {
        if (length instanceof RolloutLength.Steps fixed ? t < fixed.steps() : lane.wantsMore()) {
            lane.act(actor);
            buffer.acted(t, lane);
        }
    }

    private void note(
            int t, Lane lane, StepResult result, RolloutBuffer buffer, RolloutLength length, List<Episode> finished) {
        envSteps += lane.copiesStepped();
        boolean counted = length instanceof RolloutLength.Episodes;
        float[] finals = lane.encodeFinals(result);
        int finalIndex = 0;
        for (int i = 0; i < lane.copies; i++) {
            if (lane.resets(i)) {
                buffer.idle(t, lane, i);
                continue;
            }
            lane.checkReward(i, result.rewards()[i]);
            boolean ended = result.terminated()[i] || result.truncated()[i];
            int finalRow = ended && !lane.nextStep ? finalIndex++ : i;
            lane.time[i]++;
            if (counted && lane.wanted[i] == 0) {
                buffer.idle(t, lane, i);
                if (ended) {
                    lane.startEpisode(i);
                }
                continue;
            }
            buffer.stepped(t, lane, i, result);
            lane.episodeReturn[i] += result.rewards()[i];
            if (ended) {
                buffer.ended(t, lane, i, finals, finalRow);
                finished.add(new Episode(
                        envSteps,
                        lane.first + i,
                        lane.episodeReturn[i],
                        lane.time[i],
                        result.terminated()[i],
                        result.truncated()[i]));
                lane.startEpisode(i);
                lane.wanted[i]--;
            }
        }
        lane.noteEnds(result);
    }
}
