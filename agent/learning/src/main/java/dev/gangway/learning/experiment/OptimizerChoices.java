package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.Unresolved;
import dev.gangway.learning.optimizer.Adam;
import dev.gangway.learning.optimizer.Momentum;
import dev.gangway.learning.optimizer.Optimizer;
import dev.gangway.learning.optimizer.RmsProp;
import dev.gangway.learning.optimizer.ScheduledOptimizer;
import dev.gangway.learning.optimizer.Sgd;
import dev.gangway.learning.provider.OptimizerProvider;
import dev.gangway.v1.OptimizerConfig;
import dev.gangway.v1.RmsPropEpsilon;

/** Maps the optimizer of a resolved experiment, or of its value function; {@link ScheduleChoices} maps its schedule. */
final class OptimizerChoices {
    private OptimizerChoices() {}

    /**
     * Returns a new optimizer with its schedule.
     *
     * @param path where it stands in the experiment
     */
    static ScheduledOptimizer of(OptimizerConfig config, String path, CustomParts custom) {
        return new ScheduledOptimizer(
                optimizer(config, path, custom), ScheduleChoices.of(config, path, custom), maxGradientNorm(config));
    }

    private static Optimizer optimizer(OptimizerConfig config, String path, CustomParts custom) {
        return switch (config.getKindCase()) {
            case SGD -> new Sgd();
            case MOMENTUM -> new Momentum(config.getMomentum().getMomentum());
            case RMS_PROP ->
                new RmsProp(
                        config.getRmsProp().getDecay(),
                        config.getRmsProp().getEpsilon(),
                        placement(config.getRmsProp().getEpsilonPlacement()));
            case ADAM ->
                new Adam(
                        config.getAdam().getBeta1(),
                        config.getAdam().getBeta2(),
                        config.getAdam().getEpsilon());
            case CUSTOM ->
                custom.make(
                        OptimizerProvider.class,
                        config.getCustom().getProvider(),
                        config.getCustom().getSettingsMap(),
                        path + ".custom");
            case KIND_NOT_SET -> throw Unresolved.field("optimizer");
        };
    }

    private static RmsProp.Epsilon placement(RmsPropEpsilon placement) {
        return switch (placement) {
            case RMS_PROP_EPSILON_OUTSIDE_ROOT -> RmsProp.Epsilon.OUTSIDE_ROOT;
            case RMS_PROP_EPSILON_INSIDE_ROOT -> RmsProp.Epsilon.INSIDE_ROOT;
            case RMS_PROP_EPSILON_UNSPECIFIED, UNRECOGNIZED ->
                throw Unresolved.field("optimizer.rms_prop.epsilon_placement");
        };
    }

    private static double maxGradientNorm(OptimizerConfig config) {
        return config.hasMaxGradientNorm() ? config.getMaxGradientNorm() : Double.POSITIVE_INFINITY;
    }
}
