package dev.gangway.policy;

import dev.gangway.env.ArraySpace;
import dev.gangway.env.Box;
import dev.gangway.env.DType;
import dev.gangway.env.Discrete;
import dev.gangway.env.MultiBinary;
import dev.gangway.env.MultiDiscrete;
import dev.gangway.env.Space;
import dev.gangway.env.Tensor;
import dev.gangway.env.Value;
import java.nio.ByteBuffer;

/**
 * Turns actions in the policy's own form into values of a space, in the space's type: for a Discrete, index k becomes
 * start + k, for a MultiDiscrete likewise element by element; a MultiBinary's zeros and ones stay what they are; for a Box
 * of floats, each number is clipped to its bounds. What was chosen is not changed by this: the learner sees the number
 * before it was clipped.
 *
 * <p>Immutable and thread-safe.
 */
public final class ActionEncoder {
    private final ArraySpace space;
    private final int size;

    /**
     * Makes one for a space.
     *
     * @throws IllegalArgumentException when there is no policy for such a space
     */
    public ActionEncoder(Space space) {
        boolean known = space instanceof Discrete
                || space instanceof MultiBinary
                || (space instanceof MultiDiscrete multi && multi.nvec().size() > 0)
                || (space instanceof Box box && isReal(box));
        if (!known) {
            throw unsupported(space);
        }
        this.space = space.asArraySpace();
        this.size = Tensor.elementCount(this.space.shape());
    }

    /** Returns A, numbers per action. */
    public int actionSize() {
        return size;
    }

    /**
     * Encodes a batch.
     *
     * @param actions shape [n, A]
     * @return a tensor of shape [n, …], followed by the space's shape
     */
    public Value encode(float[] actions, int n) {
        int[] shape = batchShape(n);
        ByteBuffer data = Tensor.allocate(space.dtype(), shape);
        for (int i = 0; i < n * size; i++) {
            if (space instanceof Box box) {
                putReal(data, clipped(box, i % size, actions[i]));
            } else {
                putInteger(data, start(i % size) + (long) actions[i]);
            }
        }
        return Tensor.wrap(space.dtype(), shape, data.flip());
    }

    /** Returns whether a Gaussian can act in a box: of float32 or float64, with something in it. */
    static boolean isReal(Box box) {
        return (box.dtype() == DType.FLOAT32 || box.dtype() == DType.FLOAT64) && Tensor.elementCount(box.shape()) > 0;
    }

    /** Says what there is instead. */
    static IllegalArgumentException unsupported(Space actions) {
        return new IllegalArgumentException(
                "Expected an action space that is Discrete (policies linear_softmax and mlp,"
                        + " and linear_logistic when it has two actions), MultiDiscrete, MultiBinary"
                        + " or a Box of float32 or float64 (policy mlp), found "
                        + actions + ": no policy acts in such a space yet");
    }

    private long start(int element) {
        if (space instanceof MultiDiscrete multi) {
            return multi.start().getLong(element);
        }
        return space instanceof Discrete discrete ? discrete.start() : 0;
    }

    private int[] batchShape(int n) {
        int[] inner = space.shape();
        int[] shape = new int[inner.length + 1];
        shape[0] = n;
        System.arraycopy(inner, 0, shape, 1, inner.length);
        return shape;
    }

    private static double clipped(Box box, int element, double action) {
        return Math.max(box.low().getDouble(element), Math.min(box.high().getDouble(element), action));
    }

    private void putReal(ByteBuffer data, double value) {
        if (space.dtype() == DType.FLOAT32) {
            data.putFloat((float) value);
        } else {
            data.putDouble(value);
        }
    }

    private void putInteger(ByteBuffer data, long value) {
        switch (space.dtype().itemSize()) {
            case 1 -> data.put((byte) value);
            case 2 -> data.putShort((short) value);
            case 4 -> data.putInt((int) value);
            default -> data.putLong(value);
        }
    }
}
