package dev.gangway.learning.rollout;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Infos;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.inference.policy.ActionMasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A {@link ScriptedEnv} that gives something else at one place. */
final class SpoiledEnv implements VectorEnv {
    private final ScriptedEnv env;
    private final What what;
    private final int place;
    private final double number;

    /** What is something else. */
    enum What {
        /** The reward of the step that leads to the place. */
        REWARD,
        /** The second number of the place's observation. */
        OBSERVATION,
        /** The mask of the place, which then allows nothing. */
        MASK
    }

    /** Spoils the place x = {@code place}, by a number where it is one that is spoiled. */
    SpoiledEnv(ScriptedEnv env, What what, int place, double number) {
        this.env = env;
        this.what = what;
        this.place = place;
        this.number = number;
    }

    @Override
    public EnvSpec spec() {
        return env.spec();
    }

    @Override
    public int copies() {
        return env.copies();
    }

    @Override
    public AutoresetMode autoresetMode() {
        return env.autoresetMode();
    }

    @Override
    public ResetResult reset(ResetRequest request) {
        ResetResult result = env.reset(request);
        return new ResetResult(spoiled(result.observations()), spoiled(result.infos(), result.observations()));
    }

    @Override
    public void send(Value actions) {
        env.send(actions);
    }

    @Override
    public StepResult receive() {
        StepResult result = env.receive();
        double[] rewards = result.rewards().clone();
        double[] places = result.observations().asTensor().toDoubles();
        for (int copy = 0; copy < rewards.length; copy++) {
            if (what == What.REWARD && places[2 * copy] == place) {
                rewards[copy] = number;
            }
        }
        return new StepResult(
                spoiled(result.observations()),
                rewards,
                result.terminated(),
                result.truncated(),
                spoiled(result.infos(), result.observations()),
                result.finals()
                        .map(finals -> new StepResult.FinalRows(
                                finals.copies(), spoiled(finals.observations()), finals.infos())));
    }

    private Value spoiled(Value observations) {
        Tensor tensor = observations.asTensor();
        float[] numbers = new float[tensor.size()];
        tensor.copyTo(numbers, 0);
        for (int i = 0; i < numbers.length; i += 2) {
            if (what == What.OBSERVATION && numbers[i] == place) {
                numbers[i + 1] = (float) number;
            }
        }
        return Tensor.ofFloats(tensor.shape(), numbers);
    }

    private Infos spoiled(Infos infos, Value observations) {
        List<Map<String, Object>> rows = new ArrayList<>(infos.rows());
        double[] places = observations.asTensor().toDoubles();
        for (int copy = 0; copy < rows.size(); copy++) {
            if (what == What.MASK && places[2 * copy] == place) {
                rows.set(copy, Map.of(ActionMasks.KEY, Tensor.ofLongs(new int[] {3}, 0, 0, 0)));
            }
        }
        return new Infos(rows);
    }

    @Override
    public Tensor render(int copy) {
        return env.render(copy);
    }

    @Override
    public void close() {
        env.close();
    }
}
