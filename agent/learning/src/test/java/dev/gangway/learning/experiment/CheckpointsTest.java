package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.environment.Discrete;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.Space;
import dev.gangway.inference.policy.PolicySnapshot;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.NamedTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
    private static EnvSpec withActions(EnvSpec spec, Space actions) {
        return new EnvSpec(
                spec.id(),
                spec.observationSpace(),
                actions,
                spec.maxEpisodeSteps(),
                spec.rewardThreshold(),
                spec.nondeterministic(),
                spec.renderModes(),
                spec.renderFps());
    }

    private static Checkpoint written(Experiments.Log log) {
        try {
            return Checkpoint.parseFrom(log.training.checkpoint().toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static String refusal(Checkpoint checkpoint, EnvSpec spec) {
        return assertThrows(IllegalArgumentException.class, () -> Checkpoints.policy(checkpoint, spec))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "policy.mlp={hidden: [32, 16] activation: ACTIVATION_RELU}",
                "policy.mlp={}",
                "policy.linear_softmax={}",
                "policy.linear_logistic={}",
                "estimator.shared_value_function={}"
            })
    void aPolicyThatIsReadBackActsLikeTheOneThatWasTrained(String policy) {
        Experiments.Log log = Experiments.train(Experiments.cartPole(policy), 4);
        PolicySnapshot trained = log.training.policy().snapshot();
        PolicySnapshot read =
                Checkpoints.policy(written(log), log.training.spec()).snapshot();

        int rows = 500;
        float[] features = new float[rows * 4];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble(-2, 2);
        }
        float[] expected = new float[rows];
        float[] actual = new float[rows];
        trained.actGreedy(features, rows, expected);
        read.actGreedy(features, rows, actual);
        assertArrayEquals(expected, actual);
        trained.act(features, rows, new SplittableRandom(2), expected);
        read.act(features, rows, new SplittableRandom(2), actual);
        assertArrayEquals(expected, actual);
        assertArrayEquals(
                log.training.policy().parameters().toDoubles(),
                Checkpoints.policy(written(log), log.training.spec())
                        .parameters()
                        .toDoubles());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "estimator.shared_value_function={}|learner.ppo={epochs: 2}",
                "estimator.action_value={function {optimizer {adam {learning_rate: 5e-3}}}}|estimator.no_baseline={}"
            })
    void whatGoesOnFromACheckpointIsWhatWasNeverStopped(String overrides) {
        List<String> all = new ArrayList<>(List.of(overrides.split("\\|", -1)));
        all.add("environment.native.cart_pole.max_episode_steps=100");
        all.add("checkpoint.every_updates=2");
        Experiment experiment = Experiments.cartPole(all.toArray(String[]::new));
        Experiments.Log whole = Experiments.train(experiment, 4);
        Checkpoint half = written(Experiments.train(experiment, 2));
        Experiments.Log rest = Experiments.resume(experiment, half, 2);
        assertEquals(written(whole).getPolicyList(), written(rest).getPolicyList());
        assertEquals(written(whole).getValueFunctionList(), written(rest).getValueFunctionList());
        assertEquals(
                whole.updates.get(3).valueFit().orElseThrow(),
                rest.updates.get(1).valueFit().orElseThrow());
    }

    @Test
    void holdsWhatWasDoneAndEverythingThatWasLearned() {
        Experiment experiment = Experiments.cartPole();
        Experiments.Log log = Experiments.train(experiment, 3);
        Checkpoint checkpoint = written(log);
        assertEquals(experiment, checkpoint.getExperiment());
        assertEquals(3, checkpoint.getCounters().getUpdates());
        assertEquals(3 * 512, checkpoint.getCounters().getEnvSteps());
        assertEquals(log.episodes.size(), checkpoint.getCounters().getEpisodes());
        assertEquals(
                log.training.policy().parameters().slots().stream()
                        .map(slot -> slot.name())
                        .toList(),
                checkpoint.getPolicyList().stream().map(NamedTensor::getName).toList());
        assertEquals(
                List.of(4L, 64L), sorted(checkpoint.getPolicy(0).getTensor().getShapeList()));
        assertEquals(6, checkpoint.getValueFunctionCount());
        assertTrue(checkpoint.getOptimizerCount() > 0, "Adam has state");
        assertTrue(checkpoint.getValueFunctionOptimizerCount() > 0, "the value function's Adam has state");
    }

    private static List<Long> sorted(List<Long> shape) {
        return shape.stream().sorted().toList();
    }

    @Test
    void anEnvironmentOfOtherSpacesIsRefusedWithBothSpaces() {
        Experiments.Log log = Experiments.train(Experiments.cartPole(), 0);
        assertEquals(
                "Expected the action space that the policy was trained on, Discrete(2), found Discrete(3)",
                refusal(written(log), withActions(log.training.spec(), Discrete.of(3))));
    }

    @Test
    void aCheckpointFromBeforeASettingExistedIsRead() {
        Experiments.Log log = Experiments.train(Experiments.cartPole(), 0);
        Checkpoint.Builder older = written(log).toBuilder();
        older.getExperimentBuilder().getPolicyBuilder().clearGaussian();
        assertArrayEquals(
                log.training.policy().parameters().toDoubles(),
                Checkpoints.policy(older.build(), log.training.spec())
                        .parameters()
                        .toDoubles());
    }

    @Test
    void parametersOfAnotherNetworkAreRefused() {
        Experiments.Log log = Experiments.train(Experiments.cartPole(), 0);
        Checkpoint checkpoint = written(log);
        String fewer = refusal(checkpoint.toBuilder().removePolicy(1).build(), log.training.spec());
        assertTrue(fewer.startsWith("Expected the parameters ["), fewer);

        Checkpoint.Builder other = checkpoint.toBuilder();
        other.getPolicyBuilder(0).getTensorBuilder().setShape(0, 5);
        String wrong = refusal(other.build(), log.training.spec());
        assertTrue(wrong.contains(checkpoint.getPolicy(0).getName()) && wrong.contains("[5, "), wrong);
    }
}
