package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.Unresolved;
import dev.gangway.learning.estimator.Baseline;
import dev.gangway.learning.estimator.BaselineFactory;
import dev.gangway.learning.estimator.LeastSquares;
import dev.gangway.learning.estimator.LeaveOneOutMean;
import dev.gangway.learning.estimator.MinimumVariance;
import dev.gangway.learning.estimator.MinimumVariancePerParameter;
import dev.gangway.learning.estimator.TimeStepMean;
import dev.gangway.learning.provider.BaselineProvider;
import dev.gangway.v1.EstimatorConfig;

/** Maps the baseline of a resolved experiment. */
final class BaselineChoices {
    private BaselineChoices() {}

    static BaselineFactory of(EstimatorConfig config, CustomParts custom) {
        return switch (config.getBaselineCase()) {
            case NO_BASELINE -> parts -> new Baseline.None();
            case BATCH_MEAN -> parts -> new Baseline.BatchMean();
            case VALUE_FUNCTION, SHARED_VALUE_FUNCTION, CUSTOM_CRITIC ->
                parts -> new Baseline.OfState(parts.stateValue());
            case CONSTANT_BASELINE ->
                parts -> new Baseline.Constant(config.getConstantBaseline().getValue());
            case LEAVE_ONE_OUT_MEAN -> parts -> new LeaveOneOutMean();
            case TIME_STEP_MEAN -> parts -> new TimeStepMean();
            case MINIMUM_VARIANCE ->
                config.getMinimumVariance().getPerParameter()
                        ? parts -> new MinimumVariancePerParameter(parts.scores())
                        : parts -> new MinimumVariance(parts.scores());
            case LEAST_SQUARES ->
                parts -> new LeastSquares(config.getLeastSquares().getRidge());
            case CUSTOM_BASELINE ->
                custom.make(BaselineProvider.class, config.getCustomBaseline(), "estimator.custom_baseline");
            case BASELINE_NOT_SET -> throw Unresolved.field("estimator.baseline");
        };
    }
}
