package dev.gangway.experiment;

import dev.gangway.env.AutoresetMode;
import dev.gangway.env.EnvSpec;
import dev.gangway.env.VectorEnv;
import dev.gangway.env.local.CartPoleOptions;
import dev.gangway.env.local.NativeCartPole;
import dev.gangway.env.remote.EnvironmentClient;
import dev.gangway.env.remote.InfoObjects;
import dev.gangway.env.remote.RemoteEnvOptions;
import dev.gangway.env.remote.Vectorization;
import dev.gangway.v1.CartPoleEnvironment;
import dev.gangway.v1.CartPoleIntegrator;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.GymnasiumEnvironment;
import dev.gangway.v1.VectorizationMode;
import dev.gangway.wire.WireDynamic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The environments of an experiment, one per lane. Closing closes them; the client remains its owner's. */
public final class Lanes implements AutoCloseable {
    private final List<VectorEnv> envs;

    private final Supplier<EnvironmentClient> client;

    /** Holds environments; {@code client} opens others beside them. */
    Lanes(List<VectorEnv> envs, Supplier<EnvironmentClient> client) {
        this.envs = List.copyOf(envs);
        this.client = client;
    }

    /**
     * Opens the environments that an experiment asks for.
     *
     * @param client asked once for each lane when the environment is a Gymnasium one; all may have the same
     */
    public static Lanes open(EnvironmentConfig config, Supplier<EnvironmentClient> client) {
        return open(config, Optional.empty(), client);
    }

    /** As {@link #open(EnvironmentConfig, Supplier)} with, perhaps, a render mode. */
    public static Lanes open(
            EnvironmentConfig config, Optional<String> renderMode, Supplier<EnvironmentClient> client) {
        int copies = config.getCopies() / config.getLanes();
        AutoresetMode mode = autoresetMode(config.getAutoresetMode());
        List<VectorEnv> envs = new ArrayList<>();
        try {
            for (int lane = 0; lane < config.getLanes(); lane++) {
                envs.add(
                        config.hasNative()
                                ? cartPole(config.getNative().getCartPole(), copies, mode)
                                : client.get().open(options(config.getGymnasium(), copies, mode, renderMode)));
            }
            return new Lanes(envs, client);
        } catch (RuntimeException failed) {
            envs.forEach(VectorEnv::close);
            throw failed;
        }
    }

    /**
     * Returns what a copy of the environment is, as if it had been opened; a Gymnasium one need not be steppable yet.
     *
     * @param client asked when the environment is a Gymnasium one
     */
    public static EnvSpec describe(EnvironmentConfig config, Supplier<EnvironmentClient> client) {
        if (config.hasNative()) {
            try (VectorEnv env = cartPole(config.getNative().getCartPole(), 1, AutoresetMode.DISABLED)) {
                return env.spec();
            }
        }
        return client.get().describe(options(config.getGymnasium(), 1, AutoresetMode.DISABLED, Optional.empty()));
    }

    /** Returns these lanes with other clients for the environments of evaluations, which else come from the lanes' own. */
    public Lanes withOthersFrom(Supplier<EnvironmentClient> others) {
        return new Lanes(envs, others);
    }

    /** Opens further environments, for evaluations. */
    Lanes openOthers(EnvironmentConfig config) {
        return open(config, client);
    }

    private static AutoresetMode autoresetMode(dev.gangway.v1.AutoresetMode mode) {
        return switch (mode) {
            case AUTORESET_MODE_NEXT_STEP -> AutoresetMode.NEXT_STEP;
            case AUTORESET_MODE_DISABLED -> AutoresetMode.DISABLED;
            case AUTORESET_MODE_SAME_STEP, AUTORESET_MODE_UNSPECIFIED, UNRECOGNIZED -> AutoresetMode.SAME_STEP;
        };
    }

    private static VectorEnv cartPole(CartPoleEnvironment config, int copies, AutoresetMode mode) {
        CartPoleOptions options = CartPoleOptions.STANDARD
                .withIntegrator(
                        config.getIntegrator() == CartPoleIntegrator.CART_POLE_INTEGRATOR_EULER
                                ? CartPoleOptions.Integrator.EULER
                                : CartPoleOptions.Integrator.SEMI_IMPLICIT_EULER)
                .withSuttonBartoReward(config.getSuttonBartoReward())
                .withMaxEpisodeSteps(config.getMaxEpisodeSteps());
        return new NativeCartPole(copies, mode, options);
    }

    private static Vectorization vectorization(VectorizationMode mode) {
        return switch (mode) {
            case VECTORIZATION_MODE_SYNC -> Vectorization.SYNC;
            case VECTORIZATION_MODE_ASYNC -> Vectorization.ASYNC;
            case VECTORIZATION_MODE_VECTOR_ENTRY_POINT -> Vectorization.VECTOR_ENTRY_POINT;
            case VECTORIZATION_MODE_LOOP, VECTORIZATION_MODE_UNSPECIFIED, UNRECOGNIZED -> Vectorization.LOOP;
        };
    }

    private static RemoteEnvOptions options(
            GymnasiumEnvironment config, int copies, AutoresetMode mode, Optional<String> renderMode) {
        RemoteEnvOptions options = RemoteEnvOptions.of(config.getId(), copies)
                .withAutoreset(mode)
                .withVectorization(vectorization(config.getVectorizationMode()))
                .withWrappers(config.getWrappersList())
                .withSeededSpaces();
        if (config.getInfoObjects() == dev.gangway.v1.InfoObjects.INFO_OBJECTS_REFUSE) {
            options = options.withInfoObjects(InfoObjects.REFUSE);
        }
        if (config.hasMaxEpisodeSteps()) {
            options = options.withMaxEpisodeSteps(config.getMaxEpisodeSteps());
        }
        if (config.getArgumentsCount() > 0) {
            options = options.withArguments(WireDynamic.decode(config.getArgumentsMap()));
        }
        return renderMode.isPresent() ? options.withRenderMode(renderMode.get()) : options;
    }

    /** Returns these lanes with another environment, made of the first, in its place; it is closed in its stead. */
    public Lanes withFirst(UnaryOperator<VectorEnv> change) {
        List<VectorEnv> changed = new ArrayList<>(envs);
        changed.set(0, change.apply(envs.get(0)));
        return new Lanes(changed, client);
    }

    /** Returns the environments in order. */
    public List<VectorEnv> envs() {
        return envs;
    }

    /** Returns what each copy is. */
    public EnvSpec spec() {
        return envs.get(0).spec();
    }

    @Override
    public void close() {
        envs.forEach(VectorEnv::close);
    }
}
