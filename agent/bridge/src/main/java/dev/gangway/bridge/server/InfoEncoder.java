package dev.gangway.bridge.server;

import dev.gangway.codec.WireInfos;
import dev.gangway.environment.Infos;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.InfoBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Infos as messages, with the session's wish for what has no portable form. */
final class InfoEncoder {
    private final boolean refusesObjects;

    InfoEncoder(boolean refusesObjects) {
        this.refusesObjects = refusesObjects;
    }

    /**
     * Returns the message.
     *
     * @throws RequestFailed UNSUPPORTED when there is an object and the session refuses them
     */
    InfoBatch encode(Infos infos) {
        List<Map<String, Object>> rows = infos.rows();
        for (int copy = 0; refusesObjects && copy < rows.size(); copy++) {
            for (Map.Entry<String, Object> entry : rows.get(copy).entrySet()) {
                Optional<Infos.Opaque> object = find(entry.getValue());
                if (object.isPresent()) {
                    throw refusal(copy, entry.getKey(), object.get());
                }
            }
        }
        return WireInfos.encode(infos);
    }

    private static Optional<Infos.Opaque> find(Object value) {
        if (value instanceof Infos.Opaque object) {
            return Optional.of(object);
        }
        if (value instanceof List<?> list) {
            return list.stream().flatMap(each -> find(each).stream()).findFirst();
        }
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().flatMap(each -> find(each).stream()).findFirst();
        }
        return Optional.empty();
    }

    private static RequestFailed refusal(int copy, String key, Infos.Opaque object) {
        return RequestFailed.of(
                FailureReason.FAILURE_REASON_UNSUPPORTED,
                "The info '" + key + "' of copy " + copy + " holds a " + object.typeName()
                        + ", which has no portable form, and the session refuses such objects: expected what Infos"
                        + " lists. Make a session with INFO_OBJECTS_TEXT, or reset this one.",
                Map.of("copy", copy, "key", key));
    }
}
