package dev.gangway.learning.experiment;

import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.Unresolved;
import dev.gangway.learning.estimator.ActionValueGradient;
import dev.gangway.learning.estimator.Discounting;
import dev.gangway.learning.estimator.EstimatorFactory;
import dev.gangway.learning.estimator.Gae;
import dev.gangway.learning.estimator.NStep;
import dev.gangway.learning.estimator.RewardToGo;
import dev.gangway.learning.estimator.TotalReturn;
import dev.gangway.learning.provider.AdvantageProvider;
import dev.gangway.v1.EstimatorConfig;

/** Maps the estimator of a resolved experiment: what its scores are weighted with. */
final class EstimatorChoices {
    private EstimatorChoices() {}

    static EstimatorFactory of(EstimatorConfig config, CustomParts custom) {
        return switch (config.getAdvantageCase()) {
            case TOTAL_RETURN -> parts -> new TotalReturn(parts.discount(), parts.discounting(), parts.baseline());
            case REWARD_TO_GO -> parts -> new RewardToGo(parts.discount(), parts.discounting(), parts.baseline());
            case GAE ->
                parts ->
                        new Gae(parts.discount(), config.getGae().getLambda(), parts.discounting(), parts.stateValue());
            case TD -> parts -> new Gae(parts.discount(), 0, parts.discounting(), parts.stateValue());
            case N_STEP ->
                parts -> new NStep(
                        parts.discount(), config.getNStep().getSteps(), parts.discounting(), parts.stateValue());
            case MONTE_CARLO -> parts -> new Gae(parts.discount(), 1, parts.discounting(), parts.stateValue());
            case ACTION_VALUE ->
                parts -> new ActionValueGradient(
                        parts.discount(),
                        parts.discounting(),
                        parts.actionValue(),
                        parts.actionProbabilities(),
                        config.getActionValue().getAdvantage());
            case CUSTOM -> custom.make(AdvantageProvider.class, config.getCustom(), "estimator.custom");
            case ADVANTAGE_NOT_SET -> throw Unresolved.field("estimator.advantage");
        };
    }

    static Discounting discounting(EstimatorConfig config) {
        return switch (config.getDiscounting()) {
            case DISCOUNTING_FROM_ACTION -> Discounting.FROM_ACTION;
            case DISCOUNTING_FROM_START -> Discounting.FROM_START;
            case DISCOUNTING_UNSPECIFIED, UNRECOGNIZED -> throw Unresolved.field("estimator.discounting");
        };
    }
}
