package dev.gangway.learning.rollout;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.VectorEnv;
import dev.gangway.inference.policy.ActionEncoder;
import java.util.random.RandomGenerator;

/** One environment with its place among the copies, its random stream and the episodes that are under way in it. */
final class Lane {
    private static final String AT_RESET = "at its reset";

    private final VectorEnv env;
    private final int first;
    private final int copies;
    private final LaneReader reader;
    private final ActionEncoder actionEncoder;
    private final RandomGenerator random;
    private final Autoreset autoreset;
    private final EpisodeProgress progress;

    private float[] features; // shape [copies, D]: the observations to act on next
    private float[] masks; // shape [copies, K], or empty: what to act under next
    private float[] actedFeatures; // what was acted on last
    private float[] actedMasks;
    private final float[] actions; // shape [copies, A]
    private boolean inFlight;

    /**
     * Makes a lane that must be reset before its first step.
     *
     * @param first number of its first copy over all lanes
     * @param random the stream that actions are sampled from
     */
    Lane(VectorEnv env, int first, LaneReader reader, ActionEncoder actionEncoder, RandomGenerator random) {
        this.env = env;
        this.first = first;
        this.copies = env.copies();
        this.reader = reader;
        this.actionEncoder = actionEncoder;
        this.random = random;
        autoreset = Autoreset.of(env.autoresetMode(), copies);
        progress = new EpisodeProgress(copies);
        features = new float[copies * reader.featureSize()];
        masks = new float[copies * reader.maskSize()];
        actedFeatures = new float[features.length];
        actedMasks = new float[masks.length];
        actions = new float[copies * actionEncoder.actionSize()];
    }

    /** Returns the lane's copies. */
    int copies() {
        return copies;
    }

    /** Returns whether the environment resets its copies in steps of their own. */
    boolean resetsInNextStep() {
        return env.autoresetMode() == AutoresetMode.NEXT_STEP;
    }

    /** Returns how far its episodes are. */
    EpisodeProgress progress() {
        return progress;
    }

    /** Gives the lane its share of a rollout of so many copies over all lanes. */
    void share(RolloutLength length, int allCopies) {
        progress.share(length, first, allCopies);
    }

    /** Returns whether a step has been sent and not yet received. */
    boolean inFlight() {
        return inFlight;
    }

    /** Seeds copy i of all lanes with {@code seed + i}, and starts new episodes. */
    void reset(long seed) {
        reset(ResetRequest.seeded(seed + first, copies));
    }

    /** Starts new episodes, which go on with the copies' generators, unless every copy is at the start of one. */
    void restart() {
        if (!progress.isAtStarts()) {
            reset(ResetRequest.unseeded());
        }
    }

    private void reset(ResetRequest request) {
        ResetResult result = env.reset(request);
        reader.requireMasks(result.infos());
        LaneReader.Rows rows = LaneReader.Rows.ofCopies(copy -> AT_RESET, copy -> false);
        reader.readObservations(result.observations(), features, rows);
        reader.readMasks(result.observations(), result.infos(), copy -> false, masks, rows);
        autoreset.reset();
        progress.restart();
    }

    /** Chooses actions on the last observations and sends them; first resets what the environment does not reset itself. */
    void act(Actor actor) {
        autoreset.neededReset().ifPresent(this::resetEnded);
        actor.act(features, masks, copies, random, actions);
        env.send(actionEncoder.encode(actions, copies));
        inFlight = true;
    }

    private void resetEnded(ResetRequest request) {
        ResetResult result = env.reset(request);
        float[] newFeatures = new float[features.length];
        float[] newMasks = new float[masks.length];
        LaneReader.Rows rows = LaneReader.Rows.ofCopies(
                copy -> AT_RESET, copy -> !request.mask().get(copy) || progress.episodesLeft(copy) == 0);
        reader.readObservations(result.observations(), newFeatures, rows);
        reader.readMasks(result.observations(), result.infos(), copy -> false, newMasks, rows);
        for (int i = 0; i < copies; i++) {
            if (request.mask().get(i)) {
                copyRow(newFeatures, features, i);
                copyRow(newMasks, masks, i);
            }
        }
    }

    private void copyRow(float[] from, float[] to, int row) {
        int size = to.length / copies;
        System.arraycopy(from, row * size, to, row * size, size);
    }

    /** Waits for the step in flight. */
    LaneStep receive() {
        StepResult result = env.receive();
        inFlight = false;
        progress.stepped();
        autoreset.stepped(result);
        swap();
        LaneReader.Rows rows = LaneReader.Rows.ofCopies(
                copy -> isFirst(copy, result) ? AT_RESET : atStep(copy), copy -> isIgnored(copy, result));
        reader.readObservations(result.observations(), features, rows);
        reader.readMasks(
                result.observations(),
                result.infos(),
                copy -> ended(copy, result) && !isFirst(copy, result),
                masks,
                rows);
        float[] finals = result.finals().map(this::readFinals).orElse(features);
        return new LaneStep(first, actedFeatures, actedMasks, actions, result, finals, autoreset);
    }

    private void swap() {
        float[] reused = actedFeatures;
        actedFeatures = features;
        features = reused;
        reused = actedMasks;
        actedMasks = masks;
        masks = reused;
    }

    private static boolean ended(int copy, StepResult result) {
        return result.terminated()[copy] || result.truncated()[copy];
    }

    private boolean isFirst(int copy, StepResult result) {
        return autoreset.isFirst(copy, ended(copy, result));
    }

    /** Returns whether the copy has played all of its episodes before the one that its new observation belongs to. */
    private boolean isIgnored(int copy, StepResult result) {
        boolean endedBefore = ended(copy, result) && isFirst(copy, result);
        return progress.episodesLeft(copy) <= (endedBefore ? 1 : 0);
    }

    private float[] readFinals(StepResult.FinalRows finals) {
        float[] encoded = new float[finals.copies().length * reader.featureSize()];
        reader.readObservations(finals.observations(), encoded, new LaneReader.Rows() {
            @Override
            public int copy(int row) {
                return finals.copies()[row];
            }

            @Override
            public String when(int row) {
                return atStep(copy(row));
            }

            @Override
            public boolean isIgnored(int row) {
                return progress.episodesLeft(copy(row)) == 0;
            }
        });
        return encoded;
    }

    /** Writes the observations to act on next, shape [copies, D], to their place in [all copies, D]. */
    void copyNext(float[] next) {
        System.arraycopy(features, 0, next, first * reader.featureSize(), features.length);
    }

    /**
     * Checks a reward of the step that was just received.
     *
     * @throws EnvironmentException when it is not a finite number within float32's range
     */
    void checkReward(int copy, double reward) {
        if (!(Math.abs(reward) <= Float.MAX_VALUE)) { // also where it is not a number
            throw new EnvironmentException(
                    ("%s gave reward %s %s: expected a finite number within ±3.4E38, because networks compute with"
                                    + " float32; mend the environment, or scale or clip its rewards with a wrapper"
                                    + " transform_reward or clip_reward")
                            .formatted(reader.name(copy), reward, atStep(copy)));
        }
    }

    private String atStep(int copy) {
        return "at step " + (progress.steps(copy) + 1) + " of its episode";
    }
}
