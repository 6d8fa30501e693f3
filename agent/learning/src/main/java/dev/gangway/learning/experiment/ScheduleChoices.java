package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.Unresolved;
import dev.gangway.learning.optimizer.KlAdaptiveRate;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.learning.provider.ScheduleProvider;
import dev.gangway.v1.KlAdaptiveSchedule;
import dev.gangway.v1.OptimizerConfig;

/** Maps how a resolved experiment's learning rate changes over the run. */
final class ScheduleChoices {
    private ScheduleChoices() {}

    /** Returns a new schedule; {@code path} is where its optimizer stands in the experiment. */
    static Schedule of(OptimizerConfig config, String path, CustomParts custom) {
        double initial = learningRate(config);
        return switch (config.getScheduleCase()) {
            case CONSTANT -> new Schedule.Constant(initial);
            case LINEAR -> new Schedule.Linear(initial, config.getLinear().getFinalFraction());
            case KL_ADAPTIVE -> new KlAdaptiveRate(initial, settings(config.getKlAdaptive()));
            case CUSTOM_SCHEDULE ->
                custom.make(ScheduleProvider.class, config.getCustomSchedule(), path + ".custom_schedule")
                        .make(initial);
            case SCHEDULE_NOT_SET -> throw Unresolved.field("optimizer.schedule");
        };
    }

    /** Returns the learning rate that an optimizer begins with. */
    static double learningRate(OptimizerConfig config) {
        return switch (config.getKindCase()) {
            case SGD -> config.getSgd().getLearningRate();
            case MOMENTUM -> config.getMomentum().getLearningRate();
            case ADAM -> config.getAdam().getLearningRate();
            case RMS_PROP -> config.getRmsProp().getLearningRate();
            case CUSTOM -> config.getCustom().getLearningRate();
            case KIND_NOT_SET -> throw Unresolved.field("optimizer");
        };
    }

    private static KlAdaptiveRate.Settings settings(KlAdaptiveSchedule config) {
        return new KlAdaptiveRate.Settings(
                config.getTargetKl(), config.getFactor(), config.getMinLearningRate(), config.getMaxLearningRate());
    }
}
