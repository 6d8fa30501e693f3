package dev.gangway.testkit;

import dev.gangway.environment.Discrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.local.SingleEnvironment;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A row of twenty cells. An episode starts somewhere in the left half, and the task is to walk to the last cell on the
 * right. The reward is −1 per step.
 */
final class GridWorld implements SingleEnvironment {
    private static final int CELLS = 20;
    private int cell;

    @Override
    public Space observationSpace() {
        return Discrete.of(CELLS);
    }

    @Override
    public Space actionSpace() {
        return Discrete.of(2); // left, right
    }

    @Override
    public Start reset(RandomGenerator random, Map<String, Object> options) {
        cell = random.nextInt(CELLS / 2);
        return Start.of(observation());
    }

    @Override
    public Step step(Value action) {
        cell = Math.max(0, cell + (action.asTensor().getLong(0) == 1 ? 1 : -1));
        return Step.of(observation(), -1, cell == CELLS - 1);
    }

    private Value observation() {
        return Tensor.ofLongs(new int[] {}, cell);
    }
}
