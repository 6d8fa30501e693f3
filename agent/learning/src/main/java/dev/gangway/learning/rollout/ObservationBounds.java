package dev.gangway.learning.rollout;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.inference.policy.ObservationEncoder;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Checks whether observations lie within the bounds of their space, for all lanes of a collector. Bounds and observations are
 * compared as floats, which is what the policy sees.
 */
public final class ObservationBounds {
    private static final ObservationEncoder.Bounds NONE = new ObservationEncoder.Bounds(new float[0], new float[0]);

    private final Action action;
    private final Consumer<String> warnings;
    private ObservationEncoder observations;
    private ObservationEncoder.Bounds bounds = NONE;

    /** What happens at the first observation outside of its bounds. */
    public enum Action {
        /** It is told, once. */
        WARN,
        /** It ends the collection. */
        REFUSE,
        /** Nothing: bounds are not looked at. */
        OFF
    }

    /**
     * Makes a check for the lanes of one collector.
     *
     * @param warnings hears of the first observation outside, with {@link Action#WARN}
     */
    public ObservationBounds(Action action, Consumer<String> warnings) {
        this.action = action;
        this.warnings = warnings;
    }

    /** Returns a check whose warnings are logged like those of the environments. */
    public static ObservationBounds logged(Action action) {
        return new ObservationBounds(
                action,
                warning -> LoggerFactory.getLogger("dev.gangway.environment").warn("{}", warning));
    }

    /** Is told what it will look at: at most {@code rows} observations at a time. */
    void begin(ObservationEncoder encoder, int rows) {
        observations = encoder;
        ObservationEncoder.Bounds all = encoder.bounds();
        if (action != Action.OFF && all.any()) {
            bounds = new ObservationEncoder.Bounds(tiled(all.low(), rows), tiled(all.high(), rows));
        }
    }

    /** One flat loop over all rows is several times as fast as a short one for each. */
    private static float[] tiled(float[] row, int rows) {
        float[] tiled = new float[Math.multiplyExact(row.length, rows)];
        for (int i = 0; i < tiled.length; i += row.length) {
            System.arraycopy(row, 0, tiled, i, row.length);
        }
        return tiled;
    }

    /** Returns the first of some encoded observations' features, from one on, that lies outside, shape [rows, D], or −1. */
    int firstOutside(float[] features, int from) {
        float[] low = bounds.low();
        float[] high = bounds.high();
        int count = Math.min(features.length, low.length);
        for (int i = from; i < count; i++) {
            float number = features[i];
            if (number < low[i] || number > high[i]) {
                return i;
            }
        }
        return -1;
    }

    /** Tells or refuses a feature outside, which {@code who} gave at {@code when}. */
    void outside(float[] features, int index, String who, String when) {
        int feature = index % observations.size();
        String found = "%s gave an observation with %s%s %s, outside of its space: expected %s to %s there"
                .formatted(
                        who,
                        features[index],
                        observations.place(feature),
                        when,
                        bounds.low()[feature],
                        bounds.high()[feature]);
        if (action == Action.REFUSE) {
            throw new EnvironmentException(found + "; mend the environment, or set environment.observation_check to"
                    + " OBSERVATION_CHECK_WARN");
        }
        bounds = NONE;
        warnings.accept(found + "; further ones are not told, and environment.observation_check:"
                + " OBSERVATION_CHECK_REFUSE ends the run at the first");
    }
}
