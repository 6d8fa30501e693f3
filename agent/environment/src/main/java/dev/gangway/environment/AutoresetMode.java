package dev.gangway.environment;

/**
 * Says when a copy of an environment is reset after its episode has ended. The modes are those of {@code
 * gymnasium.vector.AutoresetMode}.
 */
public enum AutoresetMode {
    /**
     * Resets the copy in the same step that ends its episode. The last observation of that episode is returned apart
     * from the batch, in {@link StepResult#finals()}.
     */
    SAME_STEP,
    /**
     * Resets the copy in the step after the one that ended its episode. That step ignores the copy's action and returns
     * reward 0 and both flags false.
     */
    NEXT_STEP,
    /** Never resets a copy by itself. The caller resets it with a {@link ResetRequest#mask()}. */
    DISABLED
}
