package dev.gangway.learning.experiment;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.TextFormat;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.v1.EnvironmentConfig;
import dev.gangway.v1.Experiment;
import dev.gangway.v1.FullStep;
import dev.gangway.v1.GymnasiumEnvironment;
import dev.gangway.v1.LearnerConfig;
import dev.gangway.v1.NaturalGradientLearner;
import dev.gangway.v1.Wrapper;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads experiment files: text format of {@link Experiment}, overrides, defaults, checks. */
public final class ExperimentFile {
    private static final String ENVIRONMENT = "environment";

    private ExperimentFile() {}

    /**
     * Reads an experiment and resolves it: every default is written out and everything is checked.
     *
     * @param file a text-format file
     * @param overrides {@code field.path=value} in order; the value is text format (strings may go unquoted)
     * @throws ExperimentException when anything is unknown, missing or out of range, or the file cannot be read
     */
    public static Experiment load(Path file, List<String> overrides) {
        return load(file, overrides, unchanged -> {});
    }

    /**
     * As {@link #load(Path, List)}, with a last change to the experiment before it is resolved. Files among the
     * environment's imports are those beside the experiment's own, and are named by their absolute paths in what is
     * returned.
     */
    public static Experiment load(Path file, List<String> overrides, Consumer<Experiment.Builder> change) {
        return parse(read(file), file.toString(), overrides, experiment -> {
            change.accept(experiment);
            findImports(experiment, file);
        });
    }

    /**
     * Reads an experiment that {@link #print} has written, now or in an earlier version of Gangway: fields that are new take
     * their defaults, fields that were renamed are read under their former names, too, and what depends on other fields
     * keeps the meaning that it had when the experiment was resolved.
     *
     * @throws ExperimentException as {@link #load} does
     */
    public static Experiment loadResolved(Path file) {
        return parseResolved(read(file), file.toString());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new ExperimentException(file.toString(), List.of("expected an experiment file, found no such file"));
        } catch (MalformedInputException e) {
            throw new ExperimentException(file.toString(), List.of("expected UTF-8 text, found other bytes"));
        } catch (IOException e) {
            throw new ExperimentException(file.toString(), List.of("the file cannot be read: " + e));
        }
    }

    private static void findImports(Experiment.Builder experiment, Path file) {
        if (experiment.getEnvironment().getGymnasium().getImportsCount() == 0) {
            return; // a builder of it would choose it
        }
        GymnasiumEnvironment.Builder gymnasium =
                experiment.getEnvironmentBuilder().getGymnasiumBuilder();
        for (int i = 0; i < gymnasium.getImportsCount(); i++) {
            String module = gymnasium.getImports(i);
            if (module.endsWith(".py")) {
                gymnasium.setImports(
                        i,
                        file.toAbsolutePath().resolveSibling(module).normalize().toString());
            }
        }
    }

    /**
     * Returns a Gymnasium environment by its id, every default written out and everything checked.
     *
     * @param id registered id
     * @param overrides as of {@link #load}, of fields under {@code environment}
     * @param change a last change before the environment is resolved
     * @throws ExperimentException when anything is unknown, missing or out of range, or is no part of the environment
     */
    public static EnvironmentConfig environment(
            String id, List<String> overrides, Consumer<Experiment.Builder> change) {
        Experiment.Builder experiment = Experiment.newBuilder();
        experiment.getEnvironmentBuilder().getGymnasiumBuilder().setId(id);
        overrides.forEach(override -> FieldOverride.parse(override).applyTo(experiment));
        change.accept(experiment);
        experiment.getAllFields().keySet().stream()
                .map(FieldDescriptor::getName)
                .filter(name -> !name.equals(ENVIRONMENT))
                .findFirst()
                .ifPresent(name -> {
                    throw new ExperimentException(
                            id,
                            List.of("expected settings of " + ENVIRONMENT + " alone, because an id is no experiment,"
                                    + " found one of " + name));
                });
        return resolved(experiment.getEnvironmentBuilder(), id);
    }

    /** Returns the native cart-pole with every default. */
    public static EnvironmentConfig nativeCartPole() {
        EnvironmentConfig.Builder environment = EnvironmentConfig.newBuilder();
        environment.getNativeBuilder().getCartPoleBuilder();
        return resolved(environment, NativeCartPole.ID);
    }

    private static EnvironmentConfig resolved(EnvironmentConfig.Builder environment, String source) {
        List<String> problems = FieldRules.resolveAt(environment, ENVIRONMENT);
        if (!problems.isEmpty()) {
            throw new ExperimentException(source, problems);
        }
        return environment.build();
    }

    /**
     * Reads one wrapper, such as {@code frame_stack_observation { stack_size: 4 }}.
     *
     * @param source names the text in errors
     */
    public static Wrapper wrapper(String text, String source) {
        Wrapper.Builder wrapper = Wrapper.newBuilder();
        try {
            parser().merge(text, wrapper);
        } catch (TextFormat.ParseException e) {
            throw new ExperimentException(source, SyntaxErrors.explain(e, text, Wrapper.getDescriptor()));
        }
        return wrapper.build();
    }

    /** As {@link #load}, from text; {@code source} names it in errors. */
    public static Experiment parse(String text, String source, List<String> overrides) {
        return parse(text, source, overrides, unchanged -> {});
    }

    private static Experiment parse(
            String text, String source, List<String> overrides, Consumer<Experiment.Builder> change) {
        Experiment.Builder experiment = resolved(text, source, overrides, change).toBuilder();
        PictureScale.resolve(experiment);
        return experiment.build();
    }

    /** As {@link #loadResolved}, from text; {@code source} names it in errors. */
    public static Experiment parseResolved(String text, String source) {
        String today = FormerNames.replaced(text, Experiment.getDescriptor());
        return resolved(today, source, List.of(), ExperimentFile::keepFullStep);
    }

    /** An experiment that was resolved before the line search became the default says nothing where it has none. */
    private static void keepFullStep(Experiment.Builder experiment) {
        LearnerConfig learner = experiment.getLearner();
        if (learner.hasNaturalGradient()
                && learner.getNaturalGradient().getStepCase() == NaturalGradientLearner.StepCase.STEP_NOT_SET) {
            experiment.getLearnerBuilder().getNaturalGradientBuilder().setFullStep(FullStep.getDefaultInstance());
        }
    }

    private static Experiment resolved(
            String text, String source, List<String> overrides, Consumer<Experiment.Builder> change) {
        List<String> formerNames = FormerNames.problems(text, Experiment.getDescriptor());
        if (!formerNames.isEmpty()) {
            throw new ExperimentException(source, formerNames);
        }
        Experiment.Builder experiment = Experiment.newBuilder();
        try {
            parser().merge(text, experiment);
        } catch (TextFormat.ParseException e) {
            throw new ExperimentException(source, SyntaxErrors.explain(e, text, Experiment.getDescriptor()));
        }
        List<String> emptyLists = EmptyLists.problems(text, Experiment.getDescriptor());
        if (!emptyLists.isEmpty()) {
            throw new ExperimentException(source, emptyLists);
        }
        for (String override : overrides) {
            FieldOverride.parse(override).applyTo(experiment);
        }
        change.accept(experiment);
        if (experiment.hasProgram()) {
            throw new ExperimentException(
                    source,
                    List.of("program: expected an experiment, found the parts of a training that a Java program put"
                            + " together; go on with it in that program"));
        }
        List<String> problems = FieldRules.resolve(experiment);
        if (problems.isEmpty()) {
            problems = Consistency.problems(experiment.build());
        }
        if (!problems.isEmpty()) {
            throw new ExperimentException(source, problems);
        }
        return experiment.build();
    }

    /** Prints a resolved experiment as a file that {@link #load} reads back to an equal one. */
    public static String print(Experiment experiment) {
        return "# proto-file: gangway/v1/experiment.proto\n# proto-message: gangway.v1.Experiment\n"
                + TextFormat.printer().escapingNonAscii(false).printToString(experiment);
    }

    /** Returns a parser that refuses a field, or a choice, that is given twice: the last must not win unseen. */
    static TextFormat.Parser parser() {
        return TextFormat.Parser.newBuilder()
                .setSingularOverwritePolicy(TextFormat.Parser.SingularOverwritePolicy.FORBID_SINGULAR_OVERWRITES)
                .build();
    }

    /** Lists a message's fields as a person would look for them. */
    static String fieldNames(Descriptor message) {
        if (message.getFields().isEmpty()) {
            return "none";
        }
        return message.getFields().stream().map(FieldDescriptor::getName).collect(Collectors.joining(", "));
    }
}
