package dev.gangway.bridge.conformance;

import static dev.gangway.bridge.conformance.Expect.equal;
import static dev.gangway.bridge.conformance.WireFailures.expect;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.Extension;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.StepCommand;
import dev.gangway.v1.Value;
import io.grpc.Channel;
import io.grpc.Status;
import java.util.List;

/** What every server promises of extensions whose type it does not know. */
final class ExtensionContract extends ProtocolHarness {
    ExtensionContract(Channel channel, String id) {
        super(channel, id);
    }

    /** Returns the checks. */
    List<Check> checks() {
        return List.of(
                new Check("an extension of an unknown type is ignored", this::ignored),
                new Check("a required extension of an unknown type is refused, and nothing is executed", this::refused),
                new Check("a stream does not open with a required extension of an unknown type", this::refusedOpen));
    }

    /** A type that no server knows. */
    private static Extension unknown(boolean required) {
        Any value = Any.newBuilder()
                .setTypeUrl("type.googleapis.com/gangway.conformance.Unknown")
                .setValue(StringValue.of("anything").toByteString())
                .build();
        return Extension.newBuilder().setValue(value).setRequired(required).build();
    }

    private static AttachRequest.Builder step(Value action, Extension... extensions) {
        return AttachRequest.newBuilder()
                .setStep(StepCommand.newBuilder().setActions(action))
                .addAllExtensions(List.of(extensions));
    }

    private void ignored() throws Exception {
        withStream(
                LEASE,
                (session, stream) -> withStream(LEASE, (undisturbed, other) -> {
                    stream.reset(seeded());
                    other.reset(seeded());
                    for (Value action : actions(session, 3)) {
                        AttachResponse found = stream.command(step(action, unknown(false)));
                        equal(other.step(action), found);
                        AttachRequest again = AttachRequest.newBuilder()
                                .setSequence(found.getSequence())
                                .build();
                        equal(found, stream.call(again));
                    }
                }));
    }

    private void refused() throws Exception {
        withStream(
                LEASE,
                (session, stream) -> withStream(LEASE, (undisturbed, other) -> {
                    stream.reset(seeded());
                    other.reset(seeded());
                    for (Value action : actions(session, 3)) {
                        AttachResponse refusal = stream.command(step(action, unknown(false), unknown(true)));
                        expect(Status.Code.UNIMPLEMENTED, FailureReason.FAILURE_REASON_UNSUPPORTED, refusal);
                        equal(
                                unknown(true).getValue().getTypeUrl(),
                                refusal.getFailure().getMetadataMap().get("type"));
                        AttachRequest again = AttachRequest.newBuilder()
                                .setSequence(refusal.getSequence())
                                .build();
                        equal(refusal, stream.call(again));
                        equal(other.step(action).getStep(), stream.step(action).getStep());
                    }
                }));
    }

    private void refusedOpen() throws Exception {
        withStream(LEASE, (session, stream) -> {
            AttachRequest open = WireStream.opening(session).toBuilder()
                    .addExtensions(unknown(true))
                    .build();
            expect(
                    Status.Code.UNIMPLEMENTED,
                    FailureReason.FAILURE_REASON_UNSUPPORTED,
                    new WireStream(channel).callThatEnds(open));
        });
    }
}
