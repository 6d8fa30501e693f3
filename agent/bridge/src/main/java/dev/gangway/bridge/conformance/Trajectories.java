package dev.gangway.bridge.conformance;

import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.StepResult.FinalRows;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.VectorEnv;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs environments and turns their results into values that can be compared bit for bit. */
public final class Trajectories {
    private Trajectories() {}

    /**
     * What one copy returned in one step or reset. A reset has reward 0 and no flags.
     *
     * @param observation observation of the one copy
     */
    public record Event(
            Tensor observation, double reward, boolean terminated, boolean truncated, Map<String, Object> info) {}

    /** Resets the environment, steps it through the actions, and returns all results in a comparable form. */
    public static List<Object> run(VectorEnv env, ResetRequest request, List<Tensor> actions) {
        List<Object> results = new ArrayList<>();
        results.add(comparable(env.reset(request)));
        actions.forEach(batch -> results.add(comparable(env.step(batch))));
        return results;
    }

    /** Returns the whole result as a value with equality. */
    public static Object comparable(ResetResult result) {
        return List.of(result.observations(), result.infos().rows());
    }

    /** Returns the whole result as a value with equality. */
    public static Object comparable(StepResult result) {
        return List.of(
                result.observations(),
                Arrays.toString(result.rewards()),
                Arrays.toString(result.terminated()),
                Arrays.toString(result.truncated()),
                result.infos().rows(),
                result.finals().map(Trajectories::comparable));
    }

    private static Object comparable(FinalRows finals) {
        return List.of(
                Arrays.toString(finals.copies()),
                finals.observations(),
                finals.infos().rows());
    }

    /**
     * Runs every copy through {@code actions.size()} events, whatever the autoreset mode, and returns each copy's events:
     * its first observation, its steps, and after each end a reset. A copy's k-th step takes row k of the actions.
     */
    public static List<List<Event>> events(VectorEnv env, long seed, List<Tensor> actions) {
        int copies = env.copies();
        List<List<Event>> events = new ArrayList<>();
        ResetResult first = env.reset(ResetRequest.seeded(seed, copies));
        for (int i = 0; i < copies; i++) {
            events.add(new ArrayList<>(List.of(reset(first, i))));
        }
        int[] steps = new int[copies];
        boolean[] resetting = new boolean[copies]; // NEXT_STEP: the next step is a reset
        for (int t = 0; t < actions.size(); t++) {
            List<Tensor> rows = new ArrayList<>();
            for (int i = 0; i < copies; i++) {
                rows.add(actions.get(resetting[i] ? 0 : steps[i]).row(i));
                steps[i] += resetting[i] ? 0 : 1;
            }
            StepResult result = env.step(Batches.stack(rows));
            switch (env.autoresetMode()) {
                case SAME_STEP -> addSameStep(events, result);
                case NEXT_STEP -> {
                    for (int i = 0; i < copies; i++) {
                        events.get(i).add(event(result, i));
                        resetting[i] = result.terminated()[i] || result.truncated()[i];
                    }
                }
                case DISABLED -> addDisabled(events, result, env);
            }
        }
        return events.stream().map(copy -> copy.subList(0, actions.size())).toList();
    }

    private static void addSameStep(List<List<Event>> events, StepResult result) {
        int k = 0;
        for (int i = 0; i < events.size(); i++) {
            if (result.terminated()[i] || result.truncated()[i]) {
                FinalRows finals = result.finals().orElseThrow();
                events.get(i)
                        .add(new Event(
                                finals.observations().asTensor().row(k),
                                result.rewards()[i],
                                result.terminated()[i],
                                result.truncated()[i],
                                finals.infos().rows().get(k)));
                events.get(i)
                        .add(new Event(
                                result.observations().asTensor().row(i),
                                0,
                                false,
                                false,
                                result.infos().rows().get(i)));
                k++;
            } else {
                events.get(i).add(event(result, i));
            }
        }
    }

    private static void addDisabled(List<List<Event>> events, StepResult result, VectorEnv env) {
        List<Boolean> mask = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            events.get(i).add(event(result, i));
            mask.add(result.terminated()[i] || result.truncated()[i]);
        }
        if (mask.contains(true)) {
            ResetResult first = env.reset(new ResetRequest(List.of(), Map.of(), mask));
            for (int i = 0; i < events.size(); i++) {
                if (mask.get(i)) {
                    events.get(i).add(reset(first, i));
                }
            }
        }
    }

    private static Event event(StepResult result, int copy) {
        return new Event(
                result.observations().asTensor().row(copy),
                result.rewards()[copy],
                result.terminated()[copy],
                result.truncated()[copy],
                result.infos().rows().get(copy));
    }

    private static Event reset(ResetResult result, int copy) {
        return new Event(
                result.observations().asTensor().row(copy),
                0,
                false,
                false,
                result.infos().rows().get(copy));
    }
}
