package dev.gangway.learning.experiment;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Infos;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * An environment of any spaces whose observations and rewards are random numbers of the reset's seed, whatever the
 * actions are. Every fifth step ends the episodes of all copies, by termination and by truncation in turn. Each info
 * has an action mask that allows the first two of three actions.
 */
final class RandomEnv implements VectorEnv {
    private static final int EPISODE_STEPS = 5;

    private final Space observations;
    private final Space actions;
    private final int copies;
    private SplittableRandom random = new SplittableRandom(0);
    private int steps;

    RandomEnv(Space observations, Space actions, int copies) {
        this.observations = observations;
        this.actions = actions;
        this.copies = copies;
    }

    @Override
    public EnvSpec spec() {
        return new EnvSpec(
                "Test-v0",
                observations,
                actions,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                false,
                List.of(),
                OptionalDouble.empty());
    }

    @Override
    public int copies() {
        return copies;
    }

    @Override
    public AutoresetMode autoresetMode() {
        return AutoresetMode.SAME_STEP;
    }

    @Override
    public ResetResult reset(ResetRequest request) {
        random = new SplittableRandom(request.seeds().get(0).orElseThrow().longValue());
        steps = 0;
        return new ResetResult(observe(), masks());
    }

    @Override
    public void send(Value sent) {
        steps++;
    }

    @Override
    public StepResult receive() {
        boolean[] no = new boolean[copies];
        boolean[] ended = new boolean[copies];
        java.util.Arrays.fill(ended, steps % EPISODE_STEPS == 0);
        boolean terminates = steps % (2 * EPISODE_STEPS) == 0;
        int[] all = IntStream.range(0, copies).toArray();
        return new StepResult(
                observe(),
                random.doubles(copies).toArray(),
                terminates ? ended : no,
                terminates ? no : ended,
                masks(),
                ended[0]
                        ? Optional.of(new StepResult.FinalRows(all, observe(), Infos.empty(copies)))
                        : Optional.empty());
    }

    private Value observe() {
        return observations.batched(copies).sample(random);
    }

    private Infos masks() {
        Tensor mask = Tensor.ofLongs(new int[] {3}, 1, 1, 0);
        return new Infos(Collections.nCopies(copies, Map.of("action_mask", mask)));
    }

    @Override
    public Tensor render(int copy) {
        throw new UnsupportedOperationException("There is nothing to see");
    }

    @Override
    public void close() {
        // There is nothing to free.
    }
}
