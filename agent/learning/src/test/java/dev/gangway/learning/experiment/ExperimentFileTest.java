package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.gangway.v1.Activation;
import dev.gangway.v1.AutoresetMode;
import dev.gangway.v1.Averaging;
import dev.gangway.v1.DynamicValue;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.FieldRule;
import dev.gangway.v1.FrameStackPadding;
import dev.gangway.v1.ObservationNormalization;
import dev.gangway.v1.RuleProto;
import dev.gangway.v1.VectorizationMode;
import dev.gangway.v1.Wrapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentFileTest {
    private static final String MINIMAL = """
            # A comment with a brace { that opens nothing
            environment { gymnasium { id: "CartPole-v1" } copies: 8 lanes: 2 }
            rollout { steps: 64 }
            policy { mlp { hidden: [32, 32] } }
            estimator {
              gae {}
              value_function { optimizer { adam { learning_rate: 1e-3 } } }
            }
            optimizer { adam { learning_rate: 5e-3 } }
            stop { max_env_steps: 1000 }
            """;

    private static Experiment parse(String text, String... overrides) {
        return ExperimentFile.parse(text, "test.textproto", List.of(overrides));
    }

    private static String error(String text, String... overrides) {
        return assertThrows(ExperimentException.class, () -> parse(text, overrides))
                .getMessage();
    }

    @Test
    void writesEveryDefaultIntoTheResolvedExperiment() {
        Experiment experiment = parse(MINIMAL);
        assertEquals(0.99, experiment.getEstimator().getDiscount());
        assertEquals(0.95, experiment.getEstimator().getGae().getLambda());
        assertEquals(Averaging.AVERAGING_PER_STEP, experiment.getEstimator().getAveraging());
        assertEquals(Activation.ACTIVATION_TANH, experiment.getPolicy().getMlp().getActivation());
        assertEquals(
                List.of(64, 64), experiment.getEstimator().getValueFunction().getHiddenList());
        assertEquals(
                0.999,
                experiment
                        .getEstimator()
                        .getValueFunction()
                        .getOptimizer()
                        .getAdam()
                        .getBeta2());
        assertTrue(experiment.getOptimizer().hasConstant());
        assertEquals(
                AutoresetMode.AUTORESET_MODE_SAME_STEP,
                experiment.getEnvironment().getAutoresetMode());
        assertEquals(
                VectorizationMode.VECTORIZATION_MODE_LOOP,
                experiment.getEnvironment().getGymnasium().getVectorizationMode());
        assertEquals(50, experiment.getCheckpoint().getEveryUpdates());
        assertTrue(experiment.hasSeed());
    }

    @Test
    void readsWhatItPrints() {
        Experiment experiment = parse(MINIMAL);
        assertEquals(experiment, parse(ExperimentFile.print(experiment)));
    }

    @Test
    void keepsTheOrderOfWrappersAndWritesTheirDefaults() {
        Experiment experiment = parse(
                MINIMAL,
                "environment.gymnasium.wrappers=[{atari_preprocessing {scale_obs: true}},"
                        + " {frame_stack_observation {stack_size: 4}}]");
        List<Wrapper> wrappers = experiment.getEnvironment().getGymnasium().getWrappersList();
        assertEquals(84, wrappers.get(0).getAtariPreprocessing().getScreenSize());
        assertTrue(wrappers.get(0).getAtariPreprocessing().getScaleObs());
        assertEquals(
                FrameStackPadding.FRAME_STACK_PADDING_RESET,
                wrappers.get(1).getFrameStackObservation().getPadding());
        assertEquals(experiment, parse(ExperimentFile.print(experiment)));
    }

    @Test
    void keepsAnExplicitZeroInsteadOfTheDefault() {
        assertEquals(0, parse(MINIMAL, "estimator.discount=0").getEstimator().getDiscount());
    }

    @Test
    void overridesScalarsListsBlocksAndChoices() {
        Experiment experiment = parse(
                MINIMAL,
                "environment.gymnasium.id=Acrobot-v1",
                "policy.mlp.hidden=[16]",
                "optimizer.sgd={learning_rate: 0.5}",
                "stop.solved.mean_return=475",
                "seed=7");
        assertEquals("Acrobot-v1", experiment.getEnvironment().getGymnasium().getId());
        assertEquals(List.of(16), experiment.getPolicy().getMlp().getHiddenList());
        assertEquals(0.5, experiment.getOptimizer().getSgd().getLearningRate());
        assertFalse(experiment.getOptimizer().hasAdam());
        assertEquals(100, experiment.getStop().getSolved().getEpisodes());
        assertEquals(7, experiment.getSeed());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        estimator.discount=1.5              | estimator.discount: expected a finite number ≥ 0 and ≤ 1, found 1.5
        estimator.discount=nan              | estimator.discount: expected a finite number ≥ 0 and ≤ 1, found nan
        estimator.gae.lambda=-0.1           | estimator.gae.lambda: expected a finite number ≥ 0 and ≤ 1, found -0.1
        optimizer.adam.learning_rate=0      | optimizer.adam.learning_rate: expected a finite number > 0, found 0
        optimizer.adam.beta1=1              | optimizer.adam.beta1: expected a finite number ≥ 0 and < 1, found 1
        environment.copies=0                | environment.copies: expected an integer ≥ 1 and ≤ 65536, found 0
        environment.lanes=3                 | environment.copies: expected a multiple of environment.lanes (3), found 8
        environment.gymnasium.id=""         | environment.gymnasium.id: expected a string that is not empty, found nothing
        policy.mlp.hidden=[64, 0]           | policy.mlp.hidden[1]: expected an integer ≥ 1 and ≤ 65536, found 0
        policy={}                           | policy: expected one of linear_logistic, linear_softmax, mlp, cnn, branched
        rollout.steps=0                     | rollout.steps: expected an integer ≥ 1 and ≤ 1000000, found 0
        rollout.episodes=12                 | rollout.episodes: expected a multiple of environment.copies (8), found 12
        estimator.reward_to_go={}           | rollout.episodes: expected because estimator.reward_to_go needs complete
        estimator.batch_mean={}             | estimator.value_function: expected because estimator.gae needs V(s), found estimator.batch_mean
        estimator.n_step={}                 | estimator.n_step.steps: expected an integer ≥ 1 and ≤ 1000000, found nothing
        estimator.constant_baseline={}      | estimator.constant_baseline.value: expected a finite number, found nothing
        estimator.least_squares.ridge=-1    | estimator.least_squares.ridge: expected a finite number ≥ 0, found -1
        estimator.action_value={}           | estimator.action_value.function: expected
        estimator.action_value={function {optimizer {sgd {learning_rate: 1}}}} | estimator.no_baseline: expected with estimator.action_value, whose own baseline is action_value.advantage, found estimator.value_function
        estimator.shared_value_function.coefficient=-1 | estimator.shared_value_function.coefficient: expected a finite number ≥ 0, found -1
        estimator.shared_value_function.output_gain=0 | estimator.shared_value_function.output_gain: expected a finite number > 0 and ≤ 1000, found 0
        estimator.averaging=AVERAGING_PER_TRAJECTORY | estimator.averaging: expected AVERAGING_PER_STEP or AVERAGING_SUM
        environment.copies=4294967295       | environment.copies: expected an integer ≥ 1 and ≤ 65536, found 4294967295
        policy.mlp.activation=7             | policy.mlp.activation: expected one of ACTIVATION_TANH, ACTIVATION_RELU, found 7
        environment.gymnasium.wrappers={}   | environment.gymnasium.wrappers[0]: expected one of time_limit, rescale_action
        environment.gymnasium.wrappers=[{clip_action {}}, {time_limit {}}] | environment.gymnasium.wrappers[1].time_limit.max_episode_steps: expected an integer ≥ 1 and ≤ 2147483647, found nothing
        environment.gymnasium.wrappers={clip_reward {}} | environment.gymnasium.wrappers[0].clip_reward: expected at least one of min_reward, max_reward, found none
        environment.gymnasium.wrappers={clip_reward {min_reward: 1 max_reward: 0}} | wrappers[0].clip_reward.max_reward: expected a finite number ≥ min_reward (1), found 0
        environment.gymnasium.wrappers={rescale_action {max_action: -1}} | wrappers[0].rescale_action.max_action: expected a finite number > min_action (-1), found -1
        environment.autoreset_mode=AUTORESET_MODE_DISABLED | environment.autoreset_mode: expected one of AUTORESET_MODE_SAME_STEP, AUTORESET_MODE_NEXT_STEP, found AUTORESET_MODE_DISABLED
        policy.mlp.output_gain=1e300        | policy.mlp.output_gain: expected a finite number > 0 and ≤ 1000, found 1e300
        stop={}                             | stop.max_env_steps: expected an integer ≥ 1, found nothing
        """)
    void refusesWhatIsOutOfRangeWithPathFoundAndAllowed(String override, String expected) {
        assertTrue(error(MINIMAL, override).contains(expected), () -> error(MINIMAL, override));
    }

    @Test
    void refusesRolloutsThatMayBeNothingButResets() {
        String error = error(MINIMAL, "environment.autoreset_mode=AUTORESET_MODE_NEXT_STEP", "rollout.steps=1");
        assertTrue(error.contains("rollout.steps: expected 2 or more with AUTORESET_MODE_NEXT_STEP"), error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        estimator.discout=1       | unknown field estimator.discout; allowed here: discount, discounting,
        nothing=1                 | unknown field nothing; allowed here: environment, rollout,
        environment.copies=many   | environment.copies: expected an integer (uint32), found many
        estimator.averaging=MEAN  | estimator.averaging: expected one of AVERAGING_PER_STEP, AVERAGING_PER_TRAJECTORY
        policy.linear_softmax.x=1 | unknown field policy.linear_softmax.x; allowed here: none
        seed=1 rollout {}         | seed: expected an integer (uint64), found 1 rollout {}
        seed=1 seed: 2            | seed: expected an integer (uint64), found 1 seed: 2
        rollout={step: 3}         | unknown field rollout.step; allowed here: steps, episodes
        seed.x=1                  | seed has no fields of its own
        seed                      | expected field.path=value
        policy.mlp.activation=    | expected one of ACTIVATION_TANH, ACTIVATION_RELU, found nothing
        """)
    void refusesBadOverridesByName(String override, String expected) {
        String message = error(MINIMAL, override);
        assertTrue(message.startsWith("--set " + override) && message.contains(expected), message);
    }

    @Test
    void namesThePlaceAndPathOfAnUnknownField() {
        assertEquals(
                "test.textproto: line 4, column 22: unknown field policy.mlp.hiden; allowed here: hidden, activation,"
                        + " output_gain, hidden_gain, no_hidden_layers",
                error(MINIMAL.replace("hidden: [32", "hiden: [32")
                        .replace("policy { mlp { ", "policy { mlp {       ")));
    }

    @Test
    void namesEveryUnknownFieldAndWhatAnEnumAllows() {
        List<String> unknown =
                error(MINIMAL.replace("learning_rate", "learning_rat")).lines().toList();
        assertEquals(2, unknown.size());
        assertTrue(unknown.get(0).contains("line 7, column "), unknown.get(0));
        assertTrue(
                unknown.get(0).contains("unknown field estimator.value_function.optimizer.adam.learning_rat; allowed"),
                unknown.get(0));
        assertTrue(unknown.get(1).contains("unknown field optimizer.adam.learning_rat; allowed"), unknown.get(1));
        assertEquals(
                "test.textproto: line 4, column 45: policy.mlp.activation: expected one of ACTIVATION_TANH,"
                        + " ACTIVATION_RELU, found TANH",
                error(MINIMAL.replace("hidden: [32, 32]", "hidden: [32, 32] activation: TANH")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        copies: 8      | copies: 8 copies: 4
        rollout {      | seed: 1 seed: 2 rollout {
        { steps: 64 }  | { steps: 64 episodes: 8 }
        """)
    void refusesAFieldOrAChoiceThatIsGivenTwice(String once, String twice) {
        assertTrue(error(MINIMAL.replace(once, twice)).startsWith("test.textproto: line "));
    }

    @Test
    void namesThePlaceOfASyntaxError() {
        String message = error(MINIMAL.replace("steps: 64", "steps: abc"));
        assertTrue(message.startsWith("test.textproto: line 3, column 18 (in rollout): "), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        policy.linear_softmax={} | policy.mlp, policy.cnn or policy.branched: expected with estimator.shared_value_function, which shares
        learner.natural_gradient={} | learner.policy_gradient or learner.ppo: expected with estimator.shared_value_function
        """)
    void refusesToShareWhatCannotBeShared(String override, String expected) {
        String message =
                error(MINIMAL, "estimator.shared_value_function={}", "optimizer.sgd={learning_rate: 1}", override);
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        learner.ppo={} | learner.ppo: expected a learner that follows the whole batch's gradient
        learner.natural_gradient={line_search {}} | learner.natural_gradient.line_search: expected a learner that follows
        learner.natural_gradient={} | learner.natural_gradient.line_search: expected a learner that follows
        """)
    void refusesABaselinePerParameterWhereItHasNoPlace(String override, String expected) {
        String message = error(
                MINIMAL,
                "rollout.episodes=8",
                "estimator.reward_to_go={}",
                "estimator.minimum_variance={per_parameter: true}",
                "optimizer.sgd={learning_rate: 1}",
                override);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void aFullStepLeavesRoomForABaselinePerParameter() {
        Experiment experiment = parse(
                MINIMAL,
                "rollout.episodes=8",
                "estimator.reward_to_go={}",
                "estimator.minimum_variance={per_parameter: true}",
                "optimizer.sgd={learning_rate: 1}",
                "learner.natural_gradient={full_step {}}");
        assertTrue(experiment.getLearner().getNaturalGradient().hasFullStep());
    }

    @Test
    void refusesALogSigmaThatStartsBelowItsFloor() {
        String message = error(MINIMAL, "policy.gaussian.initial_log_std=-20");
        assertTrue(
                message.contains("policy.gaussian.initial_log_std: expected a finite number ≥ min_log_std (-10)"),
                message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACTION_MASK_INFO", "ACTION_MASK_OBSERVATION"})
    void refusesActionValuesUnderMasks(String mask) {
        String message = error(
                MINIMAL,
                "estimator.action_value={function {optimizer {sgd {learning_rate: 1}}}}",
                "estimator.no_baseline={}",
                "policy.action_mask=" + mask);
        assertTrue(
                message.contains("policy.action_mask: expected ACTION_MASK_NONE with estimator.action_value"), message);
        assertTrue(message.contains("found " + mask), message);
    }

    @Test
    void totalReturnsDiscountedFromTheActionNeedADiscountAboveZero() {
        String message = error(MINIMAL, "estimator.total_return={}", "rollout.episodes=8", "estimator.discount=0");
        assertTrue(message.contains("estimator.discount: expected a number > 0 with total_return"), message);
    }

    @Test
    void namesEveryProblemAtOnce() {
        assertEquals(
                2,
                error(MINIMAL, "estimator.discount=2", "environment.copies=0")
                        .lines()
                        .count());
    }

    @Test
    void namesAMissingFile() {
        ExperimentException e = assertThrows(
                ExperimentException.class, () -> ExperimentFile.load(Path.of("no-such.textproto"), List.of()));
        assertEquals("no-such.textproto: expected an experiment file, found no such file", e.getMessage());
    }

    private static final String BRANCHES = "policy { branched { network { branches: [{part: 'a' mlp {}},"
            + " {part: 'b' cnn { convolutions: [{filters: 1 kernel: 1}] hidden: [] }}] } } }";

    @Test
    void refusesAListThatIsWrittenAsEmptyInsteadOfTakingItsDefault() {
        assertEquals(
                "test.textproto: line 4, column 25: policy.mlp.hidden: expected at least 1 element, found []; leave the"
                        + " field out for its default, [64, 64], or write no_hidden_layers: true for none",
                error(MINIMAL.replace("hidden: [32, 32]", "hidden: []")));
        assertTrue(error(MINIMAL.replace("value_function { ", "value_function { hidden: [] "))
                .contains("estimator.value_function.hidden: expected at least 1 element, found []"));
        String second = error(MINIMAL.replaceFirst("policy .*", BRANCHES));
        assertTrue(
                second.contains("policy.branched.network.branches.cnn.hidden: expected at least 1 element, found []"),
                second);
        assertEquals(
                "--set policy.mlp.hidden=[]: line 1, column 10: hidden: expected at least 1 element, found []; leave the"
                        + " field out for its default, [64, 64], or write no_hidden_layers: true for none",
                error(MINIMAL, "policy.mlp.hidden=[]"));
        assertTrue(error(MINIMAL, "policy={mlp {hidden: []}}").contains("mlp.hidden: expected at least 1 element"));
        assertEquals(
                List.of(),
                parse(MINIMAL, "environment.gymnasium.wrappers=[]")
                        .getEnvironment()
                        .getGymnasium()
                        .getWrappersList());
        assertEquals("a[]", parse(MINIMAL, "name=\"a[]\"").getName());
    }

    @Test
    void refusesAnEnumThatIsWrittenAsUnspecifiedInsteadOfTakingItsDefault() {
        for (String unspecified : List.of("ACTIVATION_UNSPECIFIED", "0")) {
            assertTrue(error(MINIMAL, "policy.mlp.activation=" + unspecified)
                    .contains("policy.mlp.activation: expected one of ACTIVATION_TANH, ACTIVATION_RELU, found 0"));
        }
    }

    @Test
    void noHiddenLayerIsSaidByAFieldThatTheResolvedExperimentKeeps() {
        Experiment linear = parse(MINIMAL, "policy.mlp.no_hidden_layers=true", "policy.mlp.hidden_gain=1");
        assertEquals(List.of(), linear.getPolicy().getMlp().getHiddenList());
        assertEquals(linear, ExperimentFile.parse(ExperimentFile.print(linear), "test.textproto", List.of()));
        String both = error(MINIMAL.replace("hidden: [32, 32]", "hidden: 32 no_hidden_layers: true"));
        assertTrue(both.contains("policy.mlp.hidden: expected no elements with no_hidden_layers: true, found 1"), both);
    }

    @Test
    void anOverrideOfAListAndOfItsEmptinessDropTheOther() {
        Experiment hidden = parse(MINIMAL, "policy.mlp.no_hidden_layers=true", "policy.mlp.hidden[0]=8");
        assertEquals(List.of(8), hidden.getPolicy().getMlp().getHiddenList());
        assertFalse(hidden.getPolicy().getMlp().getNoHiddenLayers());
        Experiment kept = parse(MINIMAL, "policy.mlp.no_hidden_layers=false");
        assertEquals(List.of(32, 32), kept.getPolicy().getMlp().getHiddenList());
    }

    @Test
    void refusesTooFewElements() {
        String error = error(MINIMAL, "policy.branched={network {}}");
        assertTrue(error.contains("policy.branched.network.branches: expected at least 1 element, found none"), error);
        String filter = error(MINIMAL, "environment.gymnasium.wrappers={filter_observation {}}");
        assertTrue(
                filter.contains("environment.gymnasium.wrappers[0].filter_observation.filter_keys: expected at least 1"
                        + " element, found none"),
                filter);
    }

    /** A rule beside a field of a kind that it says nothing about would be no rule at all. */
    @Test
    void everyRuleIsOneThatItsFieldCanBreak() {
        List<String> idle = new ArrayList<>();
        collectIdleRules(Experiment.getDescriptor(), new HashSet<>(), idle);
        assertEquals(List.of(), idle);
    }

    private static void collectIdleRules(Descriptor type, Set<Descriptor> seen, List<String> idle) {
        if (!seen.add(type)) {
            return;
        }
        for (FieldDescriptor field : type.getFields()) {
            FieldRule rule = field.getOptions().getExtension(RuleProto.rule);
            boolean number = Set.of(JavaType.INT, JavaType.LONG, JavaType.FLOAT, JavaType.DOUBLE)
                    .contains(field.getJavaType());
            boolean bounded = rule.hasMin() || rule.hasMax() || rule.hasAbove() || rule.hasBelow();
            boolean hidden = !field.hasPresence()
                    && !field.isRepeated()
                    && !rule.getDefault().isEmpty();
            boolean openList = field.isRepeated() && !rule.getDefault().isEmpty() && rule.getMinItems() == 0;
            boolean compared =
                    !rule.getMinField().isEmpty() || !rule.getAboveField().isEmpty();
            if ((bounded && !number)
                    || (compared && (!number || field.isRepeated()))
                    || (rule.getExcludedCount() > 0 && field.getJavaType() != JavaType.ENUM && !number)
                    || (!rule.getEmptiedBy().isEmpty() && rule.getMinItems() == 0)
                    || (rule.getMinItems() > 0 && !field.isRepeated())
                    || (rule.getRequired() && field.isRepeated())
                    || hidden
                    || openList) {
                idle.add(field.getFullName());
            }
            if (field.getJavaType() == JavaType.MESSAGE) {
                collectIdleRules(field.getMessageType(), seen, idle);
            }
        }
    }

    @Test
    void overridesElementsOfListsAndEntriesOfMaps() {
        Experiment experiment = parse(
                MINIMAL,
                "policy.mlp.hidden[0]=16",
                "policy.mlp.hidden[2]=8",
                "estimator.value_function.hidden[1]=32",
                "environment.gymnasium.wrappers[0].time_limit.max_episode_steps=5",
                "environment.gymnasium.wrappers[1]={clip_action {}}",
                "environment.gymnasium.wrappers[0].time_limit.max_episode_steps=7",
                "environment.gymnasium.arguments[gravity]=9.8",
                "environment.gymnasium.arguments[\"a.b=c\"]=text",
                "environment.gymnasium.arguments[n]=3",
                "environment.gymnasium.arguments[n]=4",
                "environment.gymnasium.arguments[raw]={list {values: [{integer: 1}]}}",
                "environment.gymnasium.arguments[on].boolean=true");
        assertEquals(List.of(16, 32, 8), experiment.getPolicy().getMlp().getHiddenList());
        assertEquals(
                List.of(64, 32),
                experiment.getEstimator().getValueFunction().getHiddenList(),
                "an element of the default is replaced");
        List<Wrapper> wrappers = experiment.getEnvironment().getGymnasium().getWrappersList();
        assertEquals(7, wrappers.get(0).getTimeLimit().getMaxEpisodeSteps());
        assertTrue(wrappers.get(1).hasClipAction());
        Map<String, DynamicValue> arguments =
                experiment.getEnvironment().getGymnasium().getArgumentsMap();
        assertEquals(9.8, arguments.get("gravity").getFloating());
        assertEquals("text", arguments.get("a.b=c").getText());
        assertEquals(4, arguments.get("n").getInteger());
        assertEquals(1, arguments.get("raw").getList().getValuesCount());
        assertTrue(arguments.get("on").getBoolean());
        assertEquals(5, arguments.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        policy.mlp.hidden[3]=8 | policy.mlp.hidden[3]: expected an element from [0] to [1], or [2], which appends one, found [3]
        policy.mlp.hidden[-1]=8 | policy.mlp.hidden[-1]: expected an element from [0] to [1], or [2], which appends one, found [-1]
        environment.gymnasium.wrappers[1].clip_action={} | environment.gymnasium.wrappers[1]: expected [0], which appends the first element, found [1]
        environment.gymnasium.wrappers.clip_action={} | environment.gymnasium.wrappers is a list: expected environment.gymnasium.wrappers[0].… for its first element, or
        environment.gymnasium.arguments.gravity=1 | environment.gymnasium.arguments is a map: expected environment.gymnasium.arguments[KEY]
        policy.mlp[0]=1 | policy.mlp[0]: expected no [ ], because mlp is no list
        policy.mlp.hidden[0]=[1, 2] | policy.mlp.hidden[0]: expected an integer (uint32), found [1, 2]
        policy.mlp.hidden[0].x=1 | policy.mlp.hidden[0] has no fields of its own
        optimizer.kind=sgd | optimizer.kind is a choice, not a field; set the one that is chosen, sgd, adam, momentum,
        environment.gymnasium.wrappers[0].kind=x | environment.gymnasium.wrappers[0].kind is a choice, not a field; set the one that is chosen, time_limit, rescale_action,
        """)
    void saysWhichOverrideWouldWork(String override, String expected) {
        String message = error(MINIMAL, override);
        assertTrue(message.startsWith("--set " + override) && message.contains(expected), message);
    }

    private static final String PICTURES = """
            environment { gymnasium { id: "Pictures-v0" } copies: 8 }
            rollout { steps: 64 }
            policy { cnn {} %s }
            estimator { gae {} value_function { cnn {} optimizer { adam { learning_rate: 1e-3 } } } }
            optimizer { adam { learning_rate: 5e-3 } }
            stop { max_env_steps: 1000 }
            """;

    @Test
    void picturesThatAreNormalisedAreNotDividedBesides() {
        Experiment plain = parse(PICTURES.formatted(""));
        assertFalse(plain.getPolicy().getCnn().getNetwork().hasInputScale());
        assertFalse(plain.getEstimator().getValueFunction().getCnn().hasInputScale());

        Experiment normalized = parse(PICTURES.formatted("normalize_observations {}"));
        assertEquals(1, normalized.getPolicy().getCnn().getNetwork().getInputScale());
        assertEquals(1, normalized.getEstimator().getValueFunction().getCnn().getInputScale());
        Experiment branched =
                parse(PICTURES.formatted("normalize_observations {}"), "policy.branched={network {branches {cnn {}}}}");
        assertEquals(
                1,
                branched.getPolicy()
                        .getBranched()
                        .getNetwork()
                        .getBranches(0)
                        .getCnn()
                        .getInputScale());

        Experiment chosen =
                parse(PICTURES.formatted("normalize_observations {}"), "policy.cnn.network.input_scale=0.5");
        assertEquals(0.5, chosen.getPolicy().getCnn().getNetwork().getInputScale());
    }

    @Test
    void aRunOfAnEarlierVersionKeepsTheScaleOfItsPictures() {
        String earlier = ExperimentFile.print(parse(PICTURES.formatted("")).toBuilder()
                .setPolicy(parse(PICTURES.formatted("")).getPolicy().toBuilder()
                        .setNormalizeObservations(ObservationNormalization.newBuilder()
                                .setClip(10)
                                .setEpsilon(1e-8)))
                .build());
        Experiment read = ExperimentFile.parseResolved(earlier, "test.textproto");
        assertFalse(read.getPolicy().getCnn().getNetwork().hasInputScale());
    }

    @Test
    void aRunFromBeforeTheLineSearchWasTheDefaultKeepsItsWholeSteps() {
        String earlier = ExperimentFile.print(
                parse(MINIMAL, "learner.natural_gradient={full_step {}}", "optimizer={sgd {learning_rate: 1}}"));
        String without = earlier.replaceFirst("full_step \\{\\s*}", "");
        assertNotEquals(earlier, without);
        assertEquals(earlier, ExperimentFile.print(ExperimentFile.parseResolved(without, "test.textproto")));
    }

    @Test
    void refusesMinibatchesOfOneStepThatAreNormalised() {
        String error = error(MINIMAL, "rollout.steps=2", "learner.ppo={normalize_minibatches: true minibatches: 9}");
        assertTrue(
                error.contains("learner.ppo.minibatches: expected at most half of the 16 steps of a rollout with"
                        + " normalize_minibatches, because ψ of a minibatch of one step becomes 0 and teaches nothing,"
                        + " found 9"),
                error);
        assertEquals(
                8,
                parse(MINIMAL, "rollout.steps=2", "learner.ppo={normalize_minibatches: true minibatches: 8}")
                        .getLearner()
                        .getPpo()
                        .getMinibatches());
        String batch = error(
                MINIMAL,
                "environment.copies=1",
                "environment.lanes=1",
                "rollout.steps=1",
                "estimator.normalize_advantages=true");
        assertTrue(batch.contains("rollout.steps: expected 2 or more with estimator.normalize_advantages"), batch);
    }
}
