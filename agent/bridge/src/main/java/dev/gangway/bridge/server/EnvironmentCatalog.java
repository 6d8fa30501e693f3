package dev.gangway.bridge.server;

import dev.gangway.codec.ProtocolException;
import dev.gangway.codec.WireDynamic;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.environment.VectorEnv;
import dev.gangway.environment.provider.EnvironmentProvider;
import dev.gangway.environment.provider.EnvironmentRequest;
import dev.gangway.v1.EnvironmentEntry;
import dev.gangway.v1.EnvironmentSettings;
import dev.gangway.v1.FailureReason;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Which environments a client may make, those of the providers, and making them. Thread-safe. */
final class EnvironmentCatalog {
    private static final int NEAREST = 5;
    private static final int SHOWN_CHARACTERS = 200;
    private static final String RENDER_MODE = "rgb_array";

    private final Map<String, EnvironmentProvider> providers = new TreeMap<>();
    private final Map<String, EnvSpec> specs = new TreeMap<>();

    /**
     * Makes one copy of everything to learn what it is.
     *
     * @throws EnvironmentException when a provider fails, or two have one id
     */
    EnvironmentCatalog(List<EnvironmentProvider> all) {
        for (EnvironmentProvider provider : all) {
            String id = provider.id();
            if (id.isEmpty() || id.contains(":")) {
                throw new EnvironmentException(provider.getClass().getName()
                        + ": expected an id that is not empty and has no colon, found '" + id + "'");
            }
            if (providers.put(id, provider) != null) {
                throw new EnvironmentException("Expected one provider of each id, found two of " + id);
            }
            try (VectorEnv env = provider.make(EnvironmentRequest.usual())) {
                specs.put(id, env.spec());
            } catch (RuntimeException failed) {
                throw new EnvironmentException(
                        provider.getClass().getName() + " cannot make " + id + ": " + failed, failed);
            }
        }
    }

    /** Returns the list for clients, sorted by id. */
    List<EnvironmentEntry> entries() {
        return specs.entrySet().stream()
                .map(entry -> {
                    EnvironmentEntry.Builder wire =
                            EnvironmentEntry.newBuilder().setId(entry.getKey()).setInstalled(true);
                    entry.getValue().maxEpisodeSteps().ifPresent(wire::setMaxEpisodeSteps);
                    entry.getValue().rewardThreshold().ifPresent(wire::setRewardThreshold);
                    return wire.build();
                })
                .toList();
    }

    /**
     * Makes an environment.
     *
     * @throws RequestFailed when it is not offered, the settings do not fit, or the provider fails
     */
    VectorEnv make(EnvironmentSettings settings, int copies, AutoresetMode autoreset) {
        EnvironmentProvider provider = provider(settings.getId());
        OptionalLong limit = limit(settings);
        checkRenderMode(settings);
        checkUnwrapped(settings);
        Map<String, Object> arguments = arguments(settings, provider);
        try {
            return provider.make(new EnvironmentRequest(copies, autoreset, limit, arguments));
        } catch (RuntimeException | Error error) {
            throw RequestFailed.environmentRaised(error, "the constructor");
        }
    }

    private EnvironmentProvider provider(String id) {
        String shown = id.length() <= SHOWN_CHARACTERS ? id : id.substring(0, SHOWN_CHARACTERS);
        if (id.contains(":")) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_ENVIRONMENT_NOT_ALLOWED,
                    "The id '" + shown + "' names a module: expected a registered id without a colon.");
        }
        EnvironmentProvider provider = providers.get(id);
        if (provider == null) {
            List<String> nearest = nearest(shown);
            String hint = nearest.isEmpty() ? "no allowed id is near" : "the nearest are " + String.join(", ", nearest);
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_UNKNOWN_ENVIRONMENT,
                    "No environment '" + shown + "' is registered: " + hint + ". `gangway envs` lists them all.",
                    Map.of("id", shown, "nearest", String.join(",", nearest)));
        }
        return provider;
    }

    /** Ids that share most of their pairs of letters with this one (Dice's coefficient), best first. */
    private List<String> nearest(String id) {
        return providers.keySet().stream()
                .filter(each -> likeness(id, each) >= 0.5)
                .sorted(Comparator.comparingDouble((String each) -> -likeness(id, each)))
                .limit(NEAREST)
                .toList();
    }

    private static double likeness(String first, String second) {
        List<String> pairs = pairs(first);
        List<String> others = pairs(second);
        double shared = pairs.stream().filter(others::contains).count();
        return pairs.size() + others.size() == 0 ? 0 : 2 * shared / (pairs.size() + others.size());
    }

    private static List<String> pairs(String text) {
        String folded = text.toLowerCase(Locale.ROOT);
        return IntStream.range(0, Math.max(0, folded.length() - 1))
                .mapToObj(i -> folded.substring(i, i + 2))
                .distinct()
                .toList();
    }

    private static OptionalLong limit(EnvironmentSettings settings) {
        if (!settings.hasMaxEpisodeSteps()) {
            return OptionalLong.empty();
        }
        long limit = settings.getMaxEpisodeSteps();
        if (limit < 1 && limit != -1) {
            throw invalid("settings.max_episode_steps", limit, "≥ 1, −1 for no limit, or unset for the registered one");
        }
        return OptionalLong.of(limit);
    }

    private static void checkUnwrapped(EnvironmentSettings settings) {
        if (settings.getWrappersCount() > 0) {
            throw RequestFailed.of(
                    FailureReason.FAILURE_REASON_UNSUPPORTED,
                    "settings.wrappers is of length " + settings.getWrappersCount()
                            + ": expected none, because this server"
                            + " wraps no environments. Serve one that its provider has wrapped.");
        }
    }

    private void checkRenderMode(EnvironmentSettings settings) {
        String mode = settings.getRenderMode();
        if (mode.isEmpty()) {
            return;
        }
        if (!mode.equals(RENDER_MODE)) {
            throw invalid("settings.render_mode", "'" + mode + "'", "\"rgb_array\", or empty for none");
        }
        List<String> offered = specs.get(settings.getId()).renderModes();
        if (!offered.contains(mode)) {
            throw invalid(
                    "settings.render_mode",
                    "'" + mode + "'",
                    "one that the environment offers (" + (offered.isEmpty() ? "none" : String.join(", ", offered))
                            + ")");
        }
    }

    private static Map<String, Object> arguments(EnvironmentSettings settings, EnvironmentProvider provider) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        settings.getArgumentsMap().forEach((name, value) -> {
            if (!provider.arguments().contains(name)) {
                throw RequestFailed.of(
                        FailureReason.FAILURE_REASON_INVALID_SETTING,
                        "The environment has no argument '" + name + "': expected one of its provider's "
                                + provider.arguments().stream().sorted().toList() + ".",
                        Map.of("field", "settings.arguments"));
            }
            try {
                arguments.put(name, WireDynamic.decode(value, "the argument '" + name + "'"));
            } catch (ProtocolException malformed) {
                throw invalid("settings.arguments", malformed.found(), malformed.expected());
            }
        });
        return arguments;
    }

    /** Returns the refusal of a setting. */
    static RequestFailed invalid(String field, Object found, Object expected) {
        return RequestFailed.of(
                FailureReason.FAILURE_REASON_INVALID_SETTING,
                field + " is " + found + ": expected " + expected + ".",
                Map.of("field", field));
    }
}
