package dev.gangway.inference.policy;

import dev.gangway.environment.ArraySpace;
import dev.gangway.environment.Box;
import dev.gangway.environment.Dict;
import dev.gangway.environment.DictValue;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.Elements;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Tuple;
import dev.gangway.environment.TupleValue;
import dev.gangway.environment.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns actions in the policy's own form into values of a space, in the space's type: for a Discrete, index k becomes
 * start + k, for a MultiDiscrete likewise element by element; a MultiBinary's zeros and ones stay what they are; for a
 * Box, a {@link SquashedGaussian}'s number u becomes low + (high − low) (tanh u + 1) / 2, and every number is written as
 * {@link Box#putNearest} does; a Tuple's and a Dict's parts stand one after the other. What was chosen is not changed by
 * this: the learner sees the number before it was squashed, clipped or rounded.
 *
 * <p>Immutable and thread-safe.
 */
public final class ActionEncoder {
    private final Space space;
    private final Distribution distribution;

    /**
     * Makes one for a space.
     *
     * @param distribution over the actions of {@code space}, as {@link Distributions#of} chooses it
     */
    public ActionEncoder(Space space, Distribution distribution) {
        this.space = space;
        this.distribution = distribution;
    }

    /** Returns A, numbers per action. */
    public int actionSize() {
        return distribution.actionSize();
    }

    /**
     * Encodes a batch.
     *
     * @param actions shape [n, A]
     * @return a batch of n values of the space
     */
    public Value encode(float[] actions, int n) {
        return encode(space, distribution, actions, n, 0);
    }

    /** Encodes the part of every action that starts at its number {@code at}. */
    private Value encode(Space space, Distribution choice, float[] actions, int n, int at) {
        if (space instanceof Tuple tuple) {
            return new TupleValue(encodeParts(tuple.spaces(), choice, actions, n, at));
        }
        if (space instanceof Dict dict) {
            Iterator<Value> parts = encodeParts(List.copyOf(dict.spaces().values()), choice, actions, n, at)
                    .iterator();
            Map<String, Value> named = new LinkedHashMap<>();
            dict.spaces().keySet().forEach(key -> named.put(key, parts.next()));
            return new DictValue(named);
        }
        return encodeArray(space.asArraySpace(), choice instanceof SquashedGaussian, actions, n, at);
    }

    private List<Value> encodeParts(List<Space> spaces, Distribution choice, float[] actions, int n, int at) {
        List<Distribution> parts = ((Independent) choice).parts();
        List<Value> values = new ArrayList<>();
        int from = at;
        for (int i = 0; i < spaces.size(); i++) {
            values.add(encode(spaces.get(i), parts.get(i), actions, n, from));
            from += parts.get(i).actionSize();
        }
        return values;
    }

    private Value encodeArray(ArraySpace space, boolean squashed, float[] actions, int n, int at) {
        int[] shape = batchShape(space, n);
        int size = Tensor.elementCount(space.shape());
        int stride = actionSize();
        ByteBuffer data = Tensor.allocate(space.dtype(), shape);
        for (int i = 0; i < n * size; i++) {
            int element = i % size;
            float action = actions[i / size * stride + at + element];
            if (space instanceof Box box) {
                box.putNearest(data, element, squashed ? scaled(box, element, action) : action);
            } else {
                Elements.putLong(data, space.dtype(), start(space, element) + (long) action);
            }
        }
        return Tensor.wrap(space.dtype(), shape, data.flip());
    }

    private static long start(ArraySpace space, int element) {
        if (space instanceof MultiDiscrete multi) {
            return multi.start().getLong(element);
        }
        return space instanceof Discrete discrete ? discrete.start() : 0;
    }

    private static int[] batchShape(ArraySpace space, int n) {
        int[] inner = space.shape();
        int[] shape = new int[inner.length + 1];
        shape[0] = n;
        System.arraycopy(inner, 0, shape, 1, inner.length);
        return shape;
    }

    private static double scaled(Box box, int element, double u) {
        double part = 1 / (1 + Math.exp(-2 * u)); // (tanh u + 1) / 2
        return box.low().getDouble(element) * (1 - part) + box.high().getDouble(element) * part;
    }
}
