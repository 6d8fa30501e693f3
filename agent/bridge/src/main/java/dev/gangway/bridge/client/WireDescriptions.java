package dev.gangway.bridge.client;

import dev.gangway.codec.WireDynamic;
import dev.gangway.codec.WireSpaces;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.EnvSpec;
import dev.gangway.v1.CreateSessionRequest;
import dev.gangway.v1.EnvironmentDescription;
import dev.gangway.v1.EnvironmentEntry;
import dev.gangway.v1.EnvironmentSettings;
import dev.gangway.v1.HandshakeResponse;
import dev.gangway.v1.VectorizationMode;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Encodes requests for environments, and decodes descriptions of servers and environments. */
final class WireDescriptions {
    private WireDescriptions() {}

    /** Returns the request that asks a server for a session with these options. */
    static CreateSessionRequest request(int protocolVersion, RemoteEnvOptions options) {
        return CreateSessionRequest.newBuilder()
                .setProtocolVersion(protocolVersion)
                .setSettings(encode(options))
                .setCopies(options.copies())
                .setAutoresetMode(encode(options.autoreset()))
                .setVectorizationMode(encode(options.vectorization()))
                .setInfoObjects(encode(options.infoObjects()))
                .setLeaseMilliseconds((int) options.lease().toMillis())
                .build();
    }

    static EnvironmentSettings encode(RemoteEnvOptions options) {
        EnvironmentSettings.Builder settings =
                EnvironmentSettings.newBuilder().setId(options.id()).addAllWrappers(options.wrappers());
        options.maxEpisodeSteps().ifPresent(settings::setMaxEpisodeSteps);
        options.renderMode().ifPresent(settings::setRenderMode);
        settings.setSeedSpaces(options.seedsSpaces());
        options.arguments()
                .forEach((name, value) ->
                        settings.putArguments(name, WireDynamic.encode(value, "the argument '" + name + "'")));
        return settings.build();
    }

    static dev.gangway.v1.AutoresetMode encode(AutoresetMode mode) {
        return switch (mode) {
            case SAME_STEP -> dev.gangway.v1.AutoresetMode.AUTORESET_MODE_SAME_STEP;
            case NEXT_STEP -> dev.gangway.v1.AutoresetMode.AUTORESET_MODE_NEXT_STEP;
            case DISABLED -> dev.gangway.v1.AutoresetMode.AUTORESET_MODE_DISABLED;
        };
    }

    static dev.gangway.v1.InfoObjects encode(InfoObjects choice) {
        return switch (choice) {
            case TEXT -> dev.gangway.v1.InfoObjects.INFO_OBJECTS_TEXT;
            case REFUSE -> dev.gangway.v1.InfoObjects.INFO_OBJECTS_REFUSE;
        };
    }

    static VectorizationMode encode(Vectorization mode) {
        return switch (mode) {
            case LOOP -> VectorizationMode.VECTORIZATION_MODE_LOOP;
            case SYNC -> VectorizationMode.VECTORIZATION_MODE_SYNC;
            case ASYNC -> VectorizationMode.VECTORIZATION_MODE_ASYNC;
            case VECTOR_ENTRY_POINT -> VectorizationMode.VECTORIZATION_MODE_VECTOR_ENTRY_POINT;
        };
    }

    static ServerInfo decode(HandshakeResponse wire) {
        return new ServerInfo(
                wire.getProtocolVersion(),
                wire.getIncarnation(),
                wire.getServer(),
                wire.getVersionsMap(),
                saturated(wire.getMaxSessions()),
                saturated(wire.getMaxCopies()),
                wire.getMaxMessageBytes() < 0 ? Long.MAX_VALUE : wire.getMaxMessageBytes(),
                wire.getDirectStreams());
    }

    static EnvSpec decode(EnvironmentDescription wire) {
        return new EnvSpec(
                wire.getId(),
                WireSpaces.decode(wire.getObservationSpace(), "observation", wire.getId()),
                WireSpaces.decode(wire.getActionSpace(), "action", wire.getId()),
                wire.hasMaxEpisodeSteps() ? OptionalLong.of(wire.getMaxEpisodeSteps()) : OptionalLong.empty(),
                wire.hasRewardThreshold() ? OptionalDouble.of(wire.getRewardThreshold()) : OptionalDouble.empty(),
                wire.getNondeterministic(),
                wire.getRenderModesList(),
                wire.hasRenderFps() ? OptionalDouble.of(wire.getRenderFps()) : OptionalDouble.empty());
    }

    static OfferedEnvironment decode(EnvironmentEntry wire) {
        return new OfferedEnvironment(
                wire.getId(),
                wire.hasMaxEpisodeSteps() ? OptionalLong.of(wire.getMaxEpisodeSteps()) : OptionalLong.empty(),
                wire.hasRewardThreshold() ? OptionalDouble.of(wire.getRewardThreshold()) : OptionalDouble.empty(),
                wire.getInstalled());
    }

    /**
     * Returns a uint32 as an int. A number of 2^31 or more, which Java reads as negative, becomes the largest int and
     * in practice means no limit.
     */
    private static int saturated(int unsigned) {
        return unsigned < 0 ? Integer.MAX_VALUE : unsigned;
    }
}
