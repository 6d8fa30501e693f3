package dev.gangway.learning.optimizer;

import dev.gangway.inference.provider.Settings;
import java.util.Map;

/**
 * A learning rate α that holds each update's divergence near a target. After an update that moved the policy by
 * KL(π_old ‖ π) = d, with the target δ,
 *
 * <pre>
 * α ← max(α / factor, minimum)   where d &gt; 2 δ
 * α ← min(α · factor, maximum)   where d &lt; δ / 2
 * </pre>
 *
 * and α stays otherwise. The rule and its factor of 1.5 are those of RSL-RL (Schwarke et al. 2025) and rl_games, which measure
 * d before each minibatch's step; here it is measured once for each update. Not thread-safe.
 */
public final class KlAdaptiveRate implements DivergenceSchedule {
    private static final String LEARNING_RATE = "learning_rate";

    private final Settings settings;
    private double rate;

    /**
     * How the rate reacts.
     *
     * @param target δ &gt; 0 in nats
     * @param factor &gt; 1
     * @param minimum of α, &gt; 0
     * @param maximum of α
     */
    public record Settings(double target, double factor, double minimum, double maximum) {}

    /** Starts at a rate, which may lie outside the limits until the first change. */
    public KlAdaptiveRate(double initial, Settings settings) {
        this.settings = settings;
        rate = initial;
    }

    @Override
    public double at(double progress) {
        return rate;
    }

    @Override
    public void adapt(double divergence) {
        if (divergence > 2 * settings.target()) {
            rate = Math.max(rate / settings.factor(), settings.minimum());
        } else if (divergence < settings.target() / 2) {
            rate = Math.min(rate * settings.factor(), settings.maximum());
        }
    }

    @Override
    public Map<String, double[]> exportState() {
        return Map.of(LEARNING_RATE, new double[] {rate});
    }

    @Override
    public void importState(Map<String, double[]> state) {
        double[] found = state.get(LEARNING_RATE);
        if (found == null || found.length != 1) {
            throw new IllegalArgumentException("Expected " + LEARNING_RATE
                    + " of length 1 for a rate that adapts to the divergence, found " + state.keySet());
        }
        rate = found[0];
    }
}
