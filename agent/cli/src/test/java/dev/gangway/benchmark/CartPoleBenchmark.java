package dev.gangway.benchmark;

import dev.gangway.bridge.conformance.Batches;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.local.CartPole;
import dev.gangway.environment.local.CartPoleBatch;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.environment.random.NumpyRandom;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Environment steps per second of the native cart-pole on one thread, under random actions, with observations written
 * and ended episodes reset: {@code benchmarks/jmh CartPoleBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CartPoleBenchmark {
    /** Environment steps of one invocation, whatever the number of copies. */
    private static final int STEPS = 1 << 16;

    private static final int TIME_LIMIT = 500;

    private CartPole scalar;
    private NumpyRandom scalarRandom;
    private int[] scalarActions;
    private float[] scalarObservation;

    /** Prepares the scalar loop. */
    @Setup
    public void makeScalar() {
        scalar = new CartPole(CartPoleOptions.STANDARD);
        scalarRandom = new NumpyRandom(0);
        scalar.reset(scalarRandom);
        scalarActions = new SplittableRandom(1).ints(STEPS, 0, 2).toArray();
        scalarObservation = new float[CartPole.STATE_SIZE];
    }

    /** n copies with the actions of one invocation, as {@link CartPoleBatch} and as {@link NativeCartPole}. */
    @State(Scope.Thread)
    public static class Copies {
        /** Number of copies. */
        @Param({"64", "1024", "4096"})
        public int copies;

        private CartPoleBatch batch;
        private CartPoleBatch.Output output;
        private NativeCartPole env;
        private int[][] actions;
        private List<Tensor> actionTensors;

        /** Prepares both. */
        @Setup
        public void make() {
            batch = new CartPoleBatch(copies, CartPoleOptions.STANDARD);
            for (int i = 0; i < copies; i++) {
                batch.seed(i, BigInteger.valueOf(i));
                batch.reset(i);
            }
            output = CartPoleBatch.Output.of(copies);
            env = new NativeCartPole(copies, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD);
            env.reset(ResetRequest.seeded(0, copies));
            SplittableRandom random = new SplittableRandom(1);
            actions = new int[STEPS / copies][];
            for (int t = 0; t < actions.length; t++) {
                actions[t] = random.ints(copies, 0, 2).toArray();
            }
            actionTensors = Batches.random(Discrete.of(2), copies, STEPS / copies, 1);
        }
    }

    /** The scalar reference in a loop. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public float[] scalar() {
        int elapsed = 0;
        for (int action : scalarActions) {
            if (scalar.step(action).terminated() || ++elapsed == TIME_LIMIT) {
                scalar.reset(scalarRandom);
                elapsed = 0;
            }
            scalar.observe(scalarObservation, 0);
        }
        return scalarObservation;
    }

    /** The batched form. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public CartPoleBatch.Output batched(Copies state) {
        for (int[] actions : state.actions) {
            state.batch.stepAndReset(actions, state.output);
        }
        return state.output;
    }

    /** The batched form behind the interface of all environments, with tensors made and actions checked. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public StepResult vectorEnv(Copies state) {
        StepResult result = null;
        for (Tensor actions : state.actionTensors) {
            result = state.env.step(actions);
        }
        return result;
    }
}
