package dev.gangway.bridge.conformance;

import static dev.gangway.bridge.conformance.Expect.equal;
import static dev.gangway.bridge.conformance.WireFailures.expect;

import com.google.protobuf.ByteString;
import dev.gangway.codec.WireSeeds;
import dev.gangway.codec.WireSpaces;
import dev.gangway.codec.WireValues;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.OptionalSeed;
import dev.gangway.v1.ResetCommand;
import dev.gangway.v1.SeedList;
import dev.gangway.v1.StepResult;
import dev.gangway.v1.Value;
import io.grpc.Channel;
import io.grpc.Status;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Checks what every server promises about commands: seeds, sizes, and refusals after which the session can be used
 * further.
 */
final class CommandContract extends ProtocolHarness {
    CommandContract(Channel channel, String id) {
        super(channel, id);
    }

    List<Check> checks() {
        return List.of(
                new Check("a seed gives copy i the seed plus i, as a list of seeds does", this::seeds),
                new Check("rewards and flags have one entry per copy", this::lengths),
                new Check("a step before the first reset is refused, and the session stands", this::stepBeforeReset),
                new Check("malformed actions are refused, and the session stands", this::malformedActions),
                new Check("requests without a command, and a second Open, are refused", this::malformedRequests),
                new Check("malformed resets are refused", this::malformedResets),
                new Check("rendering is refused where it was not asked for", this::noFrame));
    }

    /**
     * Checks seeds of 64 bits and wider ones. The first copy gets the last seed of 64 bits, so that the seeds of the
     * other copies are wider.
     */
    private void seeds() throws Exception {
        withStream(0, (session, stream) -> {
            for (long seed : new long[] {SEED, -1}) { // as an unsigned number, −1 is 2^64 − 1
                SeedList.Builder list = SeedList.newBuilder();
                for (int i = 0; i < COPIES; i++) {
                    list.addSeeds(WireSeeds.encode(
                            Optional.of(WireSeeds.unsigned(seed).add(BigInteger.valueOf(i)))));
                }
                AttachResponse one = stream.reset(ResetCommand.newBuilder().setSeed(seed));
                AttachResponse other = stream.reset(ResetCommand.newBuilder().setSeeds(list));
                equal(AttachResponse.ResultCase.RESET, one.getResultCase());
                equal(one.getReset(), other.getReset());
            }
        });
    }

    private void lengths() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            StepResult step = stream.step(action(session)).getStep();
            equal(COPIES * 8, step.getRewards().size());
            equal(COPIES, step.getTerminated().size());
            equal(COPIES, step.getTruncated().size());
            var space = WireSpaces.decode(session.getDescription().getObservationSpace(), "observation", id);
            var unused = WireValues.decodeBatch(space, step.getObservations(), COPIES, "StepResult.observations");
        });
    }

    private void stepBeforeReset() throws Exception {
        withStream(0, (session, stream) -> {
            expect(
                    Status.Code.FAILED_PRECONDITION,
                    FailureReason.FAILURE_REASON_RESET_NEEDED,
                    stream.step(action(session)));
            equal(AttachResponse.ResultCase.RESET, stream.reset(seeded()).getResultCase());
        });
    }

    private void malformedActions() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            Value good = action(session);
            Value short1 = good.toBuilder()
                    .setTensor(good.getTensor().toBuilder()
                            .setData(good.getTensor().getData().substring(1)))
                    .build();
            Value huge = good.toBuilder()
                    .setTensor(good.getTensor().toBuilder()
                            .clearShape()
                            .addShape(1L << 62)
                            .addShape(1L << 62))
                    .build();
            Value text = Value.newBuilder().setText("left").build();
            for (Value bad : List.of(short1, huge, text, Value.getDefaultInstance())) {
                expect(Status.Code.INVALID_ARGUMENT, FailureReason.FAILURE_REASON_INVALID_ACTION, stream.step(bad));
            }
            equal(AttachResponse.ResultCase.STEP, stream.step(good).getResultCase());
        });
    }

    private void malformedRequests() throws Exception {
        withStream(0, (session, stream) -> {
            expect(
                    Status.Code.INVALID_ARGUMENT,
                    FailureReason.FAILURE_REASON_MALFORMED,
                    stream.command(AttachRequest.newBuilder()));
            expect(
                    Status.Code.INVALID_ARGUMENT,
                    FailureReason.FAILURE_REASON_MALFORMED,
                    stream.command(WireStream.opening(session).toBuilder()));
            equal(AttachResponse.ResultCase.RESET, stream.reset(seeded()).getResultCase());
        });
    }

    private void malformedResets() throws Exception {
        withStream(0, (session, stream) -> {
            for (String wide : List.of("", "-1", "0x10", "1".repeat(4001))) {
                OptionalSeed bad = OptionalSeed.newBuilder().setWideValue(wide).build();
                expect(
                        Status.Code.INVALID_ARGUMENT,
                        FailureReason.FAILURE_REASON_INVALID_RESET,
                        stream.reset(ResetCommand.newBuilder()
                                .setSeeds(SeedList.newBuilder().addAllSeeds(Collections.nCopies(COPIES, bad)))));
            }
            for (ResetCommand.Builder bad : List.of(
                    ResetCommand.newBuilder()
                            .setSeeds(SeedList.newBuilder().addSeeds(OptionalSeed.getDefaultInstance())),
                    seeded().setMask(ByteString.copyFrom(new byte[] {1, 2})),
                    seeded().setMask(ByteString.copyFrom(new byte[COPIES])),
                    seeded().setMask(ByteString.copyFrom(new byte[] {1, 0})))) {
                expect(Status.Code.INVALID_ARGUMENT, FailureReason.FAILURE_REASON_INVALID_RESET, stream.reset(bad));
            }
            equal(AttachResponse.ResultCase.RESET, stream.reset(seeded()).getResultCase());
        });
    }

    private void noFrame() throws Exception {
        withStream(0, (session, stream) -> {
            stream.reset(seeded());
            expect(Status.Code.FAILED_PRECONDITION, FailureReason.FAILURE_REASON_NO_FRAME, stream.render(0));
            expect(Status.Code.INVALID_ARGUMENT, FailureReason.FAILURE_REASON_MALFORMED, stream.render(COPIES));
        });
    }
}
