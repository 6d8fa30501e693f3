package dev.gangway.learning.experiment;

import dev.gangway.codec.WireSpaces;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.Version;
import dev.gangway.environment.random.NumpyRandom;
import dev.gangway.environment.random.OpenStreams;
import dev.gangway.environment.random.Streams;
import dev.gangway.inference.checkpoint.CheckpointPolicies;
import dev.gangway.inference.checkpoint.CheckpointStore;
import dev.gangway.inference.checkpoint.CheckpointTensors;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.MaskedActions;
import dev.gangway.inference.configuration.ObservationMoments;
import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.MaskSource;
import dev.gangway.inference.provider.Providers;
import dev.gangway.learning.estimator.Critic;
import dev.gangway.learning.estimator.ValueFunction;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.policy.Policy;
import dev.gangway.learning.rollout.EpisodeRunner;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Counters;
import dev.gangway.v1.EvaluationRecord;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.NamedTensor;
import dev.gangway.v1.PartState;
import dev.gangway.v1.PolicyConfig;
import dev.gangway.v1.RandomStream;
import dev.gangway.v1.UsedProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Between a training's objects and its {@link Checkpoint}. */
public final class Checkpoints {
    private Checkpoints() {}

    static Checkpoint of(
            Experiment experiment,
            EnvSpec spec,
            Policy policy,
            ScheduledOptimizer optimizer,
            Optional<Critic> value,
            Normalization normalization,
            OpenStreams streams,
            Counters counters,
            Optional<EvaluationRecord> evaluation,
            TrainingParts parts) {
        Checkpoint.Builder checkpoint = policy(experiment, spec, policy, normalization)
                .addAllProviders(parts.providers())
                .addAllOptimizer(CheckpointTensors.named(optimizer.exportState()))
                .addAllRandomStreams(streams.states().entrySet().stream()
                        .map(stream -> encode(stream.getKey(), stream.getValue()))
                        .toList())
                .setCounters(counters);
        separate(value)
                .ifPresent(v -> checkpoint
                        .addAllValueFunction(named(v.parameters()))
                        .addAllValueFunctionOptimizer(
                                CheckpointTensors.named(v.optimizer().exportState())));
        normalization
                .rewards()
                .ifPresent(moments ->
                        checkpoint.addAllRewardNormalization(CheckpointTensors.named(moments.exportState())));
        evaluation.ifPresent(checkpoint::setEvaluation);
        parts.states()
                .forEach((part, state) -> checkpoint.addPartStates(
                        PartState.newBuilder().setPart(part).addAllState(CheckpointTensors.named(state))));
        return checkpoint.build();
    }

    /** Returns a policy without the state to go on training it. */
    static Checkpoint policyOnly(
            Experiment experiment,
            EnvSpec spec,
            Policy policy,
            Normalization normalization,
            Counters counters,
            List<UsedProvider> providers) {
        return policy(experiment, spec, policy, normalization)
                .addAllProviders(providers)
                .setCounters(Counters.newBuilder()
                        .setEnvSteps(counters.getEnvSteps())
                        .setEpisodes(counters.getEpisodes())
                        .setUpdates(counters.getUpdates()))
                .setPolicyOnly(true)
                .build();
    }

    private static Checkpoint.Builder policy(
            Experiment experiment, EnvSpec spec, Policy policy, Normalization normalization) {
        Checkpoint.Builder checkpoint = Checkpoint.newBuilder()
                .setFormatVersion(CheckpointStore.FORMAT_VERSION)
                .setGangwayVersion(Version.current())
                .setExperiment(experiment)
                .setObservationSpace(WireSpaces.encode(spec.observationSpace()))
                .setActionSpace(WireSpaces.encode(spec.actionSpace()))
                .addAllPolicy(named(policy.parameters()));
        normalization
                .observations()
                .ifPresent(moments ->
                        checkpoint.addAllObservationNormalization(CheckpointTensors.named(moments.exportState())));
        return checkpoint;
    }

    /** Returns whether an experiment wants a checkpoint after so many updates; it also wants one at the end. */
    public static boolean isDue(Experiment experiment, long updates) {
        return updates % experiment.getCheckpoint().getEveryUpdates() == 0;
    }

    /**
     * Returns whether training goes on from here: it gives the same numbers as one that was never stopped, or the
     * experiment does without that. A checkpoint of the end, between two that are due, serves the use of the policy only.
     */
    public static boolean canResume(Checkpoint checkpoint) {
        return !checkpoint.getExperiment().getCheckpoint().getResetEnvironments()
                || isDue(checkpoint.getExperiment(), checkpoint.getCounters().getUpdates());
    }

    /**
     * Puts a training's objects into the state that a checkpoint of the same experiment holds.
     *
     * @throws IllegalArgumentException when names or shapes differ, or the checkpoint holds a policy only
     */
    static void restore(
            Checkpoint checkpoint,
            Policy policy,
            ScheduledOptimizer optimizer,
            Optional<Critic> value,
            Normalization normalization,
            OpenStreams streams,
            TrainingParts parts) {
        requireTrainingState(checkpoint, "the checkpoint");
        policy.parameters().assign(CheckpointTensors.flat(policy.parameters().layout(), checkpoint.getPolicyList()));
        optimizer.importState(CheckpointTensors.state(checkpoint.getOptimizerList()));
        separate(value).ifPresent(v -> {
            restoreValue(checkpoint, v);
            v.optimizer().importState(CheckpointTensors.state(checkpoint.getValueFunctionOptimizerList()));
        });
        normalization
                .observations()
                .ifPresent(moments ->
                        moments.importState(CheckpointTensors.state(checkpoint.getObservationNormalizationList())));
        normalization
                .rewards()
                .ifPresent(moments ->
                        moments.importState(CheckpointTensors.state(checkpoint.getRewardNormalizationList())));
        Map<OpenStreams.Key, NumpyRandom.State> states = new LinkedHashMap<>();
        checkpoint
                .getRandomStreamsList()
                .forEach(
                        stream -> states.put(new OpenStreams.Key(stream.getName(), stream.getIndex()), decode(stream)));
        streams.restore(states);
        Map<String, Map<String, double[]>> partStates = new LinkedHashMap<>();
        checkpoint
                .getPartStatesList()
                .forEach(part -> partStates.put(part.getPart(), CheckpointTensors.state(part.getStateList())));
        parts.restore(partStates);
    }

    /** Goes on from a checkpoint of this training instead of from the start; errors as {@link Training} restores. */
    public static void restore(Training training, Checkpoint checkpoint) {
        training.restore(checkpoint);
    }

    /**
     * Checks that training can go on from a checkpoint.
     *
     * @param place names the checkpoint in the error
     * @throws IllegalArgumentException when it holds a policy only
     */
    public static void requireTrainingState(Checkpoint checkpoint, String place) {
        if (checkpoint.getPolicyOnly()) {
            throw new IllegalArgumentException("Expected the state of a training in " + place
                    + ", found a policy alone, as best.pb holds it, which can be used but not trained further; go on"
                    + " from the run's checkpoint.pb");
        }
    }

    /** A critic with parameters of its own; those of one that shares the policy's network are the policy's. */
    private static Optional<ValueFunction> separate(Optional<Critic> critic) {
        return critic.filter(ValueFunction.class::isInstance).map(ValueFunction.class::cast);
    }

    /** Gives a value function the parameters of a checkpoint; errors as in {@link #restore}. */
    static void restoreValue(Checkpoint checkpoint, ValueFunction value) {
        value.parameters()
                .assign(CheckpointTensors.flat(value.parameters().layout(), checkpoint.getValueFunctionList()));
    }

    private static RandomStream encode(OpenStreams.Key key, NumpyRandom.State state) {
        RandomStream.Builder stream = RandomStream.newBuilder()
                .setName(key.name())
                .setIndex(key.index())
                .setStateHigh(state.stateHigh())
                .setStateLow(state.stateLow())
                .setIncrementHigh(state.incrementHigh())
                .setIncrementLow(state.incrementLow());
        return state.hasSpare() ? stream.setSpare(state.spare()).build() : stream.build();
    }

    private static NumpyRandom.State decode(RandomStream stream) {
        return new NumpyRandom.State(
                stream.getStateHigh(),
                stream.getStateLow(),
                stream.getIncrementHigh(),
                stream.getIncrementLow(),
                stream.hasSpare(),
                stream.getSpare());
    }

    /**
     * Returns the trained policy of a checkpoint.
     *
     * @param spec of the environment that it will act in; its spaces must be those of the training
     * @throws IllegalArgumentException when they are not
     */
    public static Policy policy(Checkpoint checkpoint, EnvSpec spec) {
        return policy(checkpoint, spec, Providers.onClassPath());
    }

    /**
     * As {@link #policy(Checkpoint, EnvSpec)}, with the providers of further jars.
     *
     * @throws IllegalArgumentException also when a provider is missing, or has another version than the one that made the policy
     */
    public static Policy policy(Checkpoint checkpoint, EnvSpec spec, Providers providers) {
        CheckpointPolicies.requireExperiment(checkpoint);
        expectSpace("observation", checkpoint.getObservationSpace(), WireSpaces.encode(spec.observationSpace()));
        expectSpace("action", checkpoint.getActionSpace(), WireSpaces.encode(spec.actionSpace()));
        PolicyConfig config = CheckpointPolicies.configuration(checkpoint);
        Experiment experiment =
                checkpoint.getExperiment().toBuilder().setPolicy(config).build();
        EnvSpec seen = MaskedActions.seen(MaskedActions.source(config), spec);
        return trained(
                checkpoint,
                PolicyChoices.of(experiment, CustomParts.of(providers, checkpoint))
                        .make(seen, Streams.of(0).stream("policy-initialisation", 0))
                        .policy(),
                ObservationMoments.of(config, seen.observationSpace()));
    }

    /**
     * Gives an untrained policy the parameters of a checkpoint.
     *
     * @param moments of the observations, which have seen nothing; empty when observations are not normalised
     * @return the policy behind the normalisation
     */
    static Policy trained(Checkpoint checkpoint, Policy untrained, Optional<InputNormalizer> moments) {
        untrained
                .parameters()
                .assign(CheckpointTensors.flat(untrained.parameters().layout(), checkpoint.getPolicyList()));
        moments.ifPresent(normalizer ->
                normalizer.importState(CheckpointTensors.state(checkpoint.getObservationNormalizationList())));
        return moments.map(untrained::normalized).orElse(untrained);
    }

    /**
     * Makes what plays episodes with the policy of a checkpoint: it shows the policy what it was trained to see, under the
     * masks that it was trained under.
     *
     * @param distribution of the policy
     * @param random what actions are sampled from
     */
    public static EpisodeRunner runner(
            Checkpoint checkpoint, VectorEnv env, Distribution distribution, RandomGenerator random) {
        MaskSource masks = MaskedActions.source(CheckpointPolicies.configuration(checkpoint));
        return new EpisodeRunner(
                env,
                MaskedActions.seen(masks, env.spec().observationSpace()),
                RolloutChoices.bounds(checkpoint.getExperiment().getEnvironment()),
                distribution,
                MaskedActions.reader(masks, env.spec(), distribution),
                random);
    }

    private static void expectSpace(String which, dev.gangway.v1.Space trained, dev.gangway.v1.Space found) {
        if (!trained.equals(found)) {
            throw new IllegalArgumentException("Expected the %s space that the policy was trained on, %s, found %s"
                    .formatted(
                            which,
                            WireSpaces.decode(trained, which, "the checkpoint"),
                            WireSpaces.decode(found, which, "the environment")));
        }
    }

    static List<NamedTensor> named(ParameterVector parameters) {
        double[] values = parameters.toDoubles();
        List<NamedTensor> tensors = new ArrayList<>();
        for (ParameterLayout.Slot slot : parameters.slots()) {
            int from = Math.toIntExact(slot.offset());
            int to = from + Math.toIntExact(slot.size());
            tensors.add(CheckpointTensors.named(slot.name(), slot.shape(), Arrays.copyOfRange(values, from, to)));
        }
        return tensors;
    }
}
