package dev.gangway.learning.experiment;

import dev.gangway.environment.Box;
import dev.gangway.environment.DType;
import dev.gangway.environment.Dict;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.MultiDiscrete;
import dev.gangway.environment.Space;
import dev.gangway.environment.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small experiments in which one field at a time is changed. Each takes milliseconds. */
enum BaseExperiment {
    /** Advantages of a value function, on the native cart-pole. */
    CRITIC("""
            estimator {
              discount: 0.9
              gae { lambda: 0.8 }
              value_function { hidden: [8] epochs: 2 optimizer { sgd { learning_rate: 0.02 } } }
            }
            """, Kind.NATIVE),

    /** Returns of complete episodes, on the native cart-pole. */
    RETURNS("""
            environment { native { cart_pole { max_episode_steps: 30 } } copies: 4 }
            rollout { episodes: 8 }
            estimator { discount: 0.9 reward_to_go {} }
            """, Kind.NATIVE),

    /** A value function on the policy's network. */
    SHARED("estimator { gae {} shared_value_function {} }", Kind.NATIVE),

    /** A learned Q(s, ·). */
    ACTION_VALUE("""
            estimator {
              discount: 0.9
              action_value {
                function { hidden: [8] epochs: 2 optimizer { sgd { learning_rate: 0.02 } } }
              }
            }
            """, Kind.NATIVE),

    /** Several steps on each batch. */
    PPO("""
            estimator { gae {} value_function { hidden: [8] optimizer { sgd { learning_rate: 0.02 } } } }
            learner { ppo { epochs: 2 minibatches: 2 } }
            """, Kind.NATIVE),

    /** One step along the natural gradient. */
    NATURAL("""
            estimator { gae {} value_function { hidden: [8] optimizer { sgd { learning_rate: 0.02 } } } }
            learner { natural_gradient { full_step {} } }
            optimizer { sgd { learning_rate: 1 } }
            """, Kind.NATIVE),

    /** Actions that are numbers. */
    BOX("estimator { gae {} value_function { hidden: [8] optimizer { sgd { learning_rate: 0.02 } } } }", Kind.RANDOM),

    /** Actions of which the info forbids one. */
    MASKED(
            "estimator { gae {} value_function { hidden: [8] optimizer { sgd { learning_rate: 0.02 } } } }",
            Kind.RANDOM),

    /** Observations that are images. */
    IMAGE("""
            policy { cnn { network { convolutions { filters: 2 kernel: 2 } hidden: [4] } output_gain: 1 } }
            estimator {
              gae {}
              value_function {
                cnn { convolutions { filters: 2 kernel: 2 } hidden: [4] }
                optimizer { sgd { learning_rate: 0.02 } }
              }
            }
            """, Kind.RANDOM),

    /** As {@link #IMAGE}, with a learned Q(s, ·). */
    IMAGE_ACTION_VALUE("""
            policy { cnn { network { convolutions { filters: 2 kernel: 2 } hidden: [4] } output_gain: 1 } }
            estimator {
              action_value {
                function {
                  cnn { convolutions { filters: 2 kernel: 2 } hidden: [4] }
                  optimizer { sgd { learning_rate: 0.02 } }
                }
              }
            }
            """, Kind.RANDOM),

    /** Observations that have parts. */
    PARTS("""
            policy {
              branched {
                network { branches { part: "kind" embedding { size: 2 } } hidden: [4] }
                output_gain: 1
              }
            }
            estimator {
              gae {}
              value_function {
                branched { branches { part: "kind" embedding { size: 2 } } hidden: [4] }
                optimizer { sgd { learning_rate: 0.02 } }
              }
            }
            """, Kind.RANDOM),

    /** As {@link #PARTS}, with a learned Q(s, ·). */
    PARTS_ACTION_VALUE("""
            policy {
              branched {
                network { branches { part: "kind" embedding { size: 2 } } hidden: [4] }
                output_gain: 1
              }
            }
            estimator {
              action_value {
                function {
                  branched { branches { part: "kind" embedding { size: 2 } } hidden: [4] }
                  optimizer { sgd { learning_rate: 0.02 } }
                }
              }
            }
            """, Kind.RANDOM),

    /** A Gymnasium environment, of which only the request for it is observed. */
    GYMNASIUM("""
            environment {
              gymnasium { id: "Fake-v0" wrappers { time_limit { max_episode_steps: 7 } } }
              copies: 2
            }
            estimator { gae {} value_function { optimizer { sgd { learning_rate: 0.02 } } } }
            """, Kind.REMOTE),

    /** An environment that a private server knows only if it is told to, run by {@code gangway train}. */
    IMPORTING("""
            environment { gymnasium { id: "Structured-v0" } copies: 2 }
            estimator { td {} value_function { hidden: [8] optimizer { sgd { learning_rate: 0.02 } } } }
            stop { max_env_steps: 32 }
            """, Kind.PROGRAM),

    /** Run by {@code gangway train}, of which everything in the run directory is observed. */
    PROGRAM("""
            estimator { gae {} value_function { hidden: [8] optimizer { sgd { learning_rate: 0.02 } } } }
            stop { max_env_steps: 192 }
            checkpoint { every_updates: 1 reset_environments: false }
            name: "base"
            record { video { every_episodes: 2 } }
            """, Kind.PROGRAM);

    /** How what an experiment does is observed. */
    enum Kind {
        /** Trained on the native cart-pole. */
        NATIVE,
        /** Trained on a {@link RandomEnv}. */
        RANDOM,
        /** Opened on a server that is not real. */
        REMOTE,
        /** Run as the program does it. */
        PROGRAM
    }

    /** What stands in all of them, unless they say otherwise. */
    private static final String COMMON = """
            environment { native { cart_pole { max_episode_steps: 9 } } copies: 4 }
            rollout { steps: 16 }
            policy { mlp { hidden: [8] output_gain: 1 } }
            optimizer { sgd { learning_rate: 0.5 } }
            stop { max_env_steps: 1000 }
            checkpoint { every_updates: 1 }
            """;

    private final String text;
    private final Kind kind;

    BaseExperiment(String text, Kind kind) {
        this.text = text;
        this.kind = kind;
    }

    private static Space image(int largest) {
        byte[] high = new byte[4 * 4 * 4];
        Arrays.fill(high, (byte) largest);
        int[] shape = {4, 4, 4};
        return Box.of(
                Tensor.wrap(DType.UINT8, shape, ByteBuffer.allocate(high.length)),
                Tensor.wrap(DType.UINT8, shape, ByteBuffer.wrap(high)));
    }

    private static Space parts() {
        Map<String, Space> parts = new LinkedHashMap<>();
        parts.put("image", image(1)); // also seen as plain numbers
        parts.put("kind", Discrete.of(3));
        parts.put("numbers", Box.of(-1, 1, 3));
        parts.put("pair", MultiDiscrete.of(2, 3));
        return new Dict(parts);
    }

    Kind kind() {
        return kind;
    }

    /** Returns the text of the common blocks that the experiment does not have, and its own. */
    String text() {
        StringBuilder whole = new StringBuilder(text);
        COMMON.lines()
                .filter(line -> text.lines().noneMatch(own -> own.startsWith(line.substring(0, line.indexOf(' ')))))
                .forEach(line -> whole.append('\n').append(line));
        return whole.toString();
    }

    /** Opens lanes of the random environment. */
    Lanes randomLanes(int copies) {
        Space observations = switch (this) {
            case IMAGE, IMAGE_ACTION_VALUE -> image(255);
            case PARTS, PARTS_ACTION_VALUE -> parts();
            default -> Box.of(-1, 1, 3);
        };
        Space actions = this == BOX ? Box.of(-1, 1, 2) : Discrete.of(3);
        return new Lanes(List.of(new RandomEnv(observations, actions, copies)), GymnasiumOpener.none());
    }
}
