package dev.gangway.bridge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import dev.gangway.environment.AutoresetMode;
import dev.gangway.environment.local.CartPoleOptions;
import dev.gangway.environment.local.NativeCartPole;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.Extension;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.ResetCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExtensionsTest {
    private static final String TEXT = "google.protobuf.StringValue";

    private static Extension text(String value, boolean required) {
        return Extension.newBuilder()
                .setValue(Any.pack(StringValue.of(value)))
                .setRequired(required)
                .build();
    }

    @Test
    void aKnownTypeIsHandledAndMayBeAnswered() {
        List<Any> heard = new ArrayList<>();
        Extensions known = new Extensions(ServerOptions.standard()
                .withExtension(TEXT, value -> {
                    heard.add(value);
                    return heard.size() == 2 ? Optional.of(value) : Optional.empty();
                })
                .extensions());
        List<Extension> said = List.of(text("hear", true), text("answer", true));
        known.check(said);
        assertEquals(List.of(text("answer", false)), known.answer(said));
        assertEquals(said.stream().map(Extension::getValue).toList(), heard);
    }

    @Test
    void anUnknownTypeIsIgnoredUnlessItIsRequired() {
        Extensions none = new Extensions(Map.of());
        none.check(List.of(text("a", false)));
        assertEquals(List.of(), none.answer(List.of(text("a", false))));
        RequestFailed refused =
                assertThrows(RequestFailed.class, () -> none.check(List.of(text("a", false), text("b", true))));
        assertEquals(FailureReason.FAILURE_REASON_UNSUPPORTED, refused.failure().getReason());
        assertTrue(refused.getMessage().contains("extensions[1] is required and of the type"), refused.getMessage());
        assertEquals(
                "type.googleapis.com/" + TEXT,
                refused.failure().getMetadataMap().get("type"));
    }

    @Test
    void aRequiredUnknownTypeIsRefusedBeforeTheCommandIsExecuted() {
        Commands commands = new Commands(
                new NativeCartPole(1, AutoresetMode.SAME_STEP, CartPoleOptions.STANDARD),
                false,
                new InfoEncoder(false),
                new Extensions(Map.of(TEXT, Optional::of)));
        AttachRequest.Builder reset = AttachRequest.newBuilder()
                .setSequence(1)
                .setReset(ResetCommand.newBuilder().setSeed(3));
        AttachResponse first = commands.execute(reset.build());
        AttachResponse answered =
                commands.execute(reset.clone().addExtensions(text("a", true)).build());
        assertEquals(first.toBuilder().addExtensions(text("a", false)).build(), answered);
        Extension unknown = Extension.newBuilder()
                .setValue(Any.newBuilder().setTypeUrl("a/acme.Trace"))
                .setRequired(true)
                .build();
        AttachResponse refused =
                commands.execute(reset.clone().addExtensions(unknown).build());
        assertEquals(
                FailureReason.FAILURE_REASON_UNSUPPORTED, refused.getFailure().getReason());
        assertTrue(refused.getFailure().getMessage().contains("its types (" + TEXT + ")"));
    }
}
