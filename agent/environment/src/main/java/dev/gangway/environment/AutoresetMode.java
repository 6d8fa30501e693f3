package dev.gangway.environment;

/** When a copy that ended is reset; the modes are those of {@code gymnasium.vector.AutoresetMode}. */
public enum AutoresetMode {
    /** In the step that ends it; the ended row travels apart, see {@link StepResult#finals()}. */
    SAME_STEP,
    /** In the step after, which ignores the copy's action and gives reward 0 and false flags. */
    NEXT_STEP,
    /** Never: the caller resets by {@link ResetRequest#mask()}. */
    DISABLED
}
