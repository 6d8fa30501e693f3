package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.ResetResult;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Tensor;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.GymnasiumEnvironment;
import dev.gangway.v1.VectorizationMode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is opened where a trained policy plays; the environments opened here are cart-poles that hide some of their traits. */
class EvaluationEnvironmentTest {
    private final List<EnvironmentConfig> opened = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int open;

    private static EnvironmentConfig training(VectorizationMode vectorization, dev.gangway.v1.AutoresetMode autoreset) {
        return EnvironmentConfig.newBuilder()
                .setGymnasium(GymnasiumEnvironment.newBuilder().setId("Some-v0").setVectorizationMode(vectorization))
                .setCopies(8)
                .setLanes(2)
                .setAutoresetMode(autoreset)
                .build();
    }

    /** Opens cart-poles that have a time limit only where the configuration sets one. */
    private Lanes unlimited(EnvironmentConfig config) {
        opened.add(config);
        open++;
        boolean limited = config.getGymnasium().hasMaxEpisodeSteps();
        NativeCartPole cartPole =
                new NativeCartPole(config.getCopies(), AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD);
        return new Lanes(List.of(new Renamed(cartPole, limited)), GymnasiumOpener.none());
    }

    private Lanes limited(EnvironmentConfig config) {
        Lanes lanes = unlimited(EvaluationEnvironment.withLimit(config, 77));
        opened.set(opened.size() - 1, config);
        return lanes;
    }

    @ParameterizedTest
    @EnumSource(
            value = VectorizationMode.class,
            names = {"VECTORIZATION_MODE_LOOP", "VECTORIZATION_MODE_SYNC", "VECTORIZATION_MODE_VECTOR_ENTRY_POINT"})
    void episodesArePlayedInTrainingsVectorizationAndAutoresetModeInOneLaneOfTenCopies(VectorizationMode mode) {
        EnvironmentConfig training = training(mode, dev.gangway.v1.AutoresetMode.AUTORESET_MODE_NEXT_STEP);
        EvaluationEnvironment.of(training, 100, this::limited, notes::add)
                .open()
                .close();
        assertEquals(List.of(training.toBuilder().setCopies(10).setLanes(1).build()), opened);
        EvaluationEnvironment.of(training, 3, this::limited, notes::add).open().close();
        assertEquals(3, opened.get(1).getCopies());
        assertEquals(List.of(), notes);
    }

    @Test
    void processesAreNoMoreThanALaneOfTheTrainingHas() {
        EnvironmentConfig training = training(
                VectorizationMode.VECTORIZATION_MODE_ASYNC, dev.gangway.v1.AutoresetMode.AUTORESET_MODE_SAME_STEP);
        EvaluationEnvironment.of(training, 100, this::limited, notes::add)
                .open()
                .close();
        assertEquals(4, opened.get(0).getCopies());
    }

    @Test
    void withoutALimitEpisodesAreCutAfterTenThousandStepsWhichIsSaidOnce() {
        EnvironmentConfig training = training(
                VectorizationMode.VECTORIZATION_MODE_SYNC, dev.gangway.v1.AutoresetMode.AUTORESET_MODE_SAME_STEP);
        EvaluationEnvironment environment = EvaluationEnvironment.of(training, 4, this::unlimited, notes::add);
        environment.open().close();
        environment.open().close();
        assertEquals(3, opened.size(), "opened twice the first time, then once");
        for (EnvironmentConfig config : opened.subList(1, 3)) {
            assertEquals(10_000, config.getGymnasium().getMaxEpisodeSteps());
            assertEquals(
                    VectorizationMode.VECTORIZATION_MODE_SYNC,
                    config.getGymnasium().getVectorizationMode());
        }
        assertEquals(
                List.of(
                        "Some-v0 has no limit of its own on the steps of an episode: episodes are cut after 10,000 steps;"
                                + " --max-episode-steps or max_episode_steps sets another limit"),
                notes);
        assertEquals(0, open, "an environment was left open");
    }

    @Test
    void anOwnVectorImplementationThatHasNoLimitIsLeftForTheLoop() {
        EnvironmentConfig training = training(
                VectorizationMode.VECTORIZATION_MODE_VECTOR_ENTRY_POINT,
                dev.gangway.v1.AutoresetMode.AUTORESET_MODE_NEXT_STEP);
        EvaluationEnvironment.of(training, 4, this::unlimited, notes::add)
                .open()
                .close();
        assertEquals(
                VectorizationMode.VECTORIZATION_MODE_LOOP,
                opened.get(1).getGymnasium().getVectorizationMode());
        assertTrue(notes.get(0).contains("VECTORIZATION_MODE_LOOP"), notes::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "AUTORESET_MODE_SAME_STEP, AUTORESET_MODE_DISABLED",
        "AUTORESET_MODE_NEXT_STEP, AUTORESET_MODE_NEXT_STEP"
    })
    void oneDrawnCopyKeepsTheVectorizationAndAModeInWhichItsEndCanBeSeen(
            dev.gangway.v1.AutoresetMode trained, dev.gangway.v1.AutoresetMode drawn) {
        EnvironmentConfig training = training(VectorizationMode.VECTORIZATION_MODE_SYNC, trained);
        EvaluationEnvironment.drawn(training, this::limited, env -> {}, notes::add)
                .open()
                .close();
        assertEquals(
                List.of(training.toBuilder()
                        .setCopies(1)
                        .setLanes(1)
                        .setAutoresetMode(drawn)
                        .build()),
                opened);
        assertEquals(List.of(), notes);
    }

    @Test
    void whereOneCopyCannotBeDrawnTheLoopDrawsItAndTheReasonIsSaid() {
        EnvironmentConfig training = training(
                VectorizationMode.VECTORIZATION_MODE_VECTOR_ENTRY_POINT,
                dev.gangway.v1.AutoresetMode.AUTORESET_MODE_NEXT_STEP);
        EvaluationEnvironment.drawn(
                        training,
                        this::limited,
                        env -> {
                            throw new EnvironmentException("no frames");
                        },
                        notes::add)
                .open()
                .close();
        assertEquals(
                List.of(
                        VectorizationMode.VECTORIZATION_MODE_VECTOR_ENTRY_POINT,
                        VectorizationMode.VECTORIZATION_MODE_LOOP),
                opened.stream()
                        .map(config -> config.getGymnasium().getVectorizationMode())
                        .toList());
        assertEquals(
                List.of(
                        "One copy of Some-v0 cannot be drawn with VECTORIZATION_MODE_VECTOR_ENTRY_POINT, so it is stepped"
                                + " with VECTORIZATION_MODE_LOOP: no frames"),
                notes);
        assertEquals(0, open, "an environment was left open");
    }

    /** A cart-pole under another name, with or without a time limit. */
    private final class Renamed implements VectorEnv {
        private final VectorEnv env;
        private final boolean limited;

        private Renamed(VectorEnv env, boolean limited) {
            this.env = env;
            this.limited = limited;
        }

        @Override
        public EnvSpec spec() {
            return new EnvSpec(
                    "Some-v0",
                    env.spec().observationSpace(),
                    env.spec().actionSpace(),
                    limited ? OptionalLong.of(500) : OptionalLong.empty(),
                    OptionalDouble.empty(),
                    false,
                    List.of(),
                    OptionalDouble.empty());
        }

        @Override
        public int copies() {
            return env.copies();
        }

        @Override
        public AutoresetMode autoresetMode() {
            return env.autoresetMode();
        }

        @Override
        public ResetResult reset(ResetRequest request) {
            return env.reset(request);
        }

        @Override
        public void send(Value actions) {
            env.send(actions);
        }

        @Override
        public StepResult receive() {
            return env.receive();
        }

        @Override
        public Tensor render(int copy) {
            return env.render(copy);
        }

        @Override
        public void close() {
            open--;
            env.close();
        }
    }
}
