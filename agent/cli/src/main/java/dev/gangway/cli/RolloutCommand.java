package dev.gangway.cli;

import dev.gangway.environment.ResetRequest;
import dev.gangway.environment.StepResult;
import dev.gangway.environment.Value;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.learning.experiment.ExperimentFile;
import dev.gangway.learning.experiment.Lanes;
import dev.gangway.learning.record.Json;
import dev.gangway.v1.AutoresetMode;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.VectorizationMode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Implements {@code gangway rollout ENV_ID} and {@code gangway rollout FILE}. */
@Command(
        name = "rollout",
        description = "Steps one environment with given actions and prints a JSON object for each step.",
        mixinStandardHelpOptions = true)
final class RolloutCommand implements Callable<Integer> {
    private static final EnvironmentConfig NATIVE = ExperimentFile.nativeCartPole();

    @Spec
    private CommandSpec spec;

    @Mixin
    private EnvironmentChoice choice = new EnvironmentChoice();

    @Option(names = "--native", description = "Uses the agent's own implementation; there is one of CartPole-v1.")
    private boolean isNative;

    @Option(names = "--seed", paramLabel = "N", required = true, description = "Seed of the reset, ≥ 0.")
    private long seed;

    @Option(
            names = "--actions",
            paramLabel = "LIST",
            required = true,
            description =
                    "Repeated as a cycle: 0,1,1 for a Discrete space; 0.5,-0.5;1,0 for others (';' between steps).")
    private String actions;

    @Option(names = "--steps", paramLabel = "K", description = "Stops after K steps; by default at the episode's end.")
    private Long steps;

    @Option(
            names = "--text",
            description = "After each JSON object, prints the state as the environment draws it in text (ansi).")
    private boolean text;

    @Mixin
    private ServerOption serverOption = new ServerOption();

    @Override
    public Integer call() {
        if (seed < 0) {
            throw new UsageException("--seed: expected an integer ≥ 0, found " + seed, null);
        }
        if (steps != null && steps < 0) {
            throw new UsageException("--steps: expected an integer ≥ 0, found " + steps, null);
        }
        if (isNative && !choice.target().equals(NativeCartPole.ID)) {
            throw new UsageException("--native: expected " + NativeCartPole.ID + ", found " + choice.target(), null);
        }
        if (isNative && choice.isChanged()) {
            throw new UsageException(
                    "--native: expected none of --set, --argument and --wrapper with it, found one of them; an"
                            + " experiment file with environment { native { … } } has settings of its own",
                    null);
        }
        EnvironmentConfig environment = isNative ? NATIVE : choice.environment();
        serverOption.check(environment);
        Optional<String> renderMode = text ? Optional.of("ansi") : Optional.empty();
        try (Server server = serverOption.server()) {
            server.importFor(environment);
            try (Lanes lanes = Lanes.open(single(environment), renderMode, server)) {
                VectorEnv env = lanes.envs().get(0);
                play(env, script(env));
            }
        }
        return 0;
    }

    /** Returns the environment with one copy and without automatic resets. */
    private static EnvironmentConfig single(EnvironmentConfig environment) {
        EnvironmentConfig.Builder single = environment.toBuilder()
                .setCopies(1)
                .setLanes(1)
                .setAutoresetMode(AutoresetMode.AUTORESET_MODE_DISABLED);
        if (environment.hasGymnasium()) {
            single.getGymnasiumBuilder().setVectorizationMode(VectorizationMode.VECTORIZATION_MODE_LOOP);
        }
        return single.build();
    }

    private ActionScript script(VectorEnv env) {
        try {
            return ActionScript.parse(actions, env.spec().actionSpace());
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private void play(VectorEnv env, ActionScript script) {
        print(env, 0, env.reset(ResetRequest.seeded(seed, 1)).observations(), null, null, null);
        boolean ended = false;
        for (long t = 1; !ended && (steps == null || t <= steps); t++) {
            StepResult result = env.step(script.at(t - 1));
            boolean terminated = result.terminated()[0];
            boolean truncated = result.truncated()[0];
            print(env, t, result.observations(), result.rewards()[0], terminated, truncated);
            ended = terminated || truncated;
        }
    }

    private void print(
            VectorEnv env, long t, Value observations, Double reward, Boolean terminated, Boolean truncated) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("t", t);
        line.put("observation", JsonValue.of(env.spec().observationSpace().row(observations, 0)));
        line.put("reward", reward);
        line.put("terminated", terminated);
        line.put("truncated", truncated);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Json.line(line));
        if (text) {
            out.println(env.renderText(0).stripTrailing());
        }
        out.flush();
    }
}
