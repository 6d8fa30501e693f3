package dev.gangway.learning.experiment;

import static dev.gangway.learning.experiment.BaseExperiment.ACTION_VALUE;
import static dev.gangway.learning.experiment.BaseExperiment.BOX;
import static dev.gangway.learning.experiment.BaseExperiment.CRITIC;
import static dev.gangway.learning.experiment.BaseExperiment.GYMNASIUM;
import static dev.gangway.learning.experiment.BaseExperiment.IMAGE;
import static dev.gangway.learning.experiment.BaseExperiment.IMAGE_ACTION_VALUE;
import static dev.gangway.learning.experiment.BaseExperiment.IMPORTING;
import static dev.gangway.learning.experiment.BaseExperiment.MASKED;
import static dev.gangway.learning.experiment.BaseExperiment.NATURAL;
import static dev.gangway.learning.experiment.BaseExperiment.PARTS;
import static dev.gangway.learning.experiment.BaseExperiment.PARTS_ACTION_VALUE;
import static dev.gangway.learning.experiment.BaseExperiment.PPO;
import static dev.gangway.learning.experiment.BaseExperiment.PROGRAM;
import static dev.gangway.learning.experiment.BaseExperiment.RETURNS;
import static dev.gangway.learning.experiment.BaseExperiment.SHARED;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What every field of an experiment does: the table of {@link FieldEffectsTest}, which fails while a field has no row.
 *
 * <p>To add a row for a new field, write {@code row(PATH, BASE, VALUE, SHOWS)} beside its neighbours: the field's path; a
 * small experiment of {@link BaseExperiment} in which the field matters, with {@code .given(…)} for further settings; any
 * other allowed value, in text format; and what changes first. That is a name of {@link Trace}: "start …" before training,
 * then "1 …" to "3 …" in each update, in the order first observations (of each copy), first chances (log π of the actions
 * there), observations, actions, rewards, returns, psi, fit (of the value function), entropy, gradient (its norm), rate, divergence, policy, critic (parameters
 * after the update), moments (of normalisations); "stop" at the end. GYMNASIUM has "session", the request to the server,
 * and PROGRAM and IMPORTING
 * "exit code", "metrics", "episodes", "evaluations", "films", "checkpoints" and "summary" of the run directory. The right place is where the
 * field's comment says that it acts, not where it happens to show: an optimiser's setting shows in "1 policy", for
 * example, and must not show in "1 gradient". A field may have several rows.
 *
 * <p>A message that stands in several places, such as an optimiser's, has a method with its rows, called for each place.
 */
final class FieldEffects {
    /** What "shows" where a field is refused, by an error that names its path; fields in it need no rows of their own. */
    static final String REFUSED = "refused";

    /** Registers Structured-v0. */
    private static final Path MODULE = Path.of(
            System.getProperty("gangway.home"),
            "agent/learning/src/test/resources/dev/gangway/learning/experiment/structured_environment.py");

    private FieldEffects() {}

    static List<FieldEffect> all() {
        return join(
                List.of(environments(), runs(), policies(), estimators(), valueFunctions(), optimizers(), learners()));
    }

    static List<FieldEffect> environments() {
        return join(List.of(environment(), wrappers()));
    }

    static List<FieldEffect> policies() {
        return join(List.of(
                policy(),
                convolutions("policy.cnn.network.", IMAGE, "policy"),
                branched("policy.branched.network.", PARTS, "policy")));
    }

    static List<FieldEffect> valueFunctions() {
        return join(List.of(
                valueFunction("estimator.value_function.", CRITIC, IMAGE, PARTS),
                valueFunction(
                        "estimator.action_value.function.", ACTION_VALUE, IMAGE_ACTION_VALUE, PARTS_ACTION_VALUE)));
    }

    static List<FieldEffect> optimizers() {
        String adaptive = "optimizer={sgd {learning_rate: 0.005} kl_adaptive {}}";
        String falling = "optimizer={sgd {learning_rate: 0.005} kl_adaptive {target_kl: 1e-12}}";
        return join(List.of(
                optimizer("optimizer.", CRITIC, "policy", "1 rate"),
                List.of(
                        row("optimizer.kl_adaptive", CRITIC, "{}", "1 divergence")
                                .given("optimizer={sgd {learning_rate: 0.005}}"),
                        row("optimizer.kl_adaptive.target_kl", CRITIC, "1e-12", "2 rate")
                                .given(adaptive),
                        row("optimizer.kl_adaptive.factor", CRITIC, "1.2", "2 rate")
                                .given(adaptive),
                        row("optimizer.kl_adaptive.min_learning_rate", CRITIC, "0.004", "2 rate")
                                .given(falling),
                        row("optimizer.kl_adaptive.max_learning_rate", CRITIC, "0.006", "2 rate")
                                .given(adaptive))));
    }

    private static List<FieldEffect> join(List<List<FieldEffect>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    private static FieldEffect row(String path, BaseExperiment base, String value, String shows) {
        return new FieldEffect(path, base, List.of(), value, shows);
    }

    /** Returns rows with a prefix before every path, also of what is given. */
    private static List<FieldEffect> within(String prefix, List<FieldEffect> rows) {
        return rows.stream()
                .map(row -> new FieldEffect(
                        prefix + row.path(),
                        row.base(),
                        row.given().stream().map(setting -> prefix + setting).toList(),
                        row.value(),
                        row.shows()))
                .toList();
    }

    private static List<FieldEffect> environment() {
        String pole = "environment.native.cart_pole.";
        String gymnasium = "environment.gymnasium.";
        return List.of(
                row("environment.native", GYMNASIUM, "{cart_pole {}}", "session"),
                row(pole + "max_episode_steps", CRITIC, "7", "1 observations"),
                row(pole + "integrator", CRITIC, "CART_POLE_INTEGRATOR_SEMI_IMPLICIT_EULER", "1 observations"),
                row(pole + "sutton_barto_reward", CRITIC, "true", "1 rewards"),
                row("environment.copies", CRITIC, "8", "1 first observations"),
                row("environment.copies", GYMNASIUM, "4", "session"),
                row("environment.lanes", CRITIC, "2", "1 first chances"),
                row("environment.lanes", GYMNASIUM, "2", "session"),
                row("environment.autoreset_mode", CRITIC, "AUTORESET_MODE_NEXT_STEP", "1 observations"),
                row("environment.autoreset_mode", GYMNASIUM, "AUTORESET_MODE_NEXT_STEP", "session"),
                row("environment.observation_check", IMPORTING, "OBSERVATION_CHECK_REFUSE", "exit code")
                        .given(gymnasium + "id='Beyond-v0'", gymnasium + "imports='" + MODULE + "'"),
                row(gymnasium + "imports", IMPORTING, "'" + MODULE + "'", "exit code"),
                row("environment.gymnasium", GYMNASIUM, "{id: 'Fake-v0'}", "session")
                        .given("environment.native={cart_pole {}}"),
                row(gymnasium + "id", GYMNASIUM, "'Other-v0'", "session"),
                row(gymnasium + "max_episode_steps", GYMNASIUM, "-1", "session"),
                row(gymnasium + "arguments", GYMNASIUM, "{key: 'mass' value {floating: 2}}", "session"),
                row(gymnasium + "wrappers", GYMNASIUM, "[{clip_action {}}, {flatten_observation {}}]", "session"),
                row(gymnasium + "vectorization_mode", GYMNASIUM, "VECTORIZATION_MODE_SYNC", "session"),
                row(gymnasium + "info_objects", GYMNASIUM, "INFO_OBJECTS_REFUSE", "session"));
    }

    /** What the server makes of wrappers is tested there. */
    private static List<FieldEffect> wrappers() {
        return join(List.of(
                wrapper("time_limit", "max_episode_steps: 7", "max_episode_steps=8"),
                wrapper("rescale_action", "", "min_action=-2", "max_action=2"),
                wrapper("clip_action", ""),
                wrapper("clip_reward", "min_reward: -1 max_reward: 1", "min_reward=-2", "max_reward=2"),
                wrapper("transform_reward", "", "scale=2", "offset=2"),
                wrapper("linear_reward", "coefficients: [1, 2]", "coefficients=[1, 3]"),
                wrapper("normalize_observation", "", "epsilon=0.1"),
                wrapper("normalize_reward", "", "gamma=0.5", "epsilon=0.1"),
                wrapper("flatten_observation", ""),
                wrapper("frame_stack_observation", "stack_size: 2", "stack_size=3", "padding=FRAME_STACK_PADDING_ZERO"),
                wrapper("grayscale_observation", "", "keep_dim=true"),
                wrapper("resize_observation", "height: 4 width: 4", "height=5", "width=5"),
                wrapper(
                        "atari_preprocessing",
                        "",
                        "noop_max=5",
                        "frame_skip=2",
                        "screen_size=42",
                        "terminal_on_life_loss=true",
                        "grayscale_obs=false",
                        "grayscale_newaxis=true",
                        "scale_obs=true"),
                wrapper("record_episode_statistics", "", "stats_key='totals'"),
                wrapper("add_render_observation", "", "render_only=false", "render_key='a'", "obs_key='b'"),
                wrapper("filter_observation", "filter_keys: 'a'", "filter_keys='b'"),
                wrapper(
                        "custom",
                        "provider: 'sticky'",
                        "provider='slippery'",
                        "settings={key: 'chance' value {floating: 0.25}}")));
    }

    /** Rows of the wrapper itself, instead of another one, and of its fields. */
    private static List<FieldEffect> wrapper(String name, String fields, String... changes) {
        String path = "environment.gymnasium.wrappers." + name;
        FieldEffect itself = row(path, GYMNASIUM, "{" + fields + "}", "session")
                .given("environment.gymnasium.wrappers={"
                        + (name.equals("clip_action") ? "flatten_observation" : "clip_action") + " {}}");
        return Stream.concat(
                        Stream.of(itself),
                        Stream.of(changes)
                                .map(change -> change.split("=", 2))
                                .map(change -> row(path + "." + change[0], GYMNASIUM, change[1], "session")
                                        .given("environment.gymnasium.wrappers={" + name + " {" + fields + "}}")))
                .toList();
    }

    static List<FieldEffect> runs() {
        String evaluation = "evaluation={every_env_steps: 30 episodes: 2}";
        return List.of(
                row("seed", CRITIC, "1", "start policy"),
                row("name", PROGRAM, "'other'", "summary"),
                row("program", CRITIC, "{}", REFUSED),
                row("rollout.steps", CRITIC, "12", "1 observations"),
                row("rollout.episodes", RETURNS, "4", "1 observations"),
                row("stop.max_env_steps", CRITIC, "128", "stop"),
                row("stop.max_episodes", CRITIC, "10", "stop"),
                row("stop.solved", CRITIC, "{mean_return: 2 episodes: 3}", "stop"),
                row("stop.solved.mean_return", CRITIC, "200", "stop").given("stop.solved={mean_return: 2 episodes: 3}"),
                row("stop.solved.episodes", CRITIC, "50", "stop").given("stop.solved={mean_return: 2 episodes: 3}"),
                row("checkpoint.every_updates", CRITIC, "2", "2 first observations"),
                row("checkpoint.every_updates", PROGRAM, "3", "checkpoints"),
                row("checkpoint.reset_environments", CRITIC, "false", "2 first observations"),
                row("evaluation", PROGRAM, "{every_env_steps: 30 episodes: 2}", "evaluations"),
                row("evaluation.every_env_steps", PROGRAM, "1000", "evaluations")
                        .given(evaluation),
                row("evaluation.episodes", PROGRAM, "3", "evaluations").given(evaluation),
                row("evaluation.seed", PROGRAM, "1", "evaluations")
                        .given("evaluation={every_env_steps: 1000 episodes: 20}", "environment.native={cart_pole {}}"),
                row("record", PROGRAM, "{}", "films"),
                row("record.video", PROGRAM, "{every_episodes: 1}", "films").given("record={}"),
                row("record.video.every_episodes", PROGRAM, "1", "films"),
                row("record.video.every_env_steps", PROGRAM, "10", "films"),
                row("record.video.max_steps", PROGRAM, "3", "films"));
    }

    private static List<FieldEffect> policy() {
        return List.of(
                row("policy.linear_logistic", CRITIC, "{}", "start policy"),
                row("policy.linear_softmax", CRITIC, "{}", "start policy"),
                row("policy.mlp", CRITIC, "{}", "start policy").given("policy.linear_softmax={}"),
                row("policy.mlp.hidden", CRITIC, "[8, 8]", "start policy"),
                row("policy.mlp.no_hidden_layers", CRITIC, "true", "start policy")
                        .given("policy.mlp={}"),
                row("policy.mlp.activation", CRITIC, "ACTIVATION_RELU", "1 first chances"),
                row("policy.mlp.output_gain", CRITIC, "0.5", "start policy"),
                row("policy.mlp.hidden_gain", CRITIC, "0.5", "start policy"),
                row("policy.cnn", IMAGE, "{network {convolutions {filters: 2 kernel: 2} hidden: [4]}}", "start policy")
                        .given("policy.mlp={}"),
                row("policy.cnn.output_gain", IMAGE, "0.5", "start policy"),
                row("policy.branched", PARTS, "{network {branches {part: 'kind' embedding {}}}}", "start policy")
                        .given("policy.mlp={}"),
                row("policy.branched.output_gain", PARTS, "0.5", "start policy"),
                row("policy.gaussian.initial_log_std", BOX, "-1", "start policy"),
                row("policy.gaussian.log_std", BOX, "LOG_STD_NETWORK", "start policy"),
                row("policy.gaussian.squash", BOX, "SQUASH_TANH", "1 first chances")
                        .given("estimator.entropy_coefficient=0.5"), // scores are the same, entropies are not
                row("policy.gaussian.min_log_std", BOX, "0", "1 first chances")
                        .given("policy.gaussian.log_std=LOG_STD_NETWORK"),
                row("policy.action_mask", MASKED, "ACTION_MASK_INFO", "1 first chances"),
                row("policy.normalize_observations", CRITIC, "{}", "start moments"),
                row("policy.normalize_observations.clip", CRITIC, "0.01", "1 first chances")
                        .given("policy.normalize_observations={}"),
                row("policy.normalize_observations.epsilon", CRITIC, "0.5", "2 first chances")
                        .given("policy.normalize_observations={}"));
    }

    /** A network for images, at a prefix; {@code parameters} names what holds it. */
    private static List<FieldEffect> convolutions(String prefix, BaseExperiment base, String parameters) {
        String start = "start " + parameters;
        String acts = parameters.equals("policy") ? "1 first chances" : "1 psi";
        return within(
                prefix,
                List.of(
                        row("convolutions", base, "[{filters: 2 kernel: 2}, {filters: 2 kernel: 2}]", start),
                        row("convolutions.filters", base, "3", start),
                        row("convolutions.kernel", base, "3", start),
                        row("convolutions.stride", base, "2", start),
                        row("hidden", base, "[3]", start),
                        row("no_hidden_layers", base, "true", start).given("hidden=[]"),
                        row("activation", base, "ACTIVATION_TANH", acts),
                        row("layout", base, "IMAGE_LAYOUT_CHANNELS_FIRST", acts),
                        row("hidden_gain", base, "0.5", start),
                        row("input_scale", base, "0.01", acts)));
    }

    /** Networks for parts of the observation, likewise. */
    private static List<FieldEffect> branched(String prefix, BaseExperiment base, String parameters) {
        String start = "start " + parameters;
        String acts = parameters.equals("policy") ? "1 first chances" : "1 psi";
        String image = "branches={part: 'image' cnn {convolutions {filters: 2 kernel: 2} hidden: [4]}}";
        String numbers = "branches={part: 'numbers' mlp {hidden: [3]}}";
        List<FieldEffect> rows = List.of(
                row("branches", base, "{part: 'pair' embedding {size: 2}}", start),
                row("branches.part", base, "'pair'", start),
                row("branches.cnn", base, "{convolutions {filters: 2 kernel: 2} hidden: [4]}", start)
                        .given("branches={part: 'image' mlp {}}"),
                row("branches.mlp", base, "{hidden: [3]}", start),
                row("branches.mlp.hidden", base, "[4]", start).given(numbers),
                row("branches.mlp.no_hidden_layers", base, "true", start).given("branches={part: 'numbers' mlp {}}"),
                row("branches.mlp.activation", base, "ACTIVATION_RELU", acts).given(numbers),
                row("branches.mlp.hidden_gain", base, "0.5", start).given(numbers),
                row("branches.embedding", base, "{size: 2}", start).given("branches={part: 'kind' mlp {hidden: [3]}}"),
                row("branches.embedding.size", base, "3", start),
                row("hidden", base, "[3]", start),
                row("no_hidden_layers", base, "true", start).given("hidden=[]"),
                row("activation", base, "ACTIVATION_RELU", acts),
                row("hidden_gain", base, "0.5", start));
        Stream<FieldEffect> images = convolutions("branches.cnn.", base, parameters).stream()
                .map(row -> row(row.path(), row.base(), row.value(), row.shows())
                        .given(image)
                        .given(row.given().toArray(String[]::new)));
        return within(prefix, Stream.concat(rows.stream(), images).toList());
    }

    static List<FieldEffect> estimators() {
        String function = "{function {optimizer {sgd {learning_rate: 0.02}}}}";
        return within(
                "estimator.",
                List.of(
                        row("discount", CRITIC, "0.5", "1 psi"),
                        row("discounting", CRITIC, "DISCOUNTING_FROM_START", "1 psi"),
                        row("total_return", RETURNS, "{}", "1 psi"),
                        row("reward_to_go", RETURNS, "{}", "1 psi").given("total_return={}"),
                        row("gae", CRITIC, "{}", "1 psi").given("td={}"),
                        row("gae.lambda", CRITIC, "0.5", "1 psi"),
                        row("td", CRITIC, "{}", "1 psi"),
                        row("n_step", CRITIC, "{steps: 2}", "1 psi"),
                        row("n_step.steps", CRITIC, "3", "1 psi").given("n_step={steps: 2}"),
                        row("monte_carlo", CRITIC, "{}", "1 psi"),
                        row("action_value", RETURNS, function, "start critic"),
                        row("action_value.advantage", ACTION_VALUE, "true", "1 psi"),
                        row("no_baseline", RETURNS, "{}", "1 psi").given("batch_mean={}"),
                        row("batch_mean", RETURNS, "{}", "1 psi"),
                        row("value_function", RETURNS, "{optimizer {sgd {learning_rate: 0.02}}}", "start critic"),
                        row("constant_baseline", RETURNS, "{value: 5}", "1 psi"),
                        row("constant_baseline.value", RETURNS, "6", "1 psi").given("constant_baseline={value: 5}"),
                        row("leave_one_out_mean", RETURNS, "{}", "1 psi").given("batch_mean={}"),
                        row("time_step_mean", RETURNS, "{}", "1 psi").given("leave_one_out_mean={}"),
                        row("minimum_variance", RETURNS, "{}", "1 psi").given("leave_one_out_mean={}"),
                        row("minimum_variance.per_parameter", RETURNS, "true", "1 psi")
                                .given("minimum_variance={}"),
                        row("least_squares", RETURNS, "{}", "1 psi"),
                        row("least_squares.ridge", RETURNS, "10", "1 psi").given("least_squares={}"),
                        row("shared_value_function", CRITIC, "{}", "start policy"),
                        row("shared_value_function.coefficient", SHARED, "0.25", "1 gradient"),
                        row("shared_value_function.output_gain", SHARED, "0.5", "start policy"),
                        row("normalize_advantages", CRITIC, "true", "1 gradient"),
                        row("averaging", CRITIC, "AVERAGING_SUM", "1 gradient"),
                        row("averaging", RETURNS, "AVERAGING_PER_TRAJECTORY", "1 gradient"),
                        row("normalization_floor", CRITIC, "100", "1 gradient").given("normalize_advantages=true"),
                        row("entropy_coefficient", CRITIC, "0.5", "1 gradient"),
                        row("entropy_schedule", CRITIC, "{}", "2 gradient").given("entropy_coefficient=0.5"),
                        row("entropy_schedule.final_fraction", CRITIC, "0.5", "2 gradient")
                                .given("entropy_coefficient=0.5", "entropy_schedule={}"),
                        row("normalize_rewards", CRITIC, "{}", "start moments"),
                        row("normalize_rewards.clip", CRITIC, "0.1", "1 psi").given("normalize_rewards={}"),
                        row("normalize_rewards.epsilon", CRITIC, "100", "1 psi").given("normalize_rewards={}")));
    }

    /** A value function, at a prefix, with a network of each kind. */
    private static List<FieldEffect> valueFunction(
            String prefix, BaseExperiment base, BaseExperiment image, BaseExperiment parts) {
        List<FieldEffect> rows = List.of(
                row("hidden", base, "[8, 8]", "start critic"),
                row("no_hidden_layers", base, "true", "start critic").given("hidden=[]"),
                row("activation", base, "ACTIVATION_RELU", "1 psi"),
                row("epochs", base, "3", "1 critic"),
                row("minibatches", base, "2", "1 fit"),
                row("clip", base, "1e-3", "1 critic"),
                row("hidden_gain", base, "0.5", "start critic"),
                row("output_gain", base, "0.5", "start critic"),
                row("cnn", image, "{convolutions {filters: 2 kernel: 2} hidden: [3]}", "start critic"),
                row("branched", parts, "{branches {part: 'pair' embedding {}}}", "start critic"));
        return join(List.of(
                within(prefix, rows),
                convolutions(prefix + "cnn.", image, "critic"),
                branched(prefix + "branched.", parts, "critic"),
                optimizer(prefix + "optimizer.", base, "critic", "1 critic"),
                List.of(row(prefix + "optimizer.kl_adaptive", base, "{}", REFUSED))));
    }

    /** An optimiser of {@code parameters}, at a prefix; {@code rate} is where its rate shows. */
    private static List<FieldEffect> optimizer(String prefix, BaseExperiment base, String parameters, String rate) {
        String first = "1 " + parameters;
        // What an optimiser remembers of earlier gradients changes nothing in its first step; a critic makes several.
        String second = parameters.equals("policy") ? "2 policy" : first;
        String later = rate.replace('1', '2');
        String adam = "adam={learning_rate: 0.02}";
        String momentum = "momentum={learning_rate: 0.02}";
        String rms = "rms_prop={learning_rate: 0.02}";
        return within(
                prefix,
                List.of(
                        row("sgd", base, "{learning_rate: 0.02}", first).given(adam),
                        row("sgd.learning_rate", base, "0.01", rate),
                        row("adam", base, "{learning_rate: 0.02}", first).given("sgd={learning_rate: 0.02}"),
                        row("adam.learning_rate", base, "0.01", rate).given(adam),
                        row("adam.beta1", base, "0.5", second).given(adam),
                        row("adam.beta2", base, "0.5", second).given(adam),
                        row("adam.epsilon", base, "1", first).given(adam),
                        row("momentum", base, "{learning_rate: 0.02}", second).given("sgd={learning_rate: 0.02}"),
                        row("momentum.learning_rate", base, "0.01", rate).given(momentum),
                        row("momentum.momentum", base, "0.5", second).given(momentum),
                        row("rms_prop", base, "{learning_rate: 0.02}", first).given("sgd={learning_rate: 0.02}"),
                        row("rms_prop.learning_rate", base, "0.01", rate).given(rms),
                        row("rms_prop.decay", base, "0.5", first).given(rms),
                        row("rms_prop.epsilon", base, "1", first).given(rms),
                        row("rms_prop.epsilon_placement", base, "RMS_PROP_EPSILON_INSIDE_ROOT", first)
                                .given("rms_prop={learning_rate: 0.02 epsilon: 0.1}"),
                        row("max_gradient_norm", base, "0.001", first),
                        row("constant", base, "{}", later).given("linear={}"),
                        row("linear", base, "{}", later),
                        row("linear.final_fraction", base, "0.5", later).given("linear={}")));
    }

    static List<FieldEffect> learners() {
        String far = "natural_gradient={divergence: 2 damping: 0.001 full_step {}}";
        String search = "natural_gradient={divergence: 2 damping: 0.001 line_search {}}";
        List<FieldEffect> rows = List.of(
                row("policy_gradient", PPO, "{}", "1 entropy"),
                row("ppo", PPO, "{}", "1 entropy").given("policy_gradient={}"),
                row("ppo.clip", PPO, "0.01", "1 gradient"),
                row("ppo.epochs", PPO, "3", "1 gradient"),
                row("ppo.minibatches", PPO, "4", "1 entropy"),
                row("ppo.normalize_minibatches", PPO, "true", "1 entropy"),
                row("ppo.target_kl", PPO, "1e-6", "1 gradient"),
                row("natural_gradient", NATURAL, "{}", "1 divergence").given("policy_gradient={}"),
                row("natural_gradient.divergence", NATURAL, "0.1", "1 divergence"),
                row("natural_gradient.damping", NATURAL, "1", "1 divergence"),
                row("natural_gradient.iterations", NATURAL, "1", "1 divergence"),
                row("natural_gradient.line_search", NATURAL, "{}", "1 divergence")
                        .given(far),
                row("natural_gradient.full_step", NATURAL, "{}", "1 divergence").given(search),
                row("natural_gradient.line_search.halvings", NATURAL, "1", "1 divergence")
                        .given(search));
        FieldEffect rate = row("optimizer.sgd.learning_rate", NATURAL, "0.5", "1 rate");
        FieldEffect clip = row("learner.ppo.clip_schedule", PPO, "{}", "2 gradient")
                .given("learner.ppo={epochs: 8 minibatches: 2}", "stop.max_env_steps=130");
        FieldEffect fraction = row("learner.ppo.clip_schedule.final_fraction", PPO, "0.5", "2 gradient")
                .given(
                        "learner.ppo={epochs: 8 minibatches: 2}",
                        "learner.ppo.clip_schedule={}",
                        "stop.max_env_steps=130");
        FieldEffect schedule = row("optimizer.linear", NATURAL, "{}", "2 rate");
        return join(List.of(within("learner.", rows), List.of(rate, schedule, clip, fraction)));
    }
}
