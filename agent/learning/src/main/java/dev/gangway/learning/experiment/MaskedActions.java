package dev.gangway.learning.experiment;

import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Space;
import dev.gangway.learning.policy.ActionMasks;
import dev.gangway.learning.policy.Distribution;
import dev.gangway.v1.PolicyConfig;

/** Where an experiment's action masks stand: what reads them, and which part of an observation is left for the networks. */
final class MaskedActions {
    private MaskedActions() {}

    /**
     * Makes what reads the masks of a policy's actions.
     *
     * @param spec of the environment, masks among its observations included
     * @throws IllegalArgumentException when there are to be masks and the policy's actions, or the observations, cannot
     *     have any
     */
    static ActionMasks reader(PolicyConfig config, EnvSpec spec, Distribution distribution) {
        return reader(config, spec.observationSpace(), spec.actionSpace(), distribution);
    }

    /** As {@link #reader(PolicyConfig, EnvSpec, Distribution)}. */
    static ActionMasks reader(PolicyConfig config, Space observations, Space actions, Distribution distribution) {
        return switch (config.getActionMask()) {
            case ACTION_MASK_NONE -> ActionMasks.none(distribution);
            case ACTION_MASK_INFO -> ActionMasks.inInfos(actions, distribution);
            case ACTION_MASK_OBSERVATION -> ActionMasks.inObservations(observations, actions, distribution);
            case ACTION_MASK_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("policy.action_mask");
        };
    }

    /**
     * Returns the space of what networks see of an observation.
     *
     * @throws IllegalArgumentException when masks are to stand in observations that have none
     */
    static Space seen(PolicyConfig config, Space observations) {
        return switch (config.getActionMask()) {
            case ACTION_MASK_OBSERVATION -> ActionMasks.withoutMask(observations);
            case ACTION_MASK_NONE, ACTION_MASK_INFO, ACTION_MASK_UNSPECIFIED, UNRECOGNIZED -> observations;
        };
    }

    /** Returns an environment's description with what networks see of its observations. */
    static EnvSpec seen(PolicyConfig config, EnvSpec spec) {
        return spec.withObservationSpace(seen(config, spec.observationSpace()));
    }
}
