package dev.gangway.inference.configuration;

import dev.gangway.environment.Space;
import dev.gangway.inference.network.InputNormalizer;
import dev.gangway.inference.policy.ObservationEncoder;
import dev.gangway.v1.ObservationNormalization;
import dev.gangway.v1.PolicyConfig;
import java.util.Optional;

/** Makes what standardises observations, where an experiment asks for it. */
public final class ObservationMoments {
    private ObservationMoments() {}

    /**
     * Returns moments that have seen nothing, or nothing where observations stay as they are.
     *
     * @param observations what networks see
     * @throws IllegalArgumentException when no observation is a number of a Box
     */
    public static Optional<InputNormalizer> of(PolicyConfig policy, Space observations) {
        if (!policy.hasNormalizeObservations()) {
            return Optional.empty();
        }
        ObservationNormalization config = policy.getNormalizeObservations();
        return Optional.of(of(config.getClip(), config.getEpsilon(), observations));
    }

    /**
     * Returns moments that have seen nothing.
     *
     * @param clip c &gt; 0, the largest size of a scaled number
     * @param epsilon ε &gt; 0, added to variances
     * @param observations what networks see
     * @throws IllegalArgumentException when no observation is a number of a Box
     */
    public static InputNormalizer of(double clip, double epsilon, Space observations) {
        boolean[] numbers = new ObservationEncoder(observations).numbers();
        try {
            return new InputNormalizer(numbers, clip, epsilon);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("policy.normalize_observations: " + e.getMessage(), e);
        }
    }
}
