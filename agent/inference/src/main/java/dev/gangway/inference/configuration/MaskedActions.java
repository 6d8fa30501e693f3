package dev.gangway.inference.configuration;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Space;
import dev.gangway.inference.policy.ActionMasks;
import dev.gangway.inference.policy.Distribution;
import dev.gangway.inference.policy.MaskSource;
import dev.gangway.v1.PolicyConfig;

/** Where the action masks of a training stand: what reads them, and which part of an observation is left for the networks. */
public final class MaskedActions {
    private MaskedActions() {}

    /** Maps the masks of a resolved experiment. */
    public static MaskSource source(PolicyConfig config) {
        return switch (config.getActionMask()) {
            case ACTION_MASK_NONE -> MaskSource.NONE;
            case ACTION_MASK_INFO -> MaskSource.INFO;
            case ACTION_MASK_OBSERVATION -> MaskSource.OBSERVATION;
            case ACTION_MASK_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("policy.action_mask");
        };
    }

    /**
     * Makes what reads the masks of a policy's actions.
     *
     * @param observations of the environment, masks included
     * @throws IllegalArgumentException when there are to be masks and the policy's actions, or the observations, cannot
     *     have any
     */
    public static ActionMasks reader(MaskSource source, Space observations, Space actions, Distribution distribution) {
        return switch (source) {
            case NONE -> ActionMasks.none(distribution);
            case INFO -> ActionMasks.inInfos(actions, distribution);
            case OBSERVATION -> ActionMasks.inObservations(observations, actions, distribution);
        };
    }

    /** As {@link #reader(MaskSource, Space, Space, Distribution)}, for the spaces of an environment. */
    public static ActionMasks reader(MaskSource source, EnvSpec spec, Distribution distribution) {
        return reader(source, spec.observationSpace(), spec.actionSpace(), distribution);
    }

    /**
     * Returns the space of what networks see of an observation.
     *
     * @throws IllegalArgumentException when masks are to stand in observations that have none
     */
    public static Space seen(MaskSource source, Space observations) {
        return source == MaskSource.OBSERVATION ? ActionMasks.withoutMask(observations) : observations;
    }

    /** Returns an environment's description with what networks see of its observations. */
    public static EnvSpec seen(MaskSource source, EnvSpec spec) {
        return spec.withObservationSpace(seen(source, spec.observationSpace()));
    }
}
