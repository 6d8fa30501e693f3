package dev.gangway.experiment;

import dev.gangway.env.Space;
import dev.gangway.env.Value;
import dev.gangway.policy.ActionEncoder;
import dev.gangway.policy.ObservationEncoder;
import dev.gangway.policy.PolicySnapshot;
import dev.gangway.record.CheckpointStore;
import dev.gangway.v1.Checkpoint;
import dev.gangway.wire.WireSpaces;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * A trained policy for use in any Java program: it needs Gangway and protobuf-java on the class path, neither ND4J nor
 * gRPC. Immutable and thread-safe.
 */
public final class TrainedPolicy {
    private final Space observationSpace;
    private final Space actionSpace;
    private final PolicySnapshot snapshot;
    private final ObservationEncoder observations;
    private final ActionEncoder actions;

    private TrainedPolicy(Checkpoint checkpoint) {
        observationSpace = WireSpaces.decode(checkpoint.getObservationSpace(), "observation_space", "the checkpoint");
        actionSpace = WireSpaces.decode(checkpoint.getActionSpace(), "action_space", "the checkpoint");
        observations = new ObservationEncoder(observationSpace);
        snapshot = Snapshots.of(checkpoint, observationSpace, actionSpace);
        actions = new ActionEncoder(actionSpace, snapshot.distribution());
    }

    /**
     * Reads the newest checkpoint of a run directory.
     *
     * @throws IllegalArgumentException when there is none, or it is torn, foreign or of another version
     */
    public static TrainedPolicy load(Path run) {
        return new TrainedPolicy(CheckpointStore.read(run.resolve("checkpoint.pb")));
    }

    /**
     * Returns the most likely actions.
     *
     * @param batch n observations of the training's observation space; a tensor has the shape [n, …]
     * @return n actions of its action space; a tensor of shape [n, …]
     * @throws IllegalArgumentException when type or shape is not the space's
     */
    public Value act(Value batch, int n) {
        float[] chosen = new float[n * actions.actionSize()];
        snapshot.actGreedy(features(batch, n), n, chosen);
        return actions.encode(chosen, n);
    }

    /** As {@link #act}, but draws the actions from their distributions. */
    public Value sample(Value batch, int n, RandomGenerator random) {
        float[] chosen = new float[n * actions.actionSize()];
        snapshot.act(features(batch, n), n, random, chosen);
        return actions.encode(chosen, n);
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

    /** Returns the policy on encoded observations. */
    public PolicySnapshot snapshot() {
        return snapshot;
    }
}
