package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.Unresolved;
import dev.gangway.learning.estimator.Averaging;
import dev.gangway.learning.learner.ObjectiveSettings;
import dev.gangway.learning.optimizer.Schedule;
import dev.gangway.v1.EstimatorConfig;

/** Maps what becomes of a resolved experiment's estimate before a learner follows it. */
final class ObjectiveChoices {
    private ObjectiveChoices() {}

    static ObjectiveSettings of(EstimatorConfig config) {
        return new ObjectiveSettings(
                config.getNormalizeAdvantages(),
                config.getNormalizationFloor(),
                averaging(config),
                new Schedule.Linear(
                        config.getEntropyCoefficient(),
                        config.hasEntropySchedule()
                                ? config.getEntropySchedule().getFinalFraction()
                                : 1));
    }

    private static Averaging averaging(EstimatorConfig config) {
        return switch (config.getAveraging()) {
            case AVERAGING_PER_STEP -> Averaging.PER_STEP;
            case AVERAGING_PER_TRAJECTORY -> Averaging.PER_TRAJECTORY;
            case AVERAGING_SUM -> Averaging.SUM;
            case AVERAGING_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("estimator.averaging");
        };
    }
}
