package dev.gangway.policy;

import java.util.Arrays;

/** Errors that distributions share. */
final class Distributions {
    private Distributions() {}

    static DivergedException notFinite(float[] outputs, int offset, int size) {
        return new DivergedException("Expected finite outputs of the policy network, found "
                + Arrays.toString(Arrays.copyOfRange(outputs, offset, offset + size))
                + "; training has diverged: try a lower learning rate or max_gradient_norm");
    }
}
