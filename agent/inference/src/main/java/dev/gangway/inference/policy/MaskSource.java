package dev.gangway.inference.policy;

/** Where the masks of actions come from. */
public enum MaskSource {
    /** Nowhere: every action may be chosen. */
    NONE,
    /** The entry {@code action_mask} of the info of a reset or step; see {@link dev.gangway.inference.policy.ActionMasks}. */
    INFO,
    /** The entry {@code action_mask} of Dict observations, which networks then do not see. */
    OBSERVATION
}
