package dev.gangway.benchmark;

import dev.gangway.environment.local.CartPoleBatch;
import dev.gangway.environment.local.CartPoleOptions;
import java.math.BigInteger;
import java.util.SplittableRandom;

/** {@code NativeRate COPIES}: environment steps per second of the batched native cart-pole on one thread. */
public final class NativeRate {
    private static final int ACTIONS = 64;

    private NativeRate() {}

    /** Measures random actions, with observations written and ended episodes reset. */
    public static void main(String[] arguments) {
        int copies = Integer.parseInt(arguments[0]);
        CartPoleBatch batch = new CartPoleBatch(copies, CartPoleOptions.STANDARD);
        for (int i = 0; i < copies; i++) {
            batch.seed(i, BigInteger.valueOf(i));
            batch.reset(i);
        }
        CartPoleBatch.Output output = CartPoleBatch.Output.of(copies);
        SplittableRandom random = new SplittableRandom(1);
        int[][] actions = new int[ACTIONS][];
        for (int t = 0; t < ACTIONS; t++) {
            actions[t] = random.ints(copies, 0, 2).toArray();
        }
        Rate.print(() -> {
            for (int[] each : actions) {
                batch.stepAndReset(each, output);
            }
            return (long) ACTIONS * copies;
        });
    }
}
