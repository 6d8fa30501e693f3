package dev.gangway.learning.experiment;

import dev.gangway.learning.estimator.BaselineFactory;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.EstimatorFactory;
import dev.gangway.learning.estimator.Gae;
import dev.gangway.learning.estimator.NStep;
import dev.gangway.learning.estimator.QForm;
import dev.gangway.learning.estimator.RewardToGo;
import dev.gangway.learning.estimator.TotalReturn;
import dev.gangway.v1.EstimatorConfig;

/** Maps the estimator of a resolved experiment: what its scores are weighted with. */
final class EstimatorChoices {
    private EstimatorChoices() {}

    static EstimatorFactory of(EstimatorConfig config) {
        double discount = config.getDiscount();
        Discounting discounting = discounting(config);
        BaselineFactory baseline = BaselineChoices.of(config);
        return switch (config.getAdvantageCase()) {
            case TOTAL_RETURN -> parts -> new TotalReturn(discount, discounting, baseline.make(parts));
            case REWARD_TO_GO -> parts -> new RewardToGo(discount, discounting, baseline.make(parts));
            case GAE -> parts -> new Gae(discount, config.getGae().getLambda(), discounting, parts.stateValue());
            case TD -> parts -> new Gae(discount, 0, discounting, parts.stateValue());
            case N_STEP -> parts -> new NStep(discount, config.getNStep().getSteps(), discounting, parts.stateValue());
            case MONTE_CARLO -> parts -> new Gae(discount, 1, discounting, parts.stateValue());
            case ACTION_VALUE ->
                parts -> new QForm(
                        discount,
                        discounting,
                        parts.actionValue(),
                        parts.actionProbabilities(),
                        config.getActionValue().getAdvantage());
            case ADVANTAGE_NOT_SET -> throw Unresolved.field("estimator.advantage");
        };
    }

    private static Discounting discounting(EstimatorConfig config) {
        return switch (config.getDiscounting()) {
            case DISCOUNTING_FROM_ACTION -> Discounting.FROM_ACTION;
            case DISCOUNTING_FROM_START -> Discounting.FROM_START;
            case DISCOUNTING_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("estimator.discounting");
        };
    }
}
