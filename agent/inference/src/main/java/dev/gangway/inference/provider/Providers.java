package dev.gangway.inference.provider;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/** The providers of the class path and of further jars. Immutable and thread-safe. */
public final class Providers {
    private final ClassLoader loader;

    private Providers(ClassLoader loader) {
        this.loader = loader;
    }

    /** Returns the providers of the class path. */
    public static Providers onClassPath() {
        return new Providers(Providers.class.getClassLoader());
    }

    /**
     * Returns the providers of the class path and of jars. The jars stay open for as long as the program runs.
     *
     * @param jars jars, or directories of classes
     * @throws SettingsException when one does not exist
     */
    public static Providers of(List<Path> jars) {
        if (jars.isEmpty()) {
            return onClassPath();
        }
        URL[] urls = jars.stream().map(Providers::url).toArray(URL[]::new);
        return new Providers(new URLClassLoader(urls, Providers.class.getClassLoader()));
    }

    private static URL url(Path jar) {
        if (!Files.exists(jar)) {
            throw new SettingsException("--jar: expected a jar or a directory of classes, found no " + jar);
        }
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    /**
     * Returns the provider of a name.
     *
     * @param path where the experiment names it, for errors, such as {@code estimator.custom}
     * @throws SettingsException when there is none, or more than one
     */
    public <P extends Provider<?>> P find(Class<P> kind, String name, String path) {
        return find(kind, Provider::name, name, path);
    }

    /**
     * As {@link #find(Class, String, String)}, of a kind of service that has another name for its name.
     *
     * @param names returns the name of a provider
     */
    public <P> P find(Class<P> kind, Function<? super P, String> names, String name, String path) {
        TreeMap<String, P> all = new TreeMap<>();
        for (P provider : all(kind)) {
            P other = all.put(names.apply(provider), provider);
            if (other != null) {
                throw new SettingsException(path + ".provider: expected one " + kind.getSimpleName()
                        + " of each name, found '"
                        + names.apply(provider) + "' in " + other.getClass().getName() + " and in "
                        + provider.getClass().getName());
            }
        }
        P found = all.get(name);
        if (found == null) {
            throw new SettingsException(path + ".provider: expected "
                    + (all.isEmpty()
                            ? "a jar with it (--jar FILE)"
                            : "one of " + all.keySet() + ", or a jar with it (--jar FILE)")
                    + ", found '" + name + "', which no " + kind.getSimpleName() + " of the class path or a jar has");
        }
        return found;
    }

    /**
     * Returns all services of a kind, in the order in which they are found.
     *
     * @throws IllegalArgumentException when one cannot be loaded
     */
    public <P> List<P> all(Class<P> kind) {
        Providers.class.getModule().addUses(kind);
        try {
            return ServiceLoader.load(kind, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
        } catch (ServiceConfigurationError broken) {
            throw new IllegalArgumentException("A provider cannot be loaded: " + broken.getMessage(), broken);
        }
    }
}
