package dev.gangway.environment.local;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.Membership;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.StepResult.FinalRows;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.random.NumpyRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Steps n copies of a {@link SingleEnvironment}, one after the other in the caller's thread.
 *
 * <p>The class adds what every {@link VectorEnv} promises: a random generator for each copy, seeded as NumPy's {@code
 * default_rng} and kept from reset to reset; the time limit, which sets {@code truncated}; the three autoreset modes;
 * and the refusal of actions, seeds, masks and calls that do not fit. The type and shape of observations are checked,
 * but not their bounds.
 *
 * <p>The first reset of a copy has to seed it. An exception of the environment becomes an {@link EnvironmentException}
 * that names the copy; afterwards every copy has to be reset before the next step. Not thread-safe.
 */
public final class SingleVectorEnv implements VectorEnv {
    private static final ResetRequest AUTOMATIC = ResetRequest.unseeded();

    private final List<SingleEnvironment> environments;
    private final AutoresetMode autoresetMode;
    private final EnvSpec spec;
    private final long maxEpisodeSteps;
    private final CopyStates states;
    private final NumpyRandom[] randoms;
    private final long[] elapsed;
    private final Value[] lastObservations; // of each copy; a reset returns it for a copy that it leaves out
    private List<Value> actions = List.of();

    private SingleVectorEnv(EnvSpec spec, List<SingleEnvironment> environments, AutoresetMode autoresetMode) {
        int copies = environments.size();
        this.environments = environments;
        this.autoresetMode = autoresetMode;
        this.spec = spec;
        this.maxEpisodeSteps = spec.maxEpisodeSteps().orElse(Long.MAX_VALUE);
        this.states = new CopyStates(spec.id(), copies, autoresetMode);
        this.randoms = new NumpyRandom[copies];
        this.elapsed = new long[copies];
        this.lastObservations = new Value[copies];
    }

    /**
     * Creates n copies that wait for their first reset.
     *
     * @param id what {@link EnvSpec#id} returns, for example {@code GridWorld-v0}
     * @param maker called once for each copy; it returns a new environment each time, which then belongs to the created
     *     object
     * @param copies n ≥ 1
     * @param autoresetMode when a copy is reset after its episode has ended
     * @param maxEpisodeSteps time limit in steps, ≥ 1; empty for none
     * @throws IllegalArgumentException when copies or the limit are out of range, or when the environments are not n
     *     separate objects with the same spaces
     */
    public static SingleVectorEnv of(
            String id,
            Supplier<? extends SingleEnvironment> maker,
            int copies,
            AutoresetMode autoresetMode,
            OptionalLong maxEpisodeSteps) {
        if (copies < 1) {
            throw new IllegalArgumentException("Expected at least 1 copy of " + id + ", found " + copies);
        }
        if (maxEpisodeSteps.orElse(1) < 1) {
            throw new IllegalArgumentException("Expected a time limit ≥ 1 of " + id
                    + ", or OptionalLong.empty() for none," + " found " + maxEpisodeSteps.getAsLong());
        }
        List<SingleEnvironment> environments = new ArrayList<>();
        Set<SingleEnvironment> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        try {
            for (int i = 0; i < copies; i++) {
                SingleEnvironment made = maker.get();
                if (!distinct.add(made)) {
                    throw new IllegalArgumentException(
                            "Expected a new environment for each copy of " + id + ", found one twice");
                }
                environments.add(made);
                checkSpaces(id, i, environments.get(0), made);
            }
            SingleEnvironment first = environments.get(0);
            EnvSpec spec = new EnvSpec(
                    id,
                    first.observationSpace(),
                    first.actionSpace(),
                    maxEpisodeSteps,
                    first.rewardThreshold(),
                    false,
                    first.renderModes(),
                    first.renderFps());
            return new SingleVectorEnv(spec, environments, autoresetMode);
        } catch (RuntimeException failed) {
            try {
                closeAll(environments);
            } catch (RuntimeException alsoFailed) {
                failed.addSuppressed(alsoFailed);
            }
            throw failed;
        }
    }

    private static void checkSpaces(String id, int copy, SingleEnvironment first, SingleEnvironment made) {
        if (!made.observationSpace().equals(first.observationSpace())
                || !made.actionSpace().equals(first.actionSpace())) {
            throw new IllegalArgumentException("Expected copies of " + id + " with the spaces of the first, "
                    + first.observationSpace() + " and " + first.actionSpace() + ", found copy " + copy + " with "
                    + made.observationSpace() + " and " + made.actionSpace());
        }
    }

    @Override
    public EnvSpec spec() {
        return spec;
    }

    @Override
    public int copies() {
        return environments.size();
    }

    @Override
    public AutoresetMode autoresetMode() {
        return autoresetMode;
    }

    @Override
    public ResetResult reset(ResetRequest request) {
        states.checkReset(request, copy -> randoms[copy] != null);
        List<Map<String, Object>> infos = new ArrayList<>();
        for (int i = 0; i < copies(); i++) {
            if (CopyStates.chosen(request, i)) {
                int copy = i;
                CopyStates.seed(request, i).ifPresent(seed -> randoms[copy] = new NumpyRandom(seed));
                SingleEnvironment.Start start = start(i, request);
                lastObservations[i] = start.observation();
                infos.add(start.info());
                states.started(i);
            } else {
                infos.add(Map.of());
            }
        }
        return new ResetResult(batch(Arrays.asList(lastObservations)), new Infos(infos));
    }

    private SingleEnvironment.Start start(int copy, ResetRequest request) {
        elapsed[copy] = 0;
        return environmentCode(copy, "reset", () -> {
            SingleEnvironment.Start start = environments.get(copy).reset(randoms[copy], request.options());
            checkObservation(start.observation());
            return start;
        });
    }

    @Override
    public void send(Value value) {
        states.checkSend();
        List<Value> rows = rows(value);
        for (int i = 0; i < copies(); i++) {
            if (!states.ended(i)) { // NEXT_STEP resets a copy that ended, whatever its action
                checkAction(i, rows.get(i));
            }
        }
        actions = rows;
        states.sent();
    }

    /**
     * Splits a batch of actions into n actions. A batch has the right kinds, types and shapes if its parts,
     * concatenated again, equal it.
     */
    private List<Value> rows(Value value) {
        Space space = spec.actionSpace();
        try {
            List<Value> rows = new ArrayList<>();
            for (int i = 0; i < copies(); i++) {
                rows.add(space.row(value, i));
            }
            if (space.concatenate(rows).equals(value)) {
                return rows;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException misfit) {
            throw wrongActions(value, misfit);
        }
        throw wrongActions(value, null);
    }

    private EnvironmentException wrongActions(Value value, @Nullable RuntimeException cause) {
        return new EnvironmentException(
                "Expected a batch of " + copies() + " actions, one of " + spec.actionSpace() + " per copy, found "
                        + value + "; no copy has been stepped",
                cause);
    }

    private void checkAction(int copy, Value action) {
        Membership.firstMismatch(spec.actionSpace(), action).ifPresent(mismatch -> {
            throw new EnvironmentException("Expected an action in " + mismatch.space() + " for copy " + copy + " of "
                    + spec.id() + ", found " + mismatch.value() + "; no copy has been stepped");
        });
    }

    @Override
    public StepResult receive() {
        states.takeStep();
        int n = copies();
        double[] rewards = new double[n];
        boolean[] terminated = new boolean[n];
        boolean[] truncated = new boolean[n];
        List<Map<String, Object>> infos = new ArrayList<>();
        List<Integer> ended = new ArrayList<>();
        List<Value> finalObservations = new ArrayList<>();
        List<Map<String, Object>> finalInfos = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            if (states.ended(i)) { // NEXT_STEP
                infos.add(restart(i));
                continue;
            }
            SingleEnvironment.Step step = step(i);
            rewards[i] = step.reward();
            terminated[i] = step.terminated();
            truncated[i] = step.truncated() || elapsed[i] >= maxEpisodeSteps;
            if ((terminated[i] || truncated[i]) && autoresetMode == AutoresetMode.SAME_STEP) {
                ended.add(i);
                finalObservations.add(step.observation());
                finalInfos.add(step.info());
                infos.add(restart(i));
            } else {
                lastObservations[i] = step.observation();
                infos.add(step.info());
            }
        }
        states.stepped(terminated, truncated);
        return new StepResult(
                batch(Arrays.asList(lastObservations)),
                rewards,
                terminated,
                truncated,
                new Infos(infos),
                ended.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new FinalRows(
                                ended.stream().mapToInt(Integer::intValue).toArray(),
                                batch(finalObservations),
                                new Infos(finalInfos))));
    }

    /** Resets a copy whose episode ended, and returns the info of that reset. */
    private Map<String, Object> restart(int copy) {
        SingleEnvironment.Start start = start(copy, AUTOMATIC);
        lastObservations[copy] = start.observation();
        return start.info();
    }

    private SingleEnvironment.Step step(int copy) {
        elapsed[copy]++;
        return environmentCode(copy, "step", () -> {
            SingleEnvironment.Step step = environments.get(copy).step(actions.get(copy));
            checkObservation(step.observation());
            return step;
        });
    }

    /**
     * Checks that an observation has the kind, type and shape of its space.
     *
     * @throws EnvironmentException when it has not
     */
    private void checkObservation(Value observation) {
        Value unused = batch(List.of(observation));
    }

    private Value batch(List<Value> observations) {
        return spec.observationSpace().concatenate(observations);
    }

    private <T> T environmentCode(int copy, String doing, Supplier<T> code) {
        try {
            return code.get();
        } catch (RuntimeException raised) {
            states.forget();
            throw new EnvironmentException(
                    "Copy " + copy + " of " + spec.id() + " failed in " + doing + ": " + raised
                            + "; reset every copy before the next step",
                    raised);
        }
    }

    @Override
    public Tensor render(int copy) {
        states.checkRender(copy);
        return environments.get(copy).render();
    }

    @Override
    public String renderText(int copy) {
        states.checkRender(copy);
        return environments.get(copy).renderText();
    }

    /**
     * Closes every copy, even if closing another one throws.
     *
     * @throws RuntimeException the first exception that closing a copy threw; all further ones are attached to it as
     *     suppressed
     */
    @Override
    public void close() {
        if (states.close()) {
            closeAll(environments);
        }
    }

    private static void closeAll(List<SingleEnvironment> environments) {
        RuntimeException first = null;
        for (SingleEnvironment each : environments) {
            try {
                each.close();
            } catch (RuntimeException failed) {
                if (first == null) {
                    first = failed;
                } else {
                    first.addSuppressed(failed);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
