package dev.gangway.learning.rollout;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Box;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Infos;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.Space;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * An environment whose every number can be worked out by hand. Copy c observes, at step t of its episode e, the pair (x,
 * −x) with x = 1000 c + 100 e + t; an action a taken there earns x + a / 10. Even episodes terminate, odd ones are
 * truncated. Episodes are counted from 0, one more at each reset. In NEXT_STEP mode the step after an end is a reset, in DISABLED
 * mode it is refused. Its mask forbids one action of three, see {@link #forbidden}; that of a
 * final state forbids all.
 */
final class ScriptedEnv implements VectorEnv {
    static final Space OBSERVATIONS =
            Box.of(Tensor.ofFloats(new int[] {2}, -1e6f, -1e6f), Tensor.ofFloats(new int[] {2}, 1e6f, 1e6f));
    static final Space ACTIONS = Discrete.of(3);

    /** Seeds of the resets, one list per reset; empty where nothing was seeded. */
    final List<List<Optional<BigInteger>>> resets = new ArrayList<>();

    private final int first;
    private final int[][] lengths;
    private final AutoresetMode mode;
    private final List<String> events;
    private final int[] episode;
    private final int[] time;
    private Tensor sent;
    private boolean closed;

    /**
     * Makes copies number {@code first} and on.
     *
     * @param lengths per copy, the lengths of its episodes, repeated as a cycle
     * @param events receives "send FIRST" and "receive FIRST"
     */
    ScriptedEnv(int first, AutoresetMode mode, List<String> events, int[]... lengths) {
        this.first = first;
        this.lengths = lengths;
        this.mode = mode;
        this.events = events;
        episode = new int[lengths.length];
        time = new int[lengths.length];
        java.util.Arrays.fill(episode, -1);
    }

    ScriptedEnv(int first, int[]... lengths) {
        this(first, AutoresetMode.SAME_STEP, new ArrayList<>(), lengths);
    }

    @Override
    public EnvSpec spec() {
        return new EnvSpec(
                "Scripted-v0",
                OBSERVATIONS,
                ACTIONS,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                false,
                List.of(),
                OptionalDouble.empty());
    }

    @Override
    public int copies() {
        return lengths.length;
    }

    @Override
    public AutoresetMode autoresetMode() {
        return mode;
    }

    @Override
    public ResetResult reset(ResetRequest request) {
        expectIdle();
        resets.add(request.seeds());
        for (int i = 0; i < copies(); i++) {
            if (request.mask().isEmpty() || request.mask().get(i)) {
                startEpisode(i);
            }
        }
        List<Map<String, Object>> infos = new ArrayList<>(infos().rows());
        for (int i = 0; i < request.mask().size(); i++) {
            if (!request.mask().get(i)) {
                infos.set(i, Map.of()); // as a server's
            }
        }
        return new ResetResult(observations(), new Infos(infos));
    }

    @Override
    public void send(Value actions) {
        expectIdle();
        events.add("send " + first);
        sent = actions.asTensor();
    }

    @Override
    public StepResult receive() {
        if (sent == null) {
            throw new IllegalStateException("Expected send() before receive()");
        }
        events.add("receive " + first);
        int n = copies();
        double[] rewards = new double[n];
        boolean[] terminated = new boolean[n];
        boolean[] truncated = new boolean[n];
        List<Integer> ended = new ArrayList<>();
        List<Float> finals = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            if (isOver(i)) {
                if (mode == AutoresetMode.DISABLED) {
                    throw new IllegalStateException("Copy " + i + " ended and has not been reset");
                }
                startEpisode(i);
                continue;
            }
            rewards[i] = place(i) + sent.getLong(i) / 10.0;
            time[i]++;
            if (isOver(i)) {
                terminated[i] = episode[i] % 2 == 0;
                truncated[i] = !terminated[i];
                if (mode == AutoresetMode.SAME_STEP) {
                    ended.add(i);
                    finals.add(place(i));
                    startEpisode(i);
                }
            }
        }
        sent = null;
        Optional<StepResult.FinalRows> rows = ended.isEmpty()
                ? Optional.empty()
                : Optional.of(new StepResult.FinalRows(
                        ended.stream().mapToInt(Integer::intValue).toArray(),
                        pairs(finals),
                        new Infos(Collections.nCopies(ended.size(), mask(0, 0, 0)))));
        return new StepResult(observations(), rewards, terminated, truncated, infos(), rows);
    }

    @Override
    public Tensor render(int copy) {
        throw new UnsupportedOperationException("Nothing to see");
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Returns whether the copy is in its episode's final state. */
    boolean isOver(int copy) {
        return time[copy] == lengths[copy][episode[copy] % lengths[copy].length];
    }

    private void startEpisode(int copy) {
        episode[copy]++;
        time[copy] = 0;
    }

    /** Returns the action that is forbidden where x is observed. */
    static int forbidden(float x) {
        return (int) x % 7 % 3;
    }

    private Infos infos() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < copies(); i++) {
            int forbidden = forbidden(place(i));
            rows.add(
                    isOver(i)
                            ? mask(0, 0, 0)
                            : mask(forbidden == 0 ? 0 : 1, forbidden == 1 ? 0 : 1, forbidden == 2 ? 0 : 1));
        }
        return new Infos(rows);
    }

    private static Map<String, Object> mask(long... allowed) {
        return Map.of("action_mask", Tensor.ofLongs(new int[] {3}, allowed));
    }

    private float place(int copy) {
        return 1000 * (first + copy) + 100 * episode[copy] + time[copy];
    }

    private Tensor observations() {
        List<Float> places = new ArrayList<>();
        for (int i = 0; i < copies(); i++) {
            places.add(place(i));
        }
        return pairs(places);
    }

    private static Tensor pairs(List<Float> places) {
        float[] values = new float[places.size() * 2];
        for (int i = 0; i < places.size(); i++) {
            values[2 * i] = places.get(i);
            values[2 * i + 1] = -places.get(i);
        }
        return Tensor.ofFloats(new int[] {places.size(), 2}, values);
    }

    private void expectIdle() {
        if (sent != null || closed) {
            throw new IllegalStateException("Expected an open environment with no step in flight");
        }
    }
}
