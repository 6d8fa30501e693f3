package dev.gangway.learning.experiment;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.learning.rollout.LaneFactory;
import dev.gangway.v1.CartPoleEnvironment;
import dev.gangway.v1.CartPoleIntegrator;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.GymnasiumEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The environments of an experiment, one per lane. Closing the lanes closes the environments, and no server. */
public final class Lanes implements AutoCloseable {
    private final List<VectorEnv> envs;

    private final LaneFactory factory;
    private final GymnasiumOpener opener;

    /** Holds environments; {@code opener} opens others beside them. */
    Lanes(List<VectorEnv> envs, GymnasiumOpener opener) {
        this(
                envs,
                lane -> {
                    throw new EnvironmentException(
                            "Expected a factory to open lane " + lane + " again with, found an open environment alone");
                },
                opener);
    }

    private Lanes(List<VectorEnv> envs, LaneFactory factory, GymnasiumOpener opener) {
        this.envs = List.copyOf(envs);
        this.factory = factory;
        this.opener = opener;
    }

    /** Holds environments, and can open no others. */
    static Lanes of(List<VectorEnv> envs) {
        return new Lanes(envs, (environment, copies, autoreset, renderMode) -> {
            throw new EnvironmentException(
                    "Expected no Gymnasium environment of a training that a program put together," + " found "
                            + environment.getId());
        });
    }

    /**
     * Opens the environments that an experiment asks for.
     *
     * @param opener asked once for each lane when the environment is a Gymnasium one
     */
    public static Lanes open(EnvironmentConfig config, GymnasiumOpener opener) {
        return open(config, Optional.empty(), opener);
    }

    /** As {@link #open(EnvironmentConfig, GymnasiumOpener)} with, perhaps, a render mode. */
    public static Lanes open(EnvironmentConfig config, Optional<String> renderMode, GymnasiumOpener opener) {
        int copies = config.getCopies() / config.getLanes();
        AutoresetMode mode = autoresetMode(config.getAutoresetMode());
        LaneFactory factory = lane -> config.hasNative()
                ? cartPole(config.getNative().getCartPole(), copies, mode)
                : opener.open(config.getGymnasium(), copies, mode, renderMode);
        List<VectorEnv> envs = new ArrayList<>();
        try {
            for (int lane = 0; lane < config.getLanes(); lane++) {
                envs.add(factory.open(lane));
            }
            return new Lanes(envs, factory, opener);
        } catch (RuntimeException failed) {
            envs.forEach(VectorEnv::close);
            throw failed;
        }
    }

    /**
     * Returns what a copy of the environment is, as if it had been opened; a Gymnasium one need not be steppable yet.
     *
     * @param server describes a Gymnasium environment
     */
    public static EnvSpec describe(EnvironmentConfig config, Function<GymnasiumEnvironment, EnvSpec> server) {
        if (config.hasNative()) {
            try (VectorEnv env = cartPole(config.getNative().getCartPole(), 1, AutoresetMode.DISABLED)) {
                return env.spec();
            }
        }
        return server.apply(config.getGymnasium());
    }

    /** Returns these lanes with another opener for the environments of evaluations, which else come from the lanes' own. */
    public Lanes withOthersFrom(GymnasiumOpener others) {
        return new Lanes(envs, factory, others);
    }

    /** Opens further environments, for evaluations. */
    Lanes openOthers(EnvironmentConfig config) {
        return open(config, opener);
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

    /** Returns these lanes with another environment, made of the first, in its place; it is closed in its stead. */
    public Lanes withFirst(UnaryOperator<VectorEnv> change) {
        List<VectorEnv> changed = new ArrayList<>(envs);
        changed.set(0, change.apply(envs.get(0)));
        return new Lanes(changed, lane -> lane == 0 ? change.apply(factory.open(0)) : factory.open(lane), opener);
    }

    /** Returns what opens a lane anew, as it was opened first. */
    LaneFactory factory() {
        return factory;
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
