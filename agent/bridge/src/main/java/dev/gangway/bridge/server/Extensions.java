package dev.gangway.bridge.server;

import com.google.protobuf.Any;
import dev.gangway.v1.Extension;
import dev.gangway.v1.FailureReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What clients say beyond the protocol, by the handlers of the types that this server knows. A type without a handler is
 * ignored, or, where the client requires it, refused before anything is executed.
 *
 * @param handlers by the full name of their type, such as {@code acme.Trace}
 */
record Extensions(Map<String, ExtensionHandler> handlers) {
    private static final int SHOWN_CHARACTERS = 200;

    /**
     * Refuses the first extension that is required and of a type that is not known.
     *
     * @throws RequestFailed UNSUPPORTED for it
     */
    void check(List<Extension> extensions) {
        for (int i = 0; i < extensions.size(); i++) {
            Extension extension = extensions.get(i);
            if (extension.getRequired() && handler(extension).isEmpty()) {
                String url = extension.getValue().getTypeUrl();
                String found = url.substring(0, Math.min(url.length(), SHOWN_CHARACTERS));
                String known = handlers.isEmpty() ? "none" : String.join(", ", new TreeSet<>(handlers.keySet()));
                throw RequestFailed.of(
                        FailureReason.FAILURE_REASON_UNSUPPORTED,
                        "extensions[" + i + "] is required and of the type '" + found + "', which this server does not"
                                + " know: expected one of its types (" + known + "), or one that is not required."
                                + " Nothing was executed.",
                        Map.of("type", found));
            }
        }
    }

    /** Gives every extension of a known type to its handler, and returns what is to stand in the answer. */
    List<Extension> answer(List<Extension> extensions) {
        List<Extension> answers = new ArrayList<>();
        for (Extension extension : extensions) {
            Optional<Any> value = handler(extension).flatMap(handler -> handler.handle(extension.getValue()));
            value.ifPresent(
                    any -> answers.add(Extension.newBuilder().setValue(any).build()));
        }
        return answers;
    }

    private Optional<ExtensionHandler> handler(Extension extension) {
        String url = extension.getValue().getTypeUrl();
        return Optional.ofNullable(handlers.get(url.substring(url.lastIndexOf('/') + 1)));
    }
}
