package dev.gangway.bridge.client;

import dev.gangway.codec.WireDynamic;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.v1.GymnasiumEnvironment;
import dev.gangway.v1.VectorizationMode;
import java.util.Optional;

/** Translates the Gymnasium environment of an experiment to the options of a remote environment. */
final class ExperimentOptions {
    private ExperimentOptions() {}

    static RemoteEnvOptions of(
            GymnasiumEnvironment config, int copies, AutoresetMode mode, Optional<String> renderMode) {
        RemoteEnvOptions options = RemoteEnvOptions.of(config.getId(), copies)
                .withAutoreset(mode)
                .withVectorization(vectorization(config.getVectorizationMode()))
                .withWrappers(config.getWrappersList())
                .withSeededSpaces();
        if (config.getInfoObjects() == dev.gangway.v1.InfoObjects.INFO_OBJECTS_REFUSE) {
            options = options.withInfoObjects(InfoObjects.REFUSE);
        }
        if (config.hasMaxEpisodeSteps()) {
            options = options.withMaxEpisodeSteps(config.getMaxEpisodeSteps());
        }
        if (config.getArgumentsCount() > 0) {
            options = options.withArguments(WireDynamic.decode(config.getArgumentsMap()));
        }
        return renderMode.isPresent() ? options.withRenderMode(renderMode.get()) : options;
    }

    private static Vectorization vectorization(VectorizationMode mode) {
        return switch (mode) {
            case VECTORIZATION_MODE_SYNC -> Vectorization.SYNC;
            case VECTORIZATION_MODE_ASYNC -> Vectorization.ASYNC;
            case VECTORIZATION_MODE_VECTOR_ENTRY_POINT -> Vectorization.VECTOR_ENTRY_POINT;
            case VECTORIZATION_MODE_LOOP, VECTORIZATION_MODE_UNSPECIFIED, UNRECOGNIZED -> Vectorization.LOOP;
        };
    }
}
