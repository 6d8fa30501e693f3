package dev.gangway.environment.local;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.Infos;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.StepResult.FinalRows;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import java.math.BigInteger;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Gymnasium's {@code CartPole-v1} in this process, with the same spaces, seeds, first states, rewards, flags and time
 * limit.
 *
 * <p>Observations are FLOAT32 [n, 4], as {@link CartPole} lists them; actions are INT64 [n]; infos are empty. A reset
 * accepts the options {@code low} and {@code high}: numbers that bound the uniform distribution of the first states
 * instead of ±0.05. Other options are ignored, and automatic resets always use ±0.05, both as in Gymnasium.
 *
 * <p>Every copy keeps its random generator from reset to reset. The first reset of a copy must seed it: Gymnasium would
 * ask the operating system for a seed, but this environment refuses, because it draws no numbers that cannot be
 * repeated.
 */
public final class NativeCartPole implements VectorEnv {
    /** The id that {@link EnvSpec#id()} returns. */
    public static final String ID = "CartPole-v1";

    private static final double REWARD_THRESHOLD = 475;
    private static final double FRAMES_PER_SECOND = 50;

    private final int copies;
    private final AutoresetMode autoresetMode;
    private final EnvSpec spec;
    private final CartPoleBatch batch;
    private final CopyStates states;
    private final Infos noInfos;
    private final int[] actions;
    private final CartPoleBatch.Output scratch;

    /**
     * Creates n copies that wait for their first reset.
     *
     * @param copies n ≥ 1
     * @param autoresetMode when a copy is reset after its episode has ended
     * @param options {@link CartPoleOptions#STANDARD} gives {@code CartPole-v1}
     */
    public NativeCartPole(int copies, AutoresetMode autoresetMode, CartPoleOptions options) {
        this.batch = new CartPoleBatch(copies, options);
        this.copies = copies;
        this.autoresetMode = autoresetMode;
        this.spec = specOf(options);
        this.states = new CopyStates(ID, copies, autoresetMode);
        this.noInfos = Infos.empty(copies);
        this.actions = new int[copies];
        this.scratch = CartPoleBatch.Output.of(copies);
    }

    private static EnvSpec specOf(CartPoleOptions options) {
        float position = (float) (CartPole.POSITION_LIMIT * 2);
        float angle = (float) (CartPole.ANGLE_LIMIT * 2);
        float infinity = Float.POSITIVE_INFINITY;
        int[] shape = {CartPole.STATE_SIZE};
        return new EnvSpec(
                ID,
                Box.of(
                        Tensor.ofFloats(shape, -position, -infinity, -angle, -infinity),
                        Tensor.ofFloats(shape, position, infinity, angle, infinity)),
                Discrete.of(2),
                options.maxEpisodeSteps().isPresent()
                        ? OptionalLong.of(options.maxEpisodeSteps().getAsInt())
                        : OptionalLong.empty(),
                OptionalDouble.of(REWARD_THRESHOLD),
                false,
                List.of("rgb_array"),
                OptionalDouble.of(FRAMES_PER_SECOND));
    }

    @Override
    public EnvSpec spec() {
        return spec;
    }

    @Override
    public int copies() {
        return copies;
    }

    @Override
    public AutoresetMode autoresetMode() {
        return autoresetMode;
    }

    /**
     * {@inheritDoc}
     *
     * @throws EnvironmentException when seeds, options or mask do not fit, or when a copy has never been seeded; no
     *     copy has then been reset
     */
    @Override
    public ResetResult reset(ResetRequest request) {
        states.checkReset(request, batch::seeded);
        double low = bound(request.options(), "low", CartPole.RESET_LOW);
        double high = bound(request.options(), "high", CartPole.RESET_HIGH);
        if (!(low <= high) || !Double.isFinite(high - low)) {
            throw new EnvironmentException(
                    "Expected finite reset options with low ≤ high, found low " + low + " and high " + high);
        }
        for (int i = 0; i < copies; i++) {
            if (CopyStates.chosen(request, i)) {
                Optional<BigInteger> seed = CopyStates.seed(request, i);
                if (seed.isPresent()) {
                    batch.seed(i, seed.get());
                }
                batch.reset(i, low, high);
                states.started(i);
            }
        }
        float[] observations = new float[copies * CartPole.STATE_SIZE];
        for (int i = 0; i < copies; i++) {
            batch.observe(i, observations, i * CartPole.STATE_SIZE);
        }
        return new ResetResult(observationBatch(observations), noInfos);
    }

    @Override
    public void send(Value value) {
        states.checkSend();
        Tensor tensor = value.asTensor();
        if (tensor.dtype() != DType.INT64 || !Arrays.equals(tensor.shape(), new int[] {copies})) {
            throw new EnvironmentException("Expected actions of type int64 and shape [" + copies + "], one of "
                    + spec.actionSpace() + " per copy, found " + tensor);
        }
        LongBuffer elements = tensor.bytes().asLongBuffer();
        for (int i = 0; i < copies; i++) {
            long action = elements.get(i);
            boolean ignored = states.ended(i); // such a copy is reset by NEXT_STEP, and its action ignored
            if ((action & ~1L) != 0 && !ignored) {
                throw new EnvironmentException("Expected an action in " + spec.actionSpace() + " for copy " + i + " of "
                        + ID + ", found " + action + "; no copy has been stepped");
            }
            actions[i] = (int) (action & 1);
        }
        states.sent();
    }

    @Override
    public StepResult receive() {
        states.takeStep();
        CartPoleBatch.Output output = scratch.withFreshResults();
        int ended = switch (autoresetMode) {
            case SAME_STEP -> batch.stepAndReset(actions, output);
            case NEXT_STEP, DISABLED -> batch.step(actions, output);
        };
        if (autoresetMode == AutoresetMode.NEXT_STEP) {
            resetEndedBefore(output);
        }
        states.stepped(output.terminated(), output.truncated());
        return new StepResult(
                observationBatch(output.observations()),
                output.rewards(),
                output.terminated(),
                output.truncated(),
                noInfos,
                autoresetMode == AutoresetMode.SAME_STEP && ended > 0
                        ? Optional.of(finals(output, ended))
                        : Optional.empty());
    }

    /** Replaces the step of every copy whose episode had ended before it by a reset. */
    private void resetEndedBefore(CartPoleBatch.Output output) {
        for (int i = 0; i < copies; i++) {
            if (states.ended(i)) {
                batch.reset(i);
                batch.observe(i, output.observations(), i * CartPole.STATE_SIZE);
                output.rewards()[i] = 0;
                output.terminated()[i] = false;
                output.truncated()[i] = false;
            }
        }
    }

    private static FinalRows finals(CartPoleBatch.Output output, int ended) {
        int size = ended * CartPole.STATE_SIZE;
        return new FinalRows(
                Arrays.copyOf(output.ended(), ended),
                Tensor.ofFloats(
                        new int[] {ended, CartPole.STATE_SIZE}, Arrays.copyOf(output.finalObservations(), size)),
                Infos.empty(ended));
    }

    @Override
    public Tensor render(int copy) {
        states.checkRender(copy);
        double[] state = batch.state(copy);
        return CartPoleRenderer.render(state[0], state[2]);
    }

    @Override
    public void close() {
        states.close();
    }

    private static double bound(Map<String, Object> options, String name, double standard) {
        Object value = options.getOrDefault(name, standard);
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof Infos.NumpyScalar scalar) {
            return scalar.value().getDouble(0);
        }
        throw new EnvironmentException(
                "Expected a number as reset option \"" + name + "\" of " + ID + ", found " + value);
    }

    private Tensor observationBatch(float[] observations) {
        return Tensor.ofFloats(new int[] {copies, CartPole.STATE_SIZE}, observations);
    }
}
