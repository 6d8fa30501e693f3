package dev.gangway.inference.configuration;

import dev.gangway.codec.WireDynamic;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.provider.EnvironmentProvider;
import dev.gangway.environment.provider.EnvironmentRequest;
import dev.gangway.inference.provider.Provider;
import dev.gangway.inference.provider.Providers;
import dev.gangway.inference.provider.Settings;
import dev.gangway.inference.provider.SettingsException;
import dev.gangway.v1.Checkpoint;
import dev.gangway.v1.Custom;
import dev.gangway.v1.CustomEnvironment;
import dev.gangway.v1.DynamicValue;
import dev.gangway.v1.UsedProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Makes the parts of one experiment that providers make, and remembers which providers they were. Where the experiment is that
 * of a checkpoint, each provider must have the version that the checkpoint names.
 */
public final class CustomParts {
    private static final String ENVIRONMENT = "environment.custom";

    private final Providers providers;
    private final Optional<Checkpoint> trained;
    private final Map<String, UsedProvider> used = new LinkedHashMap<>();

    private CustomParts(Providers providers, Optional<Checkpoint> trained) {
        this.providers = providers;
        this.trained = trained;
    }

    /** Makes the parts of a new training. */
    public static CustomParts of(Providers providers) {
        return new CustomParts(providers, Optional.empty());
    }

    /** Makes the parts of a training that a checkpoint is from. */
    public static CustomParts of(Providers providers, Checkpoint trained) {
        return new CustomParts(providers, Optional.of(trained));
    }

    /**
     * Makes one part.
     *
     * @param path where the experiment names the provider, such as {@code estimator.custom}
     * @throws SettingsException when there is no such provider, or a setting is not allowed
     * @throws IllegalArgumentException when the checkpoint names another version
     */
    public <T> T make(Class<? extends Provider<T>> kind, Custom custom, String path) {
        return make(kind, custom.getProvider(), custom.getSettingsMap(), path);
    }

    public <T> T make(Class<? extends Provider<T>> kind, String name, Map<String, DynamicValue> settings, String path) {
        Provider<T> provider = providers.find(kind, name, path);
        use(path, name, provider.version());
        Settings given = Settings.of(path + ".settings", values(settings, path));
        T made = provider.create(given);
        given.requireAllAskedFor();
        return made;
    }

    public static Map<String, Object> values(Map<String, DynamicValue> settings, String path) {
        Map<String, Object> values = new LinkedHashMap<>();
        settings.forEach((key, value) -> values.put(key, WireDynamic.decode(value, path + ".settings." + key)));
        return values;
    }

    /**
     * Makes an environment.
     *
     * @throws SettingsException when there is no such provider, or it knows a setting not
     */
    public VectorEnv environment(CustomEnvironment config, int copies, AutoresetMode autoreset) {
        EnvironmentProvider provider = environmentProvider(config);
        VectorEnv made = provider.make(new EnvironmentRequest(
                copies,
                autoreset,
                config.hasMaxEpisodeSteps() ? OptionalLong.of(config.getMaxEpisodeSteps()) : OptionalLong.empty(),
                values(config.getSettingsMap(), ENVIRONMENT)));
        if (made.copies() != copies) {
            made.close();
            throw new EnvironmentException("Expected an environment of " + copies + " copies from the provider '"
                    + provider.id() + "', found one of " + made.copies());
        }
        return made;
    }

    /** Finds the provider of an environment and checks the names of its settings; errors as {@link #environment}. */
    public EnvironmentProvider environmentProvider(CustomEnvironment config) {
        EnvironmentProvider provider =
                providers.find(EnvironmentProvider.class, EnvironmentProvider::id, config.getProvider(), ENVIRONMENT);
        use(ENVIRONMENT, provider.id(), provider.version());
        for (String key : new TreeSet<>(config.getSettingsMap().keySet())) {
            if (!provider.arguments().contains(key)) {
                throw new SettingsException(ENVIRONMENT + ".settings." + key + ": expected "
                        + (provider.arguments().isEmpty()
                                ? "no settings"
                                : "one of the settings " + new TreeSet<>(provider.arguments()))
                        + ", found this one");
            }
        }
        return provider;
    }

    /** Returns where providers are found. */
    public Providers providers() {
        return providers;
    }

    /** Remembers a provider that makes a part, after comparing its version with the checkpoint's. */
    public void use(String path, String name, String version) {
        trained.flatMap(checkpoint -> checkpoint.getProvidersList().stream()
                        .filter(before -> before.getPath().equals(path)
                                && before.getName().equals(name))
                        .findFirst())
                .filter(before -> !before.getVersion().equals(version))
                .ifPresent(before -> {
                    throw new IllegalArgumentException(
                            ("%s: expected version %s of the provider '%s', with which the run"
                                            + " was trained, found version %s; give the jar of that version by --jar")
                                    .formatted(path, before.getVersion(), name, version));
                });
        used.put(
                path,
                UsedProvider.newBuilder()
                        .setPath(path)
                        .setName(name)
                        .setVersion(version)
                        .build());
    }

    /** Returns the providers that have made parts. */
    public List<UsedProvider> used() {
        return List.copyOf(used.values());
    }
}
