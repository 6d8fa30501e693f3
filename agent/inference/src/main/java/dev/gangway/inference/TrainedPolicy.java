package dev.gangway.inference;

import dev.gangway.codec.WireSpaces;
import dev.gangway.environment.Space;
import dev.gangway.environment.Value;
import dev.gangway.inference.checkpoint.CheckpointPolicies;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.MaskedActions;
import dev.gangway.inference.policy.ActionEncoder;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.MaskSource;
import dev.gangway.inference.policy.ObservationEncoder;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.inference.provider.Providers;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.PolicyConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A trained policy for use in any Java program: it needs {@code gangway-inference} and what that needs, protobuf-java: no native
 * library and no gRPC. Immutable and thread-safe.
 */
public final class TrainedPolicy {
    private final Space observationSpace;
    private final Space actionSpace;
    private final PolicySnapshot snapshot;
    private final ObservationEncoder observations;
    private final ActionEncoder actions;
    private final MaskSource maskSource;
    private final ActionMasks masks;

    private TrainedPolicy(Checkpoint checkpoint, Providers providers) {
        CheckpointPolicies.requireExperiment(checkpoint);
        observationSpace = WireSpaces.decode(checkpoint.getObservationSpace(), "observation_space", "the checkpoint");
        actionSpace = WireSpaces.decode(checkpoint.getActionSpace(), "action_space", "the checkpoint");
        PolicyConfig config = CheckpointPolicies.configuration(checkpoint);
        maskSource = MaskedActions.source(config);
        Space seen = MaskedActions.seen(maskSource, observationSpace);
        observations = new ObservationEncoder(seen);
        snapshot = CheckpointPolicies.of(checkpoint, seen, actionSpace, CustomParts.of(providers, checkpoint));
        actions = new ActionEncoder(actionSpace, snapshot.distribution());

        masks = MaskedActions.reader(maskSource, observationSpace, actionSpace, snapshot.distribution());
    }

    /**
     * Reads the newest checkpoint of a run directory.
     *
     * @throws IllegalArgumentException when there is none, or it is torn, foreign or of another version
     */
    public static TrainedPolicy load(Path run) {
        return load(run, Providers.onClassPath());
    }

    /** As {@link #load(Path)}, with the providers of further jars. */
    public static TrainedPolicy load(Path run, Providers providers) {
        return new TrainedPolicy(CheckpointStore.read(CheckpointStore.newestOf(run)), providers);
    }

    /**
     * Reads the best policy of a run directory by the evaluations during its training.
     *
     * @throws IllegalArgumentException when there is none, because the experiment asked for no evaluations, or it is torn,
     *     foreign or of another version
     */
    public static TrainedPolicy loadBest(Path run) {
        return loadBest(run, Providers.onClassPath());
    }

    /** As {@link #loadBest(Path)}, with the providers of further jars. */
    public static TrainedPolicy loadBest(Path run, Providers providers) {
        return new TrainedPolicy(CheckpointStore.readBest(CheckpointStore.bestOf(run)), providers);
    }

    /** Returns the policy of a checkpoint. */
    public static TrainedPolicy of(Checkpoint checkpoint) {
        return new TrainedPolicy(checkpoint, Providers.onClassPath());
    }

    /**
     * Returns the most likely actions, under the masks of the observations if the policy was trained with such.
     *
     * @param batch n observations of the training's observation space; a tensor has the shape [n, …]
     * @return n actions of its action space; a tensor of shape [n, …]
     * @throws IllegalArgumentException when type or shape is not the space's, or the policy was trained with masks of infos,
     *     without which it could choose a forbidden action
     */
    public Value act(Value batch, int n) {
        return greedy(batch, n, ownMasks(batch, n));
    }

    /**
     * Returns the most likely actions under masks, for a policy that was trained with masks of infos.
     *
     * @param given one mask for each observation as {@code info["action_mask"]} would hold it, see {@link ActionMasks}; null
     *     where every action is allowed
     * @throws IllegalArgumentException when the policy was not trained so, or type, shape or a mask does not fit
     */
    public Value act(Value batch, int n, List<?> given) {
        return greedy(batch, n, givenMasks(n, given));
    }

    /** As {@link #act(Value, int)}, but draws the actions from their distributions. */
    public Value sample(Value batch, int n, RandomGenerator random) {
        return drawn(batch, n, ownMasks(batch, n), random);
    }

    /** As {@link #act(Value, int, List)}, but draws the actions from their distributions. */
    public Value sample(Value batch, int n, List<?> given, RandomGenerator random) {
        return drawn(batch, n, givenMasks(n, given), random);
    }

    private Value greedy(Value batch, int n, float[] rows) {
        float[] chosen = new float[n * actions.actionSize()];
        snapshot.actGreedy(features(batch, n), rows, n, chosen);
        return actions.encode(chosen, n);
    }

    private Value drawn(Value batch, int n, float[] rows, RandomGenerator random) {
        float[] chosen = new float[n * actions.actionSize()];
        snapshot.act(features(batch, n), rows, n, random, chosen);
        return actions.encode(chosen, n);
    }

    private float[] ownMasks(Value batch, int n) {
        if (maskSource == MaskSource.INFO) {
            throw new IllegalArgumentException(
                    "Expected the masks of the observations, because the policy was trained with"
                            + " policy.action_mask ACTION_MASK_INFO, found none: pass them as the third argument");
        }
        float[] rows = new float[n * masks.size()];
        if (maskSource == MaskSource.OBSERVATION) {
            masks.readObservations(batch, n, rows);
        }
        return rows;
    }

    private float[] givenMasks(int n, List<?> given) {
        if (maskSource != MaskSource.INFO) {
            throw new IllegalArgumentException(
                    "Expected no masks, because the policy was trained with policy.action_mask ACTION_MASK_"
                            + maskSource + ", found " + given.size());
        }
        if (given.size() != n) {
            throw new IllegalArgumentException("Expected " + n + " masks, one per observation, found " + given.size());
        }
        float[] rows = new float[n * masks.size()];
        masks.readGiven(given, rows);
        return rows;
    }

    private float[] features(Value batch, int n) {
        float[] features = new float[n * observations.size()];
        observations.encode(batch, n, features, 0);
        return features;
    }

    /** Returns the space of one observation. */
    public Space observationSpace() {
        return observationSpace;
    }

    /** Returns the space of one action. */
    public Space actionSpace() {
        return actionSpace;
    }

    /** Returns whether it was trained with masks, in infos or observations, and acts under them. */
    public boolean isMasked() {
        return masks.used();
    }

    /** Returns the policy on encoded observations. */
    public PolicySnapshot snapshot() {
        return snapshot;
    }
}
