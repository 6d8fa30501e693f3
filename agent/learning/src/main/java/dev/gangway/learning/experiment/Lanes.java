package dev.gangway.learning.experiment;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.environment.provider.EnvironmentProvider;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.Unresolved;
import dev.gangway.inference.provider.Providers;
import dev.gangway.learning.provider.DecoratorProvider;
import dev.gangway.learning.rollout.EnvironmentDecorator;
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
import java.util.stream.IntStream;

/** The environments of an experiment, one per lane. Closing the lanes closes the environments, and no server. */
public final class Lanes implements AutoCloseable {
    private final List<VectorEnv> envs;

    private final LaneFactory factory;
    private final GymnasiumOpener opener;
    private final CustomParts custom;

    /** Holds environments; {@code opener} opens others beside them. */
    Lanes(List<VectorEnv> envs, GymnasiumOpener opener) {
        this(
                envs,
                lane -> {
                    throw new EnvironmentException(
                            "Expected a factory to open lane " + lane + " again with, found an open environment alone");
                },
                opener,
                CustomParts.of(Providers.onClassPath()));
    }

    private Lanes(List<VectorEnv> envs, LaneFactory factory, GymnasiumOpener opener, CustomParts custom) {
        this.custom = custom;
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
        return open(config, renderMode, opener, CustomParts.of(Providers.onClassPath()));
    }

    /** As {@link #open(EnvironmentConfig, Optional, GymnasiumOpener)}, with the providers of further jars. */
    public static Lanes open(
            EnvironmentConfig config, Optional<String> renderMode, GymnasiumOpener opener, CustomParts custom) {
        int copies = config.getCopies() / config.getLanes();
        AutoresetMode mode = autoresetMode(config.getAutoresetMode());
        LaneFactory plain = lane -> switch (config.getKindCase()) {
            case NATIVE -> cartPole(config.getNative().getCartPole(), copies, mode);
            case GYMNASIUM -> opener.open(config.getGymnasium(), copies, mode, renderMode);
            case CUSTOM -> custom.environment(config.getCustom(), copies, mode);
            case KIND_NOT_SET -> throw Unresolved.field("environment");
        };
        List<EnvironmentDecorator> decorators = decorators(config, custom);
        LaneFactory factory = lane -> decorated(plain.open(lane), lane, decorators);
        List<VectorEnv> envs = new ArrayList<>();
        try {
            for (int lane = 0; lane < config.getLanes(); lane++) {
                envs.add(factory.open(lane));
            }
            return new Lanes(envs, factory, opener, custom);
        } catch (RuntimeException failed) {
            envs.forEach(VectorEnv::close);
            throw failed;
        }
    }

    private static List<EnvironmentDecorator> decorators(EnvironmentConfig config, CustomParts custom) {
        return IntStream.range(0, config.getDecoratorsCount())
                .mapToObj(i -> custom.make(
                        DecoratorProvider.class, config.getDecorators(i), "environment.decorators[" + i + "]"))
                .toList();
    }

    private static VectorEnv decorated(VectorEnv env, int lane, List<EnvironmentDecorator> decorators) {
        VectorEnv wrapped = env;
        try {
            for (EnvironmentDecorator decorator : decorators) {
                wrapped = decorator.decorate(wrapped, lane);
            }
            return wrapped;
        } catch (RuntimeException | Error failed) {
            wrapped.close();
            throw failed;
        }
    }

    /** Checks the providers of an environment before it is opened. */
    static void check(EnvironmentConfig config, CustomParts custom) {
        if (config.hasCustom()) {
            EnvironmentProvider unused = custom.environmentProvider(config.getCustom());
        }
        List<EnvironmentDecorator> made = decorators(config, custom);
        assert made.size() == config.getDecoratorsCount();
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
        if (config.hasCustom()) {
            CustomParts custom = CustomParts.of(Providers.onClassPath());
            try (VectorEnv env = custom.environment(config.getCustom(), 1, AutoresetMode.DISABLED)) {
                return env.spec();
            }
        }
        return server.apply(config.getGymnasium());
    }

    /** Returns these lanes with another opener for the environments of evaluations, which else come from the lanes' own. */
    public Lanes withOthersFrom(GymnasiumOpener others) {
        return new Lanes(envs, factory, others, custom);
    }

    /** Opens further environments, for evaluations. */
    Lanes openOthers(EnvironmentConfig config) {
        return open(config, Optional.empty(), opener, custom);
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
        return new Lanes(
                changed, lane -> lane == 0 ? change.apply(factory.open(0)) : factory.open(lane), opener, custom);
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
