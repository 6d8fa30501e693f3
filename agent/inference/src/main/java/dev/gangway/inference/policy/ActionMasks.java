package dev.gangway.inference.policy;

import dev.gangway.environment.Box;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Infos;
import dev.gangway.environment.MultiBinary;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Tuple;
import dev.gangway.environment.TupleValue;
import dev.gangway.environment.Value;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;

/**
 * Reads which actions an environment allows out of {@code info["action_mask"]} or {@code observation["action_mask"]}, in the
 * form that the action space's
 * {@code sample(mask)} takes: a Discrete's n numbers, 1 where allowed and 0 where not; a MultiDiscrete's one such array
 * for each element, or all of them in one; for each element of a MultiBinary the value that it must have, or 2; a
 * Tuple's and a Dict's one mask for each part, {@code None} where there is none. A copy without a mask may do anything.
 *
 * <p>Read, a mask is a row of K numbers that are added to the network's outputs, 0 or ±∞: a logit of −∞ is a
 * probability of exactly 0, so entropy, divergence and score need not know of masks, and no gradient flows into it.
 *
 * <p>Immutable and thread-safe.
 */
public final class ActionMasks {
    /** The key of masks in an info, or in the dictionary of an observation. */
    public static final String KEY = "action_mask";

    private enum Source {
        NOWHERE,
        INFO,
        OBSERVATION
    }

    /** The masks of any number of rows in which everything is allowed. */
    public static final float[] NONE = {};

    private final Space space;
    private final Distribution distribution;
    private final Source source;
    private final Space maskSpace; // of one copy's mask in the observation

    private ActionMasks(Space space, Distribution distribution, Source source, Space maskSpace) {
        this.space = space;
        this.distribution = distribution;
        this.source = source;
        this.maskSpace = maskSpace;
    }

    /** Looks for no masks: {@link #size} is 0. */
    public static ActionMasks none(Distribution distribution) {
        return new ActionMasks(Tuple.of(), distribution, Source.NOWHERE, Tuple.of());
    }

    /**
     * Reads the masks of a space of actions out of infos.
     *
     * @param distribution over the actions of {@code space}
     * @throws IllegalArgumentException when it has no actions that could be masked
     */
    public static ActionMasks inInfos(Space space, Distribution distribution) {
        checkMaskable(space, distribution);
        return new ActionMasks(space, distribution, Source.INFO, Tuple.of());
    }

    /**
     * Reads the masks of a space of actions out of observations.
     *
     * @param observations the environment's space of observations, a Dict with the key {@value #KEY}
     * @param distribution over the actions of {@code space}
     * @throws IllegalArgumentException when there are no masks, or no actions that could be masked
     */
    public static ActionMasks inObservations(Space observations, Space space, Distribution distribution) {
        checkMaskable(space, distribution);
        Space maskSpace = masked(observations).spaces().get(KEY);
        return new ActionMasks(space, distribution, Source.OBSERVATION, maskSpace);
    }

    /**
     * Returns the space of observations without their masks, which is what networks see.
     *
     * @throws IllegalArgumentException when it has no masks, or nothing else
     */
    public static Dict withoutMask(Space observations) {
        Map<String, Space> others = new LinkedHashMap<>(masked(observations).spaces());
        others.remove(KEY);
        if (others.isEmpty()) {
            throw new IllegalArgumentException("policy.action_mask: expected observations with another key beside \""
                    + KEY + "\" for the network to see, found " + observations);
        }
        return new Dict(others);
    }

    private static Dict masked(Space observations) {
        if (observations instanceof Dict dict && dict.spaces().containsKey(KEY)) {
            return dict;
        }
        throw new IllegalArgumentException(
                "policy.action_mask: expected observations that are a Dict with the key \"" + KEY
                        + "\", found " + observations
                        + "; ACTION_MASK_INFO reads masks out of infos, and without masks leave policy.action_mask out");
    }

    private static void checkMaskable(Space space, Distribution distribution) {
        if (!isMaskable(space) || (distribution instanceof BernoulliLogit && space instanceof Discrete)) {
            throw new IllegalArgumentException("Expected actions that can be masked, with a logit each: Discrete"
                    + " (policies linear_softmax and mlp), MultiDiscrete, MultiBinary, or a Tuple or Dict with such,"
                    + " found " + space + " and " + distribution);
        }
    }

    /** Returns the numbers per row: K, or 0 when no masks are looked for. */
    public int size() {
        return used() ? distribution.outputSize() : 0;
    }

    /** Returns whether masks are looked for. */
    public boolean used() {
        return source != Source.NOWHERE;
    }

    /** Returns whether masks are looked for in infos. */
    public boolean inInfos() {
        return source == Source.INFO;
    }

    /**
     * Reads one row per copy.
     *
     * @param observations batch of the copies' observations, with the masks if they stand there
     * @param infos of the copies, with the masks if they stand there
     * @param masks receives [copies, {@link #size}] numbers
     * @throws UnfitMaskException when a mask does not fit the space or allows nothing
     */
    public void read(Value observations, Infos infos, float[] masks) {
        read(observations, infos, copy -> false, copy -> false, masks);
    }

    /**
     * As {@link #read(Value, Infos, float[])}, but for some of the copies.
     *
     * @param isFinal which copies are in the final state of an episode: their masks are not read, because no action is chosen
     *     there and such a mask often allows none; everything is allowed to them
     * @param isIgnored copies on whose actions nothing depends: everything is allowed to them where their mask is unfit
     */
    public void read(Value observations, Infos infos, IntPredicate isFinal, IntPredicate isIgnored, float[] masks) {
        switch (source) {
            case NOWHERE -> {}
            case INFO ->
                read(infos.rows().size(), copy -> infos.rows().get(copy).get(KEY), isFinal, isIgnored, "info", masks);
            case OBSERVATION -> readObservations(observations, infos.rows().size(), isFinal, isIgnored, masks);
        }
    }

    /**
     * Reads masks that stand in infos, or would.
     *
     * @param given one mask per row as in an info, or null where anything is allowed
     * @param masks receives [rows, {@link #size}] numbers
     */
    public void readGiven(List<?> given, float[] masks) {
        read(given.size(), given::get, row -> false, row -> false, "info", masks);
    }

    /** Reads the masks out of a batch of n observations; as {@link #read(Value, Infos, float[])}. */
    public void readObservations(Value observations, int n, float[] masks) {
        readObservations(observations, n, row -> false, row -> false, masks);
    }

    private void readObservations(
            Value observations, int n, IntPredicate isFinal, IntPredicate isIgnored, float[] masks) {
        if (!(observations instanceof DictValue dict)) {
            throw new IllegalArgumentException(
                    "Expected observations that are a dictionary with the key \"" + KEY + "\", found " + observations);
        }
        Value batch = dict.get(KEY);
        read(n, copy -> plain(maskSpace.row(batch, copy)), isFinal, isIgnored, "observation", masks);
    }

    private void read(
            int n, IntFunction<?> mask, IntPredicate isFinal, IntPredicate isIgnored, String where, float[] masks) {
        Arrays.fill(masks, 0);
        for (int copy = 0; copy < n; copy++) {
            if (isFinal.test(copy)) {
                continue;
            }
            try {
                Place place = new Place(copy, where + "[\"" + KEY + "\"]", "");
                read(space, distribution, mask.apply(copy), masks, copy * size(), place);
            } catch (UnfitMaskException unfit) {
                if (!isIgnored.test(copy)) {
                    throw unfit;
                }
                Arrays.fill(masks, copy * size(), (copy + 1) * size(), 0);
            }
        }
    }

    /** Returns a mask of an observation as an info would hold it. */
    private static Object plain(Value mask) {
        if (mask instanceof TupleValue tuple) {
            return tuple.values().stream().map(ActionMasks::plain).toList();
        }
        if (mask instanceof DictValue dict) {
            Map<String, Object> parts = new LinkedHashMap<>();
            dict.entries().forEach((key, part) -> parts.put(key, plain(part)));
            return parts;
        }
        return mask;
    }

    /**
     * Checks the infos of a reset: an environment that never gives a mask must not pass for one that allows everything.
     *
     * @throws IllegalArgumentException when masks are looked for in infos and no copy has one
     */
    public void requireIn(Infos infos) {
        if (source == Source.INFO && infos.rows().stream().noneMatch(row -> row.containsKey(KEY))) {
            Set<String> found = new HashSet<>();
            infos.rows().forEach(row -> found.addAll(row.keySet()));
            throw new IllegalArgumentException("policy.action_mask: expected info[\"" + KEY
                    + "\"] for at least one copy after a reset, found the keys " + found
                    + "; leave policy.action_mask out for an environment without masks");
        }
    }

    private static boolean isMaskable(Space space) {
        if (space instanceof Tuple tuple) {
            return tuple.spaces().stream().anyMatch(ActionMasks::isMaskable);
        }
        if (space instanceof Dict dict) {
            return dict.spaces().values().stream().anyMatch(ActionMasks::isMaskable);
        }
        return !(space instanceof Box);
    }

    private static void read(Space space, Distribution choice, Object mask, float[] masks, int at, Place place) {
        if (mask == null || mask == Infos.NONE) {
            return;
        }
        if (space instanceof Tuple tuple && mask instanceof List<?> list) {
            check(list.size() == tuple.spaces().size(), tuple.spaces().size() + " masks", list.size(), space, place);
            readParts(tuple.spaces(), choice, list, masks, at, place);
        } else if (space instanceof Dict dict && mask instanceof Map<?, ?> map) {
            Set<String> keys = dict.spaces().keySet();
            check(keys.containsAll(map.keySet()), "some of the keys " + keys, map.keySet(), space, place);
            List<?> list = Arrays.asList(keys.stream().map(map::get).toArray());
            readParts(List.copyOf(dict.spaces().values()), choice, list, masks, at, place);
        } else {
            readLeaf(space, choice, mask, masks, at, place);
        }
    }

    private static void readParts(
            List<Space> spaces, Distribution choice, List<?> list, float[] masks, int at, Place place) {
        List<Distribution> parts = ((Independent) choice).parts();
        int from = at;
        for (int i = 0; i < spaces.size(); i++) {
            read(spaces.get(i), parts.get(i), list.get(i), masks, from, place.part(i));
            from += parts.get(i).outputSize();
        }
    }

    private static void readLeaf(Space space, Distribution choice, Object mask, float[] masks, int at, Place place) {
        boolean binary = space instanceof MultiBinary;
        int size = isMaskable(space) ? choice.outputSize() : 0;
        double[] numbers = numbers(mask, space, place).toArray();
        check(numbers.length == size, size + " numbers", numbers.length, space, place);
        for (int i = 0; i < size; i++) {
            double number = numbers[i];
            boolean known = number == 0 || number == 1 || (binary && number == 2);
            check(known, binary ? "0, 1 and 2" : "0 and 1", number, space, place);
            float otherwise = number == 1 && binary ? Float.POSITIVE_INFINITY : 0;
            masks[at + i] = number == 0 ? Float.NEGATIVE_INFINITY : otherwise;
        }
        if (!binary) {
            checkAllowed(choice, masks, at, space, place);
        }
    }

    /** Checks that every category has an action left. */
    private static void checkAllowed(Distribution choice, float[] masks, int at, Space space, Place place) {
        List<Distribution> categories = choice instanceof Independent product ? product.parts() : List.of(choice);
        int from = at;
        for (int i = 0; i < categories.size(); i++) {
            int to = from + categories.get(i).outputSize();
            boolean some = false;
            for (int k = from; k < to; k++) {
                some |= masks[k] == 0;
            }
            check(some, "an allowed action", "none of " + (to - from) + " for element " + i, space, place);
            from = to;
        }
    }

    private static DoubleStream numbers(Object mask, Space space, Place place) {
        if (mask instanceof Tensor tensor) {
            return DoubleStream.of(tensor.toDoubles());
        }
        if (mask instanceof List<?> list) {
            return list.stream().flatMapToDouble(part -> numbers(part, space, place));
        }
        if (mask instanceof Boolean bit) {
            return DoubleStream.of(bit ? 1 : 0);
        }
        if (mask instanceof Infos.NumpyScalar scalar) {
            return numbers(scalar.value(), space, place);
        }
        check(mask instanceof Long, "an array of numbers", mask, space, place);
        return DoubleStream.of((Long) mask);
    }

    private static void check(boolean good, String expected, Object found, Space space, Place place) {
        if (!good) {
            String part = place.part + ", a mask of " + space;
            throw new UnfitMaskException(place.row, place.source, part, expected, String.valueOf(found));
        }
    }

    /** Where a mask stands: in which row of a batch, in what, and in which part of it. */
    private record Place(int row, String source, String part) {
        Place part(int index) {
            return new Place(row, source, part + ", part " + index);
        }
    }
}
