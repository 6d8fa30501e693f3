package dev.gangway.learning.rollout;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.learning.policy.ActionEncoder;
import dev.gangway.learning.policy.ActionMasks;
import dev.gangway.learning.policy.ObservationEncoder;
import dev.gangway.learning.policy.UnfitObservationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/** One environment with its place in the batch, its random stream and the episodes that are under way in it. */
final class Lane {
    private static final String AT_RESET = "at its reset";

    final VectorEnv env;
    final int first;
    final int copies;
    private final ObservationEncoder observations;
    private final ObservationBounds bounds;
    private final ActionEncoder actionEncoder;
    private final ActionMasks actionMasks;
    private final RandomGenerator random;

    /** Shape [copies, D]: the observations to act on next. */
    final float[] features;
    /** Shape [copies, K], or empty: the masks to act under next. */
    final float[] masks;
    /** Shape [copies, A]: the actions in flight. */
    final float[] actions;
    /** Steps that each copy's episode has taken. */
    final int[] time;
    /** Undiscounted return so far of each copy's episode. */
    final double[] episodeReturn;
    /** Episodes that each copy still has to finish in this rollout; unused when steps are counted. */
    final int[] wanted;
    /** Whether a copy that ended is reset in its next step instead of in the same one. */
    final boolean nextStep;
    /** Whether a copy that ended is reset in the same step. */
    private final boolean sameStep;
    /** In NEXT_STEP mode: whether each copy's next step is its reset. */
    private final boolean[] resetting;
    /** Whether a step has been sent and not yet received. */
    boolean inFlight;

    Lane(
            VectorEnv env,
            int first,
            ObservationEncoder observations,
            ObservationBounds bounds,
            ActionEncoder actionEncoder,
            ActionMasks actionMasks,
            RandomGenerator random) {
        this.env = env;
        this.first = first;
        this.copies = env.copies();
        this.observations = observations;
        this.bounds = bounds;
        this.actionEncoder = actionEncoder;
        this.actionMasks = actionMasks;
        this.random = random;
        features = new float[copies * observations.size()];
        masks = new float[copies * actionMasks.size()];
        actions = new float[copies * actionEncoder.actionSize()];
        time = new int[copies];
        episodeReturn = new double[copies];
        wanted = new int[copies];
        nextStep = env.autoresetMode() == AutoresetMode.NEXT_STEP;
        sameStep = env.autoresetMode() == AutoresetMode.SAME_STEP;
        resetting = new boolean[copies];
    }

    void reset(ResetRequest request) {
        ResetResult result = env.reset(request);
        encode(result.observations(), features, copy -> copy, copy -> AT_RESET);
        actionMasks.requireIn(result.infos());
        actionMasks.read(result.observations(), result.infos(), masks);
        for (int i = 0; i < copies; i++) {
            startEpisode(i);
        }
        Arrays.fill(resetting, false);
    }

    /** In DISABLED mode, resets the copies that ended in this step, unseeded; the other modes do so themselves. */
    void resetEnded(StepResult result) {
        if (env.autoresetMode() != AutoresetMode.DISABLED) {
            return;
        }
        List<Boolean> ended = new ArrayList<>();
        for (int i = 0; i < copies; i++) {
            ended.add(result.terminated()[i] || result.truncated()[i]);
        }
        if (!ended.contains(true)) {
            return;
        }
        ResetResult reset = env.reset(new ResetRequest(List.of(), Map.of(), ended));
        float[] newFeatures = new float[features.length];
        float[] newMasks = new float[masks.length];
        encode(reset.observations(), newFeatures, copy -> copy, copy -> AT_RESET);
        actionMasks.read(reset.observations(), reset.infos(), newMasks);
        for (int i = 0; i < copies; i++) {
            if (ended.get(i)) {
                copyRow(newFeatures, features, observations.size(), i);
                copyRow(newMasks, masks, actionMasks.size(), i);
            }
        }
    }

    private static void copyRow(float[] from, float[] to, int size, int row) {
        System.arraycopy(from, row * size, to, row * size, size);
    }

    /** Returns whether the step just received was this copy's reset, and so no step of an episode. */
    boolean resets(int copy) {
        return resetting[copy];
    }

    /** Returns how many copies the step just received was a step for. */
    int copiesStepped() {
        int count = copies;
        for (boolean reset : resetting) {
            count -= reset ? 1 : 0;
        }
        return count;
    }

    /** Notes which copies the next step resets. */
    void noteEnds(StepResult result) {
        if (nextStep) {
            for (int i = 0; i < copies; i++) {
                resetting[i] = result.terminated()[i] || result.truncated()[i];
            }
        }
    }

    void startEpisode(int copy) {
        time[copy] = 0;
        episodeReturn[copy] = 0;
    }

    /** Chooses actions on {@link #features} and sends them. */
    void act(Actor actor) {
        actor.act(features, masks, copies, random, actions);
        env.send(actionEncoder.encode(actions, copies));
        inFlight = true;
    }

    /** Waits for the step in flight and makes its observations and masks the next to act on. */
    StepResult receive() {
        StepResult result = env.receive();
        inFlight = false;
        IntPredicate ended = copy -> result.terminated()[copy] || result.truncated()[copy];
        encode(result.observations(), features, copy -> copy, copy -> {
            boolean reset = sameStep ? ended.test(copy) : resetting[copy];
            return reset ? AT_RESET : atStep(copy);
        });
        actionMasks.read(result.observations(), result.infos(), copy -> !sameStep && ended.test(copy), masks);
        return result;
    }

    /**
     * Returns the final observations of the copies that ended in this step, shape [K, D]; in NEXT_STEP mode the
     * observations of all copies, {@link #features}, among which they are.
     */
    float[] encodeFinals(StepResult result) {
        if (nextStep) {
            return features;
        }
        if (result.finals().isEmpty()) {
            return new float[0];
        }
        StepResult.FinalRows finals = result.finals().get();
        float[] encoded = new float[finals.copies().length * observations.size()];
        encode(finals.observations(), encoded, row -> finals.copies()[row], this::atStep);
        return encoded;
    }

    /**
     * Encodes observations and looks at what they hold.
     *
     * @param encoded receives them, shape [rows, D]
     * @param copyOf which copy gave a row
     * @param when says, of a copy, when it gave it
     */
    private void encode(Value values, float[] encoded, IntUnaryOperator copyOf, IntFunction<String> when) {
        try {
            observations.encode(values, encoded.length / Math.max(1, observations.size()), encoded, 0);
        } catch (UnfitObservationException e) {
            int copy = copyOf.applyAsInt(e.row());
            throw new EnvironmentException(e.message(name(copy), when.apply(copy)), e);
        }
        int outside = bounds.firstOutside(encoded);
        if (outside >= 0) {
            int copy = copyOf.applyAsInt(outside / observations.size());
            bounds.outside(encoded, outside, name(copy), when.apply(copy));
        }
    }

    /**
     * Checks the reward of the step that was just received.
     *
     * @throws EnvironmentException when it is not a finite number within float32's range
     */
    void checkReward(int copy, double reward) {
        if (!(Math.abs(reward) <= Float.MAX_VALUE)) { // also where it is not a number
            throw new EnvironmentException(
                    ("%s gave reward %s %s: expected a finite number within ±3.4E38, because networks compute with"
                                    + " float32; mend the environment, or scale or clip its rewards with a wrapper"
                                    + " transform_reward or clip_reward")
                            .formatted(name(copy), reward, atStep(copy)));
        }
    }

    private String name(int copy) {
        return env.spec().id() + ": copy " + (first + copy);
    }

    private String atStep(int copy) {
        return "at step " + (time[copy] + 1) + " of its episode";
    }

    /** Returns whether every copy is at the start of an episode, or is reset by its next step. */
    boolean isAtStarts() {
        return Arrays.stream(time).allMatch(steps -> steps == 0);
    }

    boolean wantsMore() {
        for (int episodes : wanted) {
            if (episodes > 0) {
                return true;
            }
        }
        return false;
    }
}
